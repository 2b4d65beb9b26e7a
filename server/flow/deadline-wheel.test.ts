import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline, DeadlineWheel } from './deadline-wheel.ts';

class Noted extends Deadline {
  readonly expired: number[] = [];

  expire(): void {
    this.expired.push(performance.now());
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function started(wheel: DeadlineWheel, ms: number): { deadline: Noted; startedAt: number } {
  const deadline = new Noted();
  wheel.start(deadline, ms);
  return { deadline, startedAt: performance.now() };
}

describe('the deadline wheel', () => {
  it.each([1, 250, 999])('expires a deadline of %i ms exactly', (ms) => {
    const { deadline, startedAt } = started(new DeadlineWheel(), ms);
    vi.advanceTimersByTime(ms - 1);
    expect(deadline.expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(deadline.expired).toEqual([startedAt + ms]);
  });

  it.each([1_000, 1_001, 1_099, 30_000, 600_000])('expires a deadline of %i ms within 100 ms, never early', (ms) => {
    vi.advanceTimersByTime(37);
    const { deadline, startedAt } = started(new DeadlineWheel(), ms);
    vi.advanceTimersByTime(ms - 1);
    expect(deadline.expired).toEqual([]);
    vi.advanceTimersByTime(101);
    expect(deadline.expired).toHaveLength(1);
    expect(deadline.expired[0]).toBeGreaterThanOrEqual(startedAt + ms);
  });

  it.each([500, 5_000])('never expires a cancelled deadline of %i ms', (ms) => {
    const wheel = new DeadlineWheel();
    const { deadline } = started(wheel, ms);
    wheel.cancel(deadline);
    wheel.cancel(deadline);
    vi.advanceTimersByTime(10_000);
    expect(deadline.expired).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has no timer while empty, and starts again afterwards', () => {
    const wheel = new DeadlineWheel();
    started(wheel, 2_000);
    vi.advanceTimersByTime(3_000);
    expect(vi.getTimerCount()).toBe(0);
    const { deadline } = started(wheel, 2_000);
    vi.advanceTimersByTime(2_100);
    expect(deadline.expired).toHaveLength(1);
  });

  it('has no timer a tick after the last deadline is cancelled', () => {
    const wheel = new DeadlineWheel();
    const { deadline } = started(wheel, 600_000);
    wheel.cancel(deadline);
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(0);
    const next = started(wheel, 2_000);
    vi.advanceTimersByTime(2_100);
    expect(next.deadline.expired).toHaveLength(1);
  });

  it('does not expire a deadline that another one cancels as it expires', () => {
    const wheel = new DeadlineWheel();
    const second = new Noted();
    class First extends Deadline {
      expire(): void {
        wheel.cancel(second);
      }
    }
    wheel.start(new First(), 1_000);
    wheel.start(second, 1_000);
    vi.advanceTimersByTime(2_000);
    expect(second.expired).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('accepts a new deadline from an expiring one', () => {
    const wheel = new DeadlineWheel();
    const second = new Noted();
    class First extends Deadline {
      expire(): void {
        wheel.start(second, 1_000);
      }
    }
    wheel.start(new First(), 1_000);
    vi.advanceTimersByTime(2_250);
    expect(second.expired).toHaveLength(1);
  });

  it('lets received messages be handled first if the process was busy', () => {
    const wheel = new DeadlineWheel();
    const { deadline } = started(wheel, 1_000);
    // The process blocks past the deadline. The answer is handled in the tick after the late timer.
    vi.setSystemTime(Date.now());
    const late = performance.now() + 5_000;
    vi.spyOn(performance, 'now').mockReturnValue(late);
    vi.advanceTimersToNextTimer();
    expect(deadline.expired).toEqual([]);
    wheel.cancel(deadline);
    vi.advanceTimersToNextTimer();
    expect(deadline.expired).toEqual([]);
    vi.restoreAllMocks();
  });
});
