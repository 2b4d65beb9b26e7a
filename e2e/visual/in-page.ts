/* Functions that run in a page and see nothing else. */

/** Clipped texts without a title or scrolling to read them. */
export function findClipped(): string[] {
  const isVisible = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const isForEars = (element: Element) => element.closest('.visually-hidden') !== null;
  const canScroll = (element: Element | null): boolean =>
    element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX) || canScroll(element.parentElement));
  const isWide = (element: Element) => {
    const isOver = element.scrollWidth > element.clientWidth + 1;
    const isCut = isOver && getComputedStyle(element).overflowX !== 'visible';
    return (
      isCut || (isOver && element.matches('button, .button')) || element.getBoundingClientRect().right > innerWidth + 1
    );
  };
  return [...document.body.querySelectorAll('*:not(input, textarea, svg, svg *)')]
    .filter((element) => isVisible(element) && !isForEars(element) && isWide(element))
    .filter((element) => !element.closest('[title]') && !canScroll(element))
    .map((element) => `${element.tagName} ${element.className}: ${element.textContent}`);
}

/**
 * Lists the controls that Tab should reach, in order (one per radio group), and moves the focus to the top. Records the focus
 * from then on for `focusedStops`.
 */
export function tabStops(): string[] {
  const stops = document.querySelectorAll<HTMLElement>(
    ':is(a[href], button, input, textarea, summary, [tabindex="0"]):not(:disabled)',
  );
  const isChosen = (element: HTMLElement) => {
    if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true;
    const group = [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')];
    return element === (group.find(({ checked }) => checked) ?? group[0]);
  };
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  window.focusedStops = [];
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    const rings = [target, target.closest('.button')].flatMap((one) => (one ? getComputedStyle(one) : []));
    const isSeen = rings.some(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px');
    const stop = target.dataset.stop ?? 'something unexpected';
    window.focusedStops.push(isSeen ? stop : `${stop} without a ring`);
  });
  return [...stops]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && isChosen(element))
    .map((element, index) => {
      element.dataset.stop = `${index} ${element.getAttribute('aria-label') ?? element.textContent ?? ''}`;
      return element.dataset.stop;
    });
}

/** The controls focused since `tabStops`, and whether the focus was visible. */
export function focusedStops(): string[] {
  return window.focusedStops;
}

/** Resolves when all images are loaded and the page has not changed for some frames. */
export async function isAtRest(): Promise<void> {
  const QUIET_FRAMES = 6;
  let quietFrames = 0;
  const observer = new MutationObserver(() => {
    quietFrames = 0;
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  await Promise.all([...document.images].map((image) => image.decode()));
  await document.fonts.ready;
  while (quietFrames < QUIET_FRAMES) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    // Effects and answers started in a frame arrive after it.
    await new Promise((resolve) => setTimeout(resolve));
    quietFrames++;
  }
  observer.disconnect();
}

declare global {
  interface Window {
    focusedStops: string[];
  }
}
