import { CallError } from '../../shared/errors.ts';
import { applySteps, type CallFunction } from './apply-steps.ts';
import {
  type GalaxyRequest,
  type GalaxyResponse,
  galaxyHeader,
  messageOf,
  messageOfResponse,
  targetOf,
  withGalaxyHeader,
  withMessage,
  withoutHeader,
  withResponseMessage,
} from './galaxy-message.ts';
import type { Message } from './message.ts';
import type { On } from './part.ts';
import { matches, type Rule, type Rules, type Step } from './rules.ts';

/** Marks a response that is unchanged because a call failed, with the reason. */
export const ERROR_HEADER = 'X-Pagewire-Error';
/** Indexes of the rules that decrypted a response. They encrypt it again for the browser. */
const RULES_HEADER = 'X-Pagewire-Rules';

/**
 * Galaxy's four hooks over one list of rules. Towards the server and from it (`ToServer`, `ResponseToBurp`) they call the
 * rule's function. Towards Burp and the browser (`RequestToBurp`, `ResponseToClient`) they call its `undo`, last rule first.
 */
export class Hooks {
  readonly #rules: Rules;
  readonly #call: CallFunction;

  constructor(rules: Rules, call: CallFunction) {
    this.#rules = rules;
    this.#call = call;
  }

  hookRequestToBurp(request: GalaxyRequest): Promise<GalaxyRequest> {
    return this.#request(request, undoOf(this.#matching('request', request)));
  }

  hookRequestToServer(request: GalaxyRequest): Promise<GalaxyRequest> {
    return this.#request(
      request,
      this.#matching('request', request).map(({ step }) => step),
    );
  }

  async hookResponseToBurp(response: GalaxyResponse): Promise<GalaxyResponse> {
    const { request, ...rest } = response;
    if (galaxyHeader(rest, ERROR_HEADER) !== undefined) return rest; // the answer after a failed hookRequestToServer
    const bare = withoutHeader(rest, RULES_HEADER); // a server must not choose the rules
    try {
      const rules = this.#matchingResponse(request);
      if (rules.length === 0) return bare;
      const steps = rules.map(({ step }) => step);
      const indexes = rules.map((rule) => this.#rules.rules.indexOf(rule)).join(',');
      return withGalaxyHeader(await this.#response(bare, steps), RULES_HEADER, indexes);
    } catch (error) {
      const { code, message } = CallError.from(error);
      return withGalaxyHeader(bare, ERROR_HEADER, printable(`${code}: ${message}`));
    }
  }

  hookResponseToClient(response: GalaxyResponse): Promise<GalaxyResponse> {
    const indexes = galaxyHeader(response, RULES_HEADER)?.split(',') ?? [];
    const rules = indexes.flatMap((index) => this.#rules.rules[Number(index)] ?? []);
    const { request: _, ...rest } = withoutHeader(response, RULES_HEADER);
    return this.#response(rest, undoOf(rules));
  }

  async #request(request: GalaxyRequest, steps: readonly Step[]): Promise<GalaxyRequest> {
    if (steps.length === 0) return request;
    const message = messageOf(request);
    return withMessage(request, message, await this.#apply(steps, message));
  }

  async #response(response: GalaxyResponse, steps: readonly Step[]): Promise<GalaxyResponse> {
    if (steps.length === 0) return response;
    const message = messageOfResponse(response);
    return withResponseMessage(response, message, await this.#apply(steps, message));
  }

  #apply(steps: readonly Step[], message: Message): Promise<Message> {
    return applySteps(steps, message, this.#call);
  }

  #matching(on: On, request: GalaxyRequest): Rule[] {
    const { host, method, path } = targetOf(request);
    return this.#rules.rules.filter((rule) => rule.step.on === on && matches(rule, host, method, path));
  }

  /** Without its request a response matches no rule, unless there is only one. */
  #matchingResponse(request: GalaxyRequest | undefined): Rule[] {
    if (request) return this.#matching('response', request);
    const all = this.#rules.rules.filter(({ step }) => step.on === 'response');
    if (all.length > 1) throw new CallError('bad_request', 'Galaxy did not say which request this response answers');
    return all;
  }
}

function undoOf(rules: readonly Rule[]): Step[] {
  return rules.flatMap(({ undo }) => undo ?? []).reverse();
}

/** Replaces characters that a header can't carry. */
function printable(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[^\x20-\x7e]/g, '?');
}
