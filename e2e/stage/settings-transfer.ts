import type { ExtensionPage } from '../browser/driver.ts';

/** Export and import on an open options page. */

/** The text of the file that the export button offers. */
export async function exportSettings(options: ExtensionPage): Promise<string> {
  await options.evaluate(() => {
    const create = URL.createObjectURL;
    URL.createObjectURL = (file: Blob) => {
      window.exported = file;
      URL.createObjectURL = create;
      return create.call(URL, file);
    };
  }, undefined);
  await options.control('button', 'Export settings').click();
  return await options.evaluate(() => window.exported.text(), undefined);
}

/** Chooses a file of this text, which a driver can do in no other way that is the same in both browsers. */
export async function chooseFile(options: ExtensionPage, text: string): Promise<void> {
  await options.evaluate((text) => {
    const input = document.querySelector('input[type=file]');
    if (!(input instanceof HTMLInputElement)) throw new Error('there is no field for a file');
    const files = new DataTransfer();
    files.items.add(new File([text], 'settings.json', { type: 'application/json' }));
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, text);
}

declare global {
  interface Window {
    exported: Blob;
  }
}
