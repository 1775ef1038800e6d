/** Owns the simulated market of a demo workspace as the imports see it: its rows loaded, and letting it run on. */
import { SandboxMarketEntity } from '../database/entities/sandbox.ts';
import { WorkspaceEntity } from '../database/entities/workspace.ts';
import { loadFacts, type LoadOrigin } from '../connectors/imports/loadFacts.ts';
import type { Fact } from '../domain/facts.ts';
import { addDays, dayNumber, type CalendarDay } from '../kernel/calendar.ts';
import { digestOf } from '../kernel/canonicalJson.ts';
import { advanceMarket } from '../simulator/market.ts';
import type { Market, MarketState } from '../simulator/marketTypes.ts';
import { systemCaller, type Caller } from './callers.ts';
import type { Services } from './services.ts';

/** Facts of one batch of the import path. */
const BATCH_FACTS = 5000;

/** Loads a stretch of the market's days by the normal import path; the same stretch twice changes nothing. */
export async function loadMarketRows(
  caller: Caller,
  market: Market,
  options: { tell?: (text: string) => void; signal?: AbortSignal } = {},
): Promise<void> {
  const rows = market.rows();
  const result = await loadFacts(caller.inUnit, originOf(market, rows.length), {
    batches: batchesOf(rows),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  options.tell?.(`Loaded ${result.rows.added + result.rows.restated} rows from ${market.from} to ${market.to}.`);
}

/**
 * Lets a demo's market run on to the end of `through` under the campaign state that effects have left, and imports those days.
 * Days that it has reached already are not made again.
 */
export async function advanceDemoMarket(
  services: Services,
  market: { workspaceId: string; through: CalendarDay },
  signal: AbortSignal,
): Promise<void> {
  const caller = systemCaller(services, market.workspaceId, 'simulator');
  const state = await caller.inUnit('app', async ({ em, workspace }) => {
    const row = await em.findOneOrFail(SandboxMarketEntity, { workspaceId: workspace.id });
    return row.state as MarketState;
  });
  const days = dayNumber(market.through) - dayNumber(state.day);
  if (days < 1) return;
  const advanced = advanceMarket(state, { fromDay: addDays(state.day, 1), days });
  await loadMarketRows(caller, advanced, { signal });
  await caller.inUnit('app', async ({ em, workspace }) => {
    const row = await em.findOneOrFail(SandboxMarketEntity, { workspaceId: workspace.id });
    Object.assign(row, { state: advanced.state, advancedThrough: advanced.to });
    const own = await em.findOneOrFail(WorkspaceEntity, { id: workspace.id });
    own.businessDate = addDays(advanced.to, 1);
    await em.flush();
  });
}

function originOf(market: Market, rows: number): LoadOrigin {
  const name = `simulated market ${market.from} to ${market.to}`;
  return {
    fileName: name,
    // The state holds the seed and everything that was changed, so it names these rows and no others.
    fileDigest: digestOf({ name, state: market.state }),
    optionsDigest: digestOf({ preset: 'simulator' }),
    preset: 'simulator',
    source: 'simulator',
    rows: { read: rows, skipped: 0 },
    skipped: [],
    columns: [],
    dropped: [],
    notes: [],
    measures: null,
    combined: false,
    restatesWindow: false,
  };
}

function* batchesOf(rows: readonly Fact[]): Generator<readonly Fact[]> {
  for (let start = 0; start < rows.length; start += BATCH_FACTS) yield rows.slice(start, start + BATCH_FACTS);
}
