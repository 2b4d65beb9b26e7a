import * as z from 'zod/mini';

/** Installs the hook of the captures' scripts in the page; answered with a CaptureReport. */
export interface CaptureRequest {
  readonly hook: string;
  /** The captures to report on. */
  readonly names: readonly string[];
}

/**
 * Per capture: `kept` = has a value · `none` = nothing yet · `empty` = ran without a value · `failed: why`.
 */
export const CaptureReport = z.record(
  z.string(),
  z.union([z.enum(['kept', 'none', 'empty']), z.templateLiteral(['failed: ', z.string()])]),
);
export type CaptureReport = z.infer<typeof CaptureReport>;
