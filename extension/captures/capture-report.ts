import * as z from 'zod/mini';

/** Installs the hook of the captures' scripts in the page; answered with a CaptureReport. */
export interface CaptureRequest {
  readonly hook: string;
  /** The captures to report on, with the fingerprint of the function where one is known. */
  readonly captures: readonly { readonly name: string; readonly fingerprint?: string | undefined }[];
}

/**
 * Per capture: `kept` = has a value · `none` = nothing yet · `empty` = ran without a value · `several` =
 * different scripts have one · `changed` = another function than the one that was chosen · `failed: why`.
 */
export const CaptureReport = z.record(
  z.string(),
  z.union([z.enum(['kept', 'none', 'empty', 'several', 'changed']), z.templateLiteral(['failed: ', z.string()])]),
);
export type CaptureReport = z.infer<typeof CaptureReport>;
