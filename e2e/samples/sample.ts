/** A program in a document. */
export interface Sample {
  /** File name; its extension picks the interpreter. */
  readonly name: string;
  readonly text: string;
}

/** Code blocks with a file name after their language. */
export function readSamples(markdown: string): Sample[] {
  const blocks = markdown.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, name = '', text = '']) => ({ name, text }));
}
