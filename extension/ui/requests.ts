import browser from 'webextension-polyfill';
import type { CallEntry, CallsReport, ProbeReport, TryReport, UiRequest } from '../platform/messages.ts';

/**
 * Requests of popup and options page to the background. Each rejects only if the background can't be
 * reached.
 */

export function probe(tabId: number): Promise<ProbeReport> {
  return send<ProbeReport>({ kind: 'probe', tabId });
}

export function tryFunction(name: string, args: unknown[], tabId: number | undefined): Promise<TryReport> {
  return send<TryReport>({ kind: 'try', name, args, ...(tabId === undefined ? {} : { target: { tabId } }) });
}

export async function reconnect(): Promise<void> {
  await send<true>({ kind: 'reconnect' });
}

export function askCalls(): Promise<CallsReport> {
  return send<CallsReport>({ kind: 'calls' });
}

/** The newest first. */
export function askCallsOf(name: string): Promise<CallEntry[]> {
  return send<CallEntry[]>({ kind: 'calls-of', name });
}

export async function clearCalls(name: string): Promise<void> {
  await send<true>({ kind: 'clear-calls', name });
}

export async function keepPayloads(on: boolean): Promise<void> {
  await send<true>({ kind: 'keep-payloads', on });
}

// Our own background answers each kind with the type in messages.ts.
async function send<Answer>(request: UiRequest): Promise<Answer> {
  return (await browser.runtime.sendMessage(request)) as Answer;
}
