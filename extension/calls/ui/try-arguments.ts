import type { Complaint } from '../../ui/complaint.ts';

/** Reads entered arguments: one string, or a JSON array. */
export function readArguments(text: string, isJson: boolean): unknown[] | Complaint {
  if (!isJson) return [text];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { field: 'args', text: ['tryNotJson', { reason: error instanceof Error ? error.message : String(error) }] };
  }
  return Array.isArray(json) ? json : { field: 'args', text: ['tryNotArray'] };
}
