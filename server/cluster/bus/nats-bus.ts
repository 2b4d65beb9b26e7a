import {
  type Authenticator,
  type ConnectionOptions,
  connect,
  createInbox,
  credsAuthenticator,
  errors,
  type Msg,
  type NatsConnection,
  type Subscription,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import type { NatsLogin, NatsSettings } from '../../config/nats-settings.ts';
import { idleTimeout } from '../../flow/idle-timeout.ts';
import { withTimeout } from '../../flow/with-timeout.ts';
import type { Log } from '../../observability/log.ts';
import type { Bus, BusListener, MessageHandler, RequestOptions, RequestOutcome } from './bus.ts';
import { PublishWindow } from './publish-window.ts';

/** How long the server may be silent while connecting, or while a flush is pending. */
const SERVER_MS = 2_000;
/** The wait before reconnecting, plus up to the same again at random. */
const RETRY_MS = 250;
/** NATS's default message size. The server sends its own when it connects. */
const DEFAULT_MAX_PAYLOAD = 1024 * 1024;

interface Subscribed {
  readonly subject: string;
  readonly take: MessageHandler;
  readonly queue: string | undefined;
  current: Subscription | undefined;
}

interface PendingRequest {
  readonly onAnswer: (answer: Uint8Array) => boolean;
  readonly end: (how: RequestOutcome) => void;
}

type State =
  | { status: 'down' }
  | { status: 'up'; connection: NatsConnection; inbox: string; unconfirmed: PublishWindow }
  | { status: 'closed' };

/**
 * The bus on NATS: down ⇄ up → closed. Reconnects itself, because a lost connection loses messages, and the
 * listener must know. The NATS client's own reconnect hides that.
 */
export class NatsBus implements Bus {
  readonly alone = false;
  readonly #settings: NatsSettings;
  readonly #log: Log;
  readonly #subscribed = new Set<Subscribed>();
  readonly #pending = new Map<string, PendingRequest>();
  #state: State = { status: 'down' };
  #listener: BusListener | undefined;
  #lastRequest = 0;
  #maxPayload = DEFAULT_MAX_PAYLOAD;
  #wake: (() => void) | undefined;

  constructor(settings: NatsSettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
  }

  get isUp(): boolean {
    return this.#state.status === 'up';
  }

  get backlog(): number {
    return this.#state.status === 'up' ? this.#state.unconfirmed.bytes : 0;
  }

  get isFull(): boolean {
    return this.#state.status === 'up' && this.#state.unconfirmed.isFull;
  }

  get maxPayload(): number {
    return this.#maxPayload;
  }

  start(listener: BusListener): void {
    this.#listener = listener;
    void this.#keepConnected();
  }

  subscribe(subject: string, take: MessageHandler, queue?: string): () => void {
    const subscribed: Subscribed = { subject, take, queue, current: undefined };
    this.#subscribed.add(subscribed);
    if (this.#state.status === 'up') this.#begin(subscribed, this.#state.connection);
    return () => {
      this.#subscribed.delete(subscribed);
      // Messages on their way are still handled: a call dropped here would never be answered.
      if (this.isUp) subscribed.current?.drain().catch(() => {});
    };
  }

  publish(subject: string, data: Uint8Array, tag?: string): void {
    const state = this.#state;
    if (state.status !== 'up') return;
    state.connection.publish(subject, data, tag === undefined ? {} : { reply: `${state.inbox}.n.${tag}.${subject}` });
    state.unconfirmed.add(data.length);
  }

  request(subject: string, data: Uint8Array, { ms, againMs, onAnswer }: RequestOptions): Promise<RequestOutcome> {
    const state = this.#state;
    if (state.status !== 'up') return Promise.resolve('disconnected');
    return new Promise((resolve) => {
      const id = `${++this.#lastRequest}`;
      const act = () => state.connection.publish(subject, data, { reply: `${state.inbox}.a.${id}` });
      const stop = idleTimeout(ms, () => end('timeout'), {
        again: againMs === undefined ? undefined : { everyMs: againMs, act },
      });
      const end = (how: RequestOutcome) => {
        stop();
        if (this.#pending.delete(id)) resolve(how);
      };
      this.#pending.set(id, { onAnswer, end });
      act();
    });
  }

  async flush(): Promise<void> {
    if (this.#state.status !== 'up') return;
    await withTimeout(SERVER_MS, this.#state.connection.flush()).catch(() => {
      // Lost or silent: handled elsewhere.
    });
  }

  async close(): Promise<void> {
    await this.flush();
    const state = this.#state;
    this.#state = { status: 'closed' };
    this.#wake?.();
    this.#endRequests();
    if (state.status !== 'up') return;
    state.unconfirmed.end();
    await withTimeout(SERVER_MS, state.connection.close()).catch(() => {
      // The process is about to end anyway.
    });
  }

  async #keepConnected(): Promise<void> {
    let logged = '';
    while (this.#state.status !== 'closed') {
      try {
        const connection = await connect(optionsOf(this.#settings));
        logged = '';
        await this.#use(connection);
      } catch (thrown) {
        // Each reason once: a long outage would fill the log.
        const why = describeFailure(thrown);
        if (why !== logged) this.#log.error({ why }, 'no connection to NATS; retrying');
        logged = why;
      }
      await this.#pause(RETRY_MS * (1 + Math.random()));
    }
  }

  /** Resolves when the connection is lost. */
  async #use(connection: NatsConnection): Promise<void> {
    if (this.#state.status === 'closed') {
      await connection.close();
      return;
    }
    this.#up(connection);
    const lost = await connection.closed();
    this.#down(connection, lost ?? undefined);
  }

  #up(connection: NatsConnection): void {
    const inbox = createInbox('pagewire.inbox');
    const unconfirmed = new PublishWindow({
      // The reply may queue behind many messages, each of which shows that the server is alive.
      ask: () => withTimeout(SERVER_MS, connection.flush(), () => connection.stats().inMsgs),
      silent: () => {
        this.#down(connection, new Error('the server is silent'));
        void connection.close();
      },
    });
    this.#state = { status: 'up', connection, inbox, unconfirmed };
    this.#maxPayload = connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
    connection.subscribe(`${inbox}.>`, { callback: (_error, message) => this.#handleReply(inbox, message) });
    for (const subscribed of this.#subscribed) this.#begin(subscribed, connection);
    void this.#listen(connection);
    this.#log.info({ server: connection.getServer() }, 'joined the other nodes by NATS');
    this.#listener?.up();
  }

  #down(connection: NatsConnection, error: Error | undefined): void {
    if (this.#state.status !== 'up' || this.#state.connection !== connection) return;
    this.#state.unconfirmed.end();
    this.#state = { status: 'down' };
    for (const subscribed of this.#subscribed) subscribed.current = undefined;
    this.#log.error({ why: error ? describeFailure(error) : 'the server closed it' }, 'lost the connection to NATS');
    this.#endRequests();
    this.#listener?.down();
  }

  /** Logs the server's errors, mainly missing permissions. */
  async #listen(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status())
      if (status.type === 'error') this.#log.error({ why: status.error.message }, 'NATS reported an error');
  }

  #begin(subscribed: Subscribed, connection: NatsConnection): void {
    const { subject, take, queue } = subscribed;
    subscribed.current = connection.subscribe(subject, {
      ...(queue !== undefined && { queue }),
      callback: (error, message) => {
        // An error here is a missing permission, which `#listen` logs.
        if (!error) this.#guard(() => take(message.data, (data) => void message.respond(data)));
      },
    });
  }

  #handleReply(inbox: string, { subject, data, headers }: Msg): void {
    const [kind, name = '', ...rest] = subject.slice(inbox.length + 1).split('.');
    const isNobody = data.length === 0 && headers?.code === 503;
    this.#guard(() => {
      if (kind === 'n' && isNobody) this.#listener?.noResponders(rest.join('.'), name);
      const question = kind === 'a' ? this.#pending.get(name) : undefined;
      if (isNobody) question?.end('no_responders');
      else if (question?.onAnswer(data)) question.end('answered');
    });
  }

  // An exception in the NATS client's parser would close the connection.
  #guard(act: () => void): void {
    try {
      act();
    } catch (err) {
      this.#log.error({ err }, 'handling a bus message failed');
    }
  }

  #endRequests(): void {
    for (const { end } of [...this.#pending.values()]) end('disconnected');
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#state.status === 'closed') resolve();
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function optionsOf({ servers, login, tls }: NatsSettings): ConnectionOptions {
  const authenticator = authenticatorOf(login);
  return {
    servers: [...servers],
    name: 'pagewire',
    // A node must not receive its own messages.
    noEcho: true,
    reconnect: false,
    timeout: SERVER_MS,
    ...(authenticator && { authenticator }),
    ...(tls && { tls: { ...tls } }),
  };
}

function authenticatorOf(login: NatsLogin): Authenticator | undefined {
  switch (login.by) {
    case 'nothing':
      return undefined;
    case 'password':
      return usernamePasswordAuthenticator(login.user, login.password);
    case 'token':
      return tokenAuthenticator(login.token);
    case 'credentials':
      return credsAuthenticator(login.file);
    default:
      return login satisfies never;
  }
}

function describeFailure(thrown: unknown): string {
  if (thrown instanceof errors.AuthorizationError) return 'NATS does not let this relay in: look at its credentials';
  const { message = '', code } = thrown as NodeJS.ErrnoException;
  return message || code || String(thrown);
}
