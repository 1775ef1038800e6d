/**
 * Owns the screening fit of a workspace's panel for a run: fitted off the main thread, once for all specialists of the run,
 * since the same series and seed give the same bytes.
 */
import { fitScreening } from '../brain/screening.ts';
import type { ResponseFit, ResponseInput } from '../brain/responseTypes.ts';
import { digestOf } from '../kernel/canonicalJson.ts';
import { toError } from '../kernel/errors.ts';
import type { SpecialistContext } from './contract.ts';
import type { Allowed, ResponsePanel } from './tools.ts';

/** A fit with the series it was made from. */
export interface FittedPanel {
  readonly panel: ResponsePanel;
  readonly fit: ResponseFit;
}

/** Channels whose series hold less than this share of rows with input cannot be fitted and are left out. */
const MIN_ACTIVE_SHARE = 0.05;
/** Rows below which nothing is fitted. */
const MIN_ROWS = 20;
/** Bootstrap draws: enough for 90 % intervals. */
const DRAWS = 200;
const KEPT_FITS = 4;
const kept = new Map<string, SharedFit>();

/** Fits the panel of the goal's KPI; null where the data hold no panel, or too short a one. */
export async function fitResponse(
  context: Pick<SpecialistContext, 'goal' | 'run' | 'signal'>,
  tools: Allowed<'metrics.panel'>,
): Promise<FittedPanel | null> {
  const panel = await tools['metrics.panel']({ kpi: context.goal.kpi });
  if (!panel || panel.periods.length < MIN_ROWS) return null;
  const channels = panel.channels.filter((channel) => activeShare(panel, channel) >= MIN_ACTIVE_SHARE);
  if (channels.length === 0) return null;
  const input = {
    periods: panel.periods,
    periodsPerYear: panel.periodsPerYear,
    series: panel.series,
    channels,
    notMoney: panel.notMoney.filter((channel) => channels.includes(channel)),
    launches: panel.launches,
    draws: DRAWS,
    seed: context.run.seed,
  };
  return { panel: { ...panel, channels }, fit: await sharedFit(input, context.signal) };
}

/** A fit that is made once for all who wait for it; it ends early when the last of them has left, and not before. */
interface SharedFit {
  readonly fit: Promise<ResponseFit>;
  readonly stop: AbortController;
  waiting: number;
  ended: boolean;
}

async function sharedFit(input: ResponseInput, signal: AbortSignal): Promise<ResponseFit> {
  signal.throwIfAborted();
  const key = digestOf(input);
  const shared = kept.get(key) ?? begin(key, input);
  shared.waiting += 1;
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(toError(signal.reason));
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([shared.fit, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
    shared.waiting -= 1;
    if (shared.waiting === 0 && !shared.ended) {
      forget(key, shared);
      shared.stop.abort();
    }
  }
}

function begin(key: string, input: ResponseInput): SharedFit {
  for (const oldest of kept.keys()) {
    if (kept.size < KEPT_FITS) break;
    kept.delete(oldest);
  }
  const stop = new AbortController();
  const shared: SharedFit = { fit: fitScreening(input, { signal: stop.signal }), stop, waiting: 0, ended: false };
  kept.set(key, shared);
  shared.fit.then(
    () => (shared.ended = true),
    () => {
      shared.ended = true;
      // A failed fit must not answer a later run.
      forget(key, shared);
    },
  );
  return shared;
}

function forget(key: string, shared: SharedFit): void {
  if (kept.get(key) === shared) kept.delete(key);
}

function activeShare(panel: ResponsePanel, channel: string): number {
  const active = panel.periods.filter((_, t) =>
    panel.series.some((series) => (series.spend[channel]?.[t] ?? 0) > 0),
  ).length;
  return active / panel.periods.length;
}
