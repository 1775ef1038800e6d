/** The kernel: days, and waits that end with the reason they were given and leave nothing behind. */
import { getEventListeners } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, dayFromNumber, dayNumber, startOf, weekday } from '../../src/kernel/calendar.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { microsFromDecimal, microsFromUnits, unitsFromMicros } from '../../src/kernel/money.ts';
import { delay, withTimeout } from '../../src/kernel/waiting.ts';

describe('days', () => {
  test('a weekday follows the one before it on every day, also before 1970', () => {
    expect([weekday('1969-12-28'), weekday('1969-12-31'), weekday('1970-01-01'), weekday('2026-01-31')]).toEqual([
      7, 3, 4, 6,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), (number) => {
        const day = dayFromNumber(number);
        expect(dayNumber(day)).toBe(number);
        expect(weekday(addDays(day, 1))).toBe((weekday(day) % 7) + 1);
        expect(weekday(startOf('WEEK', day))).toBe(1);
      }),
    );
  });
});

describe('money', () => {
  test('units and micros go back and forth without loss up to a billion units', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (micros) => {
        expect(microsFromUnits(unitsFromMicros(micros))).toBe(micros);
      }),
    );
    expect(microsFromDecimal('-0.0000005')).toBe(-1n);
  });
});

describe('waiting', () => {
  test('a delay that is aborted throws the reason of its signal', async () => {
    const stop = new AbortController();
    const reason = new AppError('CANCELLED', 'The worker is stopping.');
    const waiting = delay(60_000, stop.signal);
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(delay(60_000, stop.signal)).rejects.toBe(reason);
  });

  test('work past its limit ends with what was waited for, and work that is cancelled says so', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    await expect(withTimeout('Asking', 5, never)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('Asking') as string,
    });
    const outer = new AbortController();
    const waiting = withTimeout('Asking', 60_000, never, outer.signal);
    outer.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('a wait that has ended no longer listens to its signal', async () => {
    let given: AbortSignal | undefined;
    const work = async (signal: AbortSignal): Promise<number> => {
      given = signal;
      return 7;
    };
    expect(await withTimeout('Asking', 60_000, work, new AbortController().signal)).toBe(7);
    expect(given && getEventListeners(given, 'abort')).toEqual([]);
  });
});
