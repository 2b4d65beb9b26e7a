import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BRIDGE_ACK_MS } from '../../../shared/limits.ts';
import { AckTracker } from './ack-tracker.ts';

let unseen: number[];
let watch: AckTracker;
beforeEach(() => {
  vi.useFakeTimers();
  unseen = [];
  watch = new AckTracker((ids) => unseen.push(...ids));
});
afterEach(() => vi.useRealTimers());

it('reports tasks that a page does not acknowledge in time', () => {
  watch.sent([1, 2]);
  vi.advanceTimersByTime(BRIDGE_ACK_MS - 1);
  expect(unseen).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(unseen).toEqual([1, 2]);
});

it('reports each task after its own timeout', () => {
  watch.sent([1]);
  vi.advanceTimersByTime(500);
  watch.sent([2]);
  vi.advanceTimersByTime(BRIDGE_ACK_MS - 500);
  expect(unseen).toEqual([1]);
  vi.advanceTimersByTime(500);
  expect(unseen).toEqual([1, 2]);
});

it('gives a large task and the tasks behind it more time', () => {
  watch.sent([1], 3_000_000);
  watch.sent([2]);
  vi.advanceTimersByTime(BRIDGE_ACK_MS + 2_999);
  expect(unseen).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(unseen).toEqual([1, 2]);
  watch.sent([3]);
  vi.advanceTimersByTime(BRIDGE_ACK_MS);
  expect(unseen).toEqual([1, 2, 3]);
});

it('never reports an acknowledged task, however long it runs', () => {
  watch.sent([1]);
  expect(watch.acknowledged([1])).toEqual([1]);
  vi.advanceTimersByTime(60_000);
  expect(unseen).toEqual([]);
});

it('waits while an earlier task runs, because a busy page can not respond', () => {
  watch.sent([1]);
  watch.acknowledged([1]);
  watch.sent([2]);
  vi.advanceTimersByTime(10_000);
  expect(unseen).toEqual([]);
  watch.answered(1);
  vi.advanceTimersByTime(BRIDGE_ACK_MS - 1);
  expect(unseen).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(unseen).toEqual([2]);
});

it('still waits for an earlier abandoned task until the page responds', () => {
  watch.sent([1]);
  watch.acknowledged([1]);
  watch.abandon(1);
  watch.sent([2]);
  vi.advanceTimersByTime(BRIDGE_ACK_MS * 2);
  expect(unseen).toEqual([]);
  watch.acknowledged([2]);
  watch.answered(2);
  watch.sent([3]);
  vi.advanceTimersByTime(BRIDGE_ACK_MS);
  expect(unseen).toEqual([3]);
});

it('returns only pending tasks to a claim', () => {
  watch.sent([1, 2, 3]);
  watch.abandon(2);
  watch.answered(3);
  expect(watch.acknowledged([1, 2, 3, 4])).toEqual([1]);
});

it('reports nothing for a page that is gone', () => {
  watch.sent([1]);
  watch.clear();
  vi.advanceTimersByTime(60_000);
  expect(unseen).toEqual([]);
});

it('reports after the same time if the system clock changes', () => {
  watch.sent([1]);
  vi.setSystemTime(Date.now() - 3_600_000);
  vi.advanceTimersByTime(BRIDGE_ACK_MS);
  expect(unseen).toEqual([1]);
  watch.sent([2]);
  vi.advanceTimersByTime(1);
  vi.setSystemTime(Date.now() + 3_600_000);
  watch.sent([3]);
  vi.advanceTimersByTime(BRIDGE_ACK_MS - 1);
  expect(unseen).toEqual([1, 2]);
});

describe('a background that was busy', () => {
  /** Blocks for this time: no timer fires, and messages stay queued. */
  const stall = (ms: number) => {
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + ms);
  };
  afterEach(() => vi.restoreAllMocks());

  it('reads messages that arrived meanwhile before it reports anything', () => {
    watch.sent([1, 2]);
    stall(9_000);
    // Timers fire before queued messages are handled.
    vi.advanceTimersByTime(BRIDGE_ACK_MS);
    expect(unseen).toEqual([]);
    expect(watch.acknowledged([1])).toEqual([1]);
    watch.answered(1);
    vi.advanceTimersByTime(BRIDGE_ACK_MS * 2);
    expect(unseen).toEqual([2]);
  });

  it('does not let a reported task run', () => {
    watch.sent([1]);
    stall(9_000);
    vi.advanceTimersByTime(BRIDGE_ACK_MS * 2);
    expect(unseen).toEqual([1]);
    expect(watch.acknowledged([1])).toEqual([]);
  });
});
