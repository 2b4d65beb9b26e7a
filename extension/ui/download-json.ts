/** Hands JSON to the person as a file. */
export function downloadJson(name: string, json: unknown): void {
  const text = `${JSON.stringify(json, null, 2)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the blob by the next task in both browsers; a minute is to be safe.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
