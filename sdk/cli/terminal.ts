/** What a command reads and writes; a test passes its own. */
export interface Terminal {
  stdout: { write(text: string | Uint8Array): unknown; isTTY?: boolean | undefined; columns?: number | undefined };
  stderr: { write(text: string): unknown; isTTY?: boolean | undefined };
  /** All of standard input. */
  readStdin(): Promise<string>;
  env: Record<string, string | undefined>;
  /** Aborted when the user presses Ctrl-C. */
  signal: AbortSignal;
}
