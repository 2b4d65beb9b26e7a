/** Cleanup tasks of the demo, run in reverse order. A failing task does not stop the others. */
export class CleanUp {
  readonly #tasks: (() => Promise<void>)[] = [];
  #done: Promise<void> | undefined;

  add(task: () => Promise<void>): void {
    this.#tasks.unshift(task);
  }

  /** Runs once. */
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
