import { computeAccessibleName, getRole, isInaccessible } from 'dom-accessibility-api';

/** In the page: the control of a role and an accessible name that is there to be seen, if there is one. */
export function findControl(role: string, name: string): Element | undefined {
  return [...document.querySelectorAll('a, button, input, summary, textarea, [role]')].find(
    (element) => roleOf(element) === role && !isInaccessible(element) && computeAccessibleName(element) === name,
  );
}

/** A password field has no role of its own; here it is one of text. */
function roleOf(element: Element): string | null {
  return element.matches('input[type=password]') ? 'textbox' : getRole(element);
}
