/** Downloads JSON as a file. */
export function downloadJson(name: string, json: unknown): void {
  const text = `${JSON.stringify(json, null, 2)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Both browsers hold the blob by the next task; a minute is a safe margin.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
