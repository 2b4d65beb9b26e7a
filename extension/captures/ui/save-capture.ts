import type { Settings } from '../../sites/settings-schema.ts';
import { askPermission } from '../../sites/ui/ask-permission.ts';
import { findSite } from '../../sites/ui/settings-edits.ts';
import type { Workspace } from '../../sites/ui/workspace.tsx';
import { type Complaint, isComplaint } from '../../ui/complaint.ts';
import type { Text } from '../../ui/t.ts';
import { addCapture, type CaptureEntry, editCapture } from './capture-edits.ts';
import { permissionsFor } from './capture-permissions.ts';
import { checkExpression, loadExpressionCheck } from './check-expression.ts';

export interface NewCapture {
  pattern: string;
  entry: CaptureEntry;
  /** The name of the capture to change; absent for a new one. */
  replaces?: string;
}

/**
 * Stores a capture and requests the permissions that its script needs; or returns what is wrong with it.
 * Call it directly from a click. If a prompt is needed, the background stores the capture: the prompt may
 * close this page.
 */
export async function saveCapture(workspace: Workspace, capture: NewCapture): Promise<Complaint | undefined> {
  const { entry, replaces } = capture;
  const wanted = permissionsFor(entry.script);
  const done: Text = [replaces === undefined ? 'captureAdded' : 'captureSaved', { name: entry.name.trim() }];
  const change = (settings: Settings) => edited(settings, capture);
  if (wanted) return await askAndSave(workspace, capture, wanted, done);
  await loadExpressionCheck();
  return checkExpression(entry.expression) ?? (await workspace.edit(change, done));
}

async function askAndSave(
  { settings, tell }: Workspace,
  capture: NewCapture,
  wanted: NonNullable<ReturnType<typeof permissionsFor>>,
  done: Text,
): Promise<Complaint | undefined> {
  const { pattern, entry, replaces } = capture;
  const after = edited(settings, capture);
  const complaint = isComplaint(after) ? after : checkExpression(entry.expression);
  if (isComplaint(after) || complaint) return complaint;
  const kept = findSite(after, pattern)?.captures?.find(({ name }) => name === entry.name.trim());
  if (!kept) return undefined;
  await askPermission(wanted, { kind: 'keep-capture', pattern, capture: kept, ...(replaces ? { replaces } : {}) });
  tell(done);
  return undefined;
}

function edited(settings: Settings, { pattern, entry, replaces }: NewCapture) {
  return replaces === undefined
    ? addCapture(settings, pattern, entry)
    : editCapture(settings, pattern, replaces, entry);
}
