/** Width of a bucket: the most by which a long deadline expires late. */
const BUCKET_MS = 100;

/** Shorter deadlines get a timer of their own, so that they expire on time. */
const EXACT_BELOW_MS = 1_000;

/** A tick that comes later than this means that the process was busy, and that messages may wait to be read. */
const LATE_MS = 50;

type Schedule = { status: 'idle' } | { status: 'exact'; timer: NodeJS.Timeout } | { status: 'bucket'; bucket: number };

const IDLE: Schedule = { status: 'idle' };

/** Something that expires unless its wheel cancels it first: idle → exact or bucket → idle. Only the wheel sets `schedule`. */
export abstract class Deadline {
  schedule: Schedule = IDLE;
  /** Called once, when the time is over. */
  abstract expire(): void;
}

/**
 * One timer for all deadlines, instead of one timer and one closure each: a relay starts and cancels tens of thousands in a second.
 * No deadline expires early. One of a second or more expires at most BUCKET_MS late while the process keeps up.
 */
export class DeadlineWheel {
  /** By the number of the 100 ms at whose end they expire. */
  readonly #buckets = new Map<number, Set<Deadline>>();
  #timer: NodeJS.Timeout | undefined;
  /** The first bucket that has not expired. */
  #next = 0;
  /** How many deadlines wait in buckets. */
  #waiting = 0;

  /** Starts a deadline that is idle. */
  start(deadline: Deadline, ms: number): void {
    if (ms < EXACT_BELOW_MS) {
      deadline.schedule = { status: 'exact', timer: setTimeout(expire, ms, deadline) };
      return;
    }
    const now = performance.now();
    const bucket = Math.ceil((now + ms) / BUCKET_MS);
    deadline.schedule = { status: 'bucket', bucket };
    this.#waiting++;
    const present = this.#buckets.get(bucket);
    if (present) present.add(deadline);
    else this.#buckets.set(bucket, new Set([deadline]));
    if (this.#timer === undefined) this.#tickFrom(now);
  }

  /** Cancels a deadline; one that is idle stays so. */
  cancel(deadline: Deadline): void {
    const { schedule } = deadline;
    deadline.schedule = IDLE;
    if (schedule.status === 'exact') clearTimeout(schedule.timer);
    else if (schedule.status === 'bucket' && this.#buckets.get(schedule.bucket)?.delete(deadline)) this.#waiting--;
  }

  #tickFrom(now: number): void {
    this.#next = Math.floor(now / BUCKET_MS);
    this.#tickAt(this.#next + 1);
  }

  #tickAt(bucket: number): void {
    const at = bucket * BUCKET_MS;
    // Unreferenced, because it goes on for a tick after the last deadline is cancelled.
    this.#timer = setTimeout(() => this.#tick(at), Math.max(1, at - performance.now())).unref();
  }

  #tick(dueAt: number): void {
    // To start and clear the timer with each single call would cost what the wheel saves.
    if (this.#waiting === 0) this.#stop();
    // Timers run before sockets are read: an answer that has arrived by now must not lose against the clock.
    else if (performance.now() - dueAt > LATE_MS) setImmediate(() => this.#expireDue());
    else this.#expireDue();
  }

  #expireDue(): void {
    const now = Math.floor(performance.now() / BUCKET_MS);
    for (; this.#next <= now; this.#next++) {
      // One that expires may cancel others of its bucket.
      for (const deadline of this.#buckets.get(this.#next) ?? []) {
        this.cancel(deadline);
        deadline.expire();
      }
      this.#buckets.delete(this.#next);
    }
    if (this.#waiting > 0) this.#tickAt(now + 1);
    else this.#stop();
  }

  #stop(): void {
    this.#buckets.clear();
    this.#timer = undefined;
  }
}

function expire(deadline: Deadline): void {
  deadline.schedule = IDLE;
  deadline.expire();
}
