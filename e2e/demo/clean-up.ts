/** What has to be ended when the demo ends: the last thing started first, and each whatever becomes of the others. */
export class CleanUp {
  readonly #tasks: (() => Promise<void>)[] = [];
  #done: Promise<void> | undefined;

  add(task: () => Promise<void>): void {
    this.#tasks.unshift(task);
  }

  /** Runs once, however often it is asked for. */
  run(): Promise<void> {
    this.#done ??= this.#runAll();
    return this.#done;
  }

  async #runAll(): Promise<void> {
    for (const task of this.#tasks) {
      await task().catch((error: unknown) => console.error(`While cleaning up: ${String(error)}`));
    }
  }
}
