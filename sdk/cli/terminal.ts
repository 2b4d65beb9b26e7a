/** Where a command reads and writes. Tests pass their own. */
export interface Terminal {
  stdout: { write(text: string | Uint8Array): unknown; isTTY?: boolean | undefined; columns?: number | undefined };
  stderr: { write(text: string): unknown; isTTY?: boolean | undefined };
  readStdin(): Promise<string>;
  env: Record<string, string | undefined>;
  /** Aborted when the user presses Ctrl-C. */
  signal: AbortSignal;
}
