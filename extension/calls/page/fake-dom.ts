/** The little of a DOM that the page script uses, for tests in a realm without one. */

class FakeNode extends EventTarget {
  get nodeType() {
    // A real getter throws for what is no node.
    if (!(this instanceof FakeNode)) throw new TypeError('Illegal invocation');
    return 1;
  }
  get [Symbol.toStringTag]() {
    return 'HTMLDivElement';
  }
}
export class FakeElement extends FakeNode {
  readonly attributes = new Map<string, string>();
  getAttribute(name: string) {
    return this.attributes.get(name) ?? null;
  }
  removeAttribute(name: string) {
    this.attributes.delete(name);
  }
}
class FakeMouseEvent extends Event {
  readonly #relatedTarget: EventTarget;
  constructor(type: string, { relatedTarget }: { relatedTarget: EventTarget }) {
    super(type);
    this.#relatedTarget = relatedTarget;
  }
  get relatedTarget() {
    return this.#relatedTarget;
  }
}

class FakeDocument extends EventTarget {
  getElementsByTagName() {
    return new FakeCollection();
  }
}
class FakeCollection {
  get length() {
    return 0;
  }
  item() {
    return null;
  }
}
class FakeScript extends FakeElement {
  get src() {
    return '';
  }
  get type() {
    return '';
  }
}
class FakeLink extends FakeElement {
  get href() {
    return '';
  }
  get rel() {
    return '';
  }
}

/** To be called before anything is loaded that captures what it uses, as in a page. */
export function stubDom(stub: (name: string, value: unknown) => void): void {
  stub('document', new FakeDocument());
  stub('HTMLCollection', FakeCollection);
  stub('HTMLScriptElement', FakeScript);
  stub('HTMLLinkElement', FakeLink);
  stub('Node', FakeNode);
  stub('Element', FakeElement);
  stub('MouseEvent', FakeMouseEvent);
}
