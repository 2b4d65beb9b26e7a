/** A program that stands in a document. */
export interface Sample {
  /** Its file's name, which says what runs it. */
  readonly name: string;
  readonly text: string;
}

/** The blocks that have a file's name after their language. */
export function readSamples(markdown: string): Sample[] {
  const blocks = markdown.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, name = '', text = '']) => ({ name, text }));
}
