import { computeAccessibleName, getRole, isInaccessible } from 'dom-accessibility-api';

/** Runs in the page: finds a visible control by role and accessible name. */
export function findControl(role: string, name: string): Element | undefined {
  return [...document.querySelectorAll('a, button, input, summary, textarea, [role]')].find(
    (element) => roleOf(element) === role && !isInaccessible(element) && computeAccessibleName(element) === name,
  );
}

/** A password field has no role; treat it as a textbox. */
function roleOf(element: Element): string | null {
  return element.matches('input[type=password]') ? 'textbox' : getRole(element);
}
