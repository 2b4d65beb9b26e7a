/** Makes the ids that calls carry on their way to clients: short, and unique in this process. */
export class CallIds {
  #last = 0;

  next(): string {
    return (++this.#last).toString(36);
  }
}
