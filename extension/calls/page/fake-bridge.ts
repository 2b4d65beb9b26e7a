import { ANSWER_SUFFIX, EVENT_TYPE, PAGE } from '../rendezvous.ts';
import { FakeElement } from './fake-dom.ts';

export interface Answer {
  id: number;
  value?: unknown;
  error?: { code: string; message: string; details?: unknown };
}

/** The other end of the page script's channel, for tests in a realm with the stubs of fake-dom.ts. */
export class FakeBridge {
  readonly #element = new FakeElement();
  readonly batches: string[] = [];
  paired = false;
  #ended = new EventTarget();

  constructor() {
    this.#element.attributes.set(EVENT_TYPE, 'random');
    this.#element.addEventListener(`random${ANSWER_SUFFIX}`, (event) => {
      if (!this.paired) this.paired = true;
      else {
        this.batches.push((event as CustomEvent<string>).detail);
        this.#ended.dispatchEvent(new Event('batch'));
      }
    });
    document.addEventListener(PAGE.ask, this.offer);
  }

  offer = () => {
    document.dispatchEvent(new MouseEvent(PAGE.offer, { relatedTarget: this.#element }));
  };

  close() {
    this.send('');
    document.removeEventListener(PAGE.ask, this.offer);
  }

  send(detail: string) {
    this.#element.dispatchEvent(new CustomEvent('random', { detail }));
  }

  get answers(): Answer[] {
    return this.batches.flatMap((text) => JSON.parse(text) as Answer[]);
  }

  /** Waits for the answers of so many tasks. */
  async until(count: number): Promise<Answer[]> {
    while (this.answers.length < count)
      await new Promise((resolve) => this.#ended.addEventListener('batch', resolve, { once: true }));
    return this.answers;
  }

  async run(task: object): Promise<Answer> {
    this.send(JSON.stringify([{ id: 7, args: [], ...task }]));
    const [answer] = await this.until(1);
    if (!answer) throw new Error('no answer');
    this.batches.length = 0;
    return answer;
  }
}
