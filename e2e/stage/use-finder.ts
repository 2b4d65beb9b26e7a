import type { ExtensionPage } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { says } from './set-up-through-popup.ts';

/** Uses the finder in an open popup. */

export interface ListedCandidate {
  path: string;
  source: string;
  reasons: string[];
}

/** Opens the finder and runs a search to the end. */
export async function searchIn(popup: ExtensionPage): Promise<ListedCandidate[]> {
  await popup.control('button', 'Find a function').click();
  await popup.control('button', 'Search').click();
  await popup.control('button', 'Search again').seen();
  return await listedIn(popup);
}

/** The listed candidates, best first. */
export async function listedIn(popup: ExtensionPage): Promise<ListedCandidate[]> {
  return await popup.evaluate(
    () =>
      [...document.querySelectorAll('.candidate')].map((item) => ({
        path: item.querySelector('.function-path')?.textContent ?? '',
        source: item.querySelector('.candidate-source')?.textContent ?? '',
        reasons: [...item.querySelectorAll('.reasons li')].map((reason) => reason.textContent ?? ''),
      })),
    undefined,
  );
}

/** Waits until the list meets a condition. */
export async function listsIn(
  popup: ExtensionPage,
  isRight: (listed: ListedCandidate[]) => boolean,
): Promise<ListedCandidate[]> {
  let listed: ListedCandidate[] = [];
  await eventually(async () => {
    listed = await listedIn(popup);
    return isRight(listed);
  }).catch(() => {
    throw new Error(`the finder did not list the expected candidates, but:\n${JSON.stringify(listed, undefined, 1)}`);
  });
  return listed;
}

export async function addFrom(popup: ExtensionPage, path: string, name: string): Promise<void> {
  await popup.control('button', `Add ${path}`).click();
  await popup.control('textbox', 'Name').fill(name);
  await popup.control('button', 'Add').click();
  await says(popup, `Added as ${name}`);
}
