/** Owns the simulated market of a demo workspace as the imports see it: its rows loaded, and letting it run on. */
import { LockMode } from '@mikro-orm/core';
import { SandboxMarketEntity, type SandboxMarketRow } from '../database/entities/sandbox.ts';
import { WorkspaceEntity } from '../database/entities/workspace.ts';
import { loadFacts, type LoadProgress } from '../connectors/imports/loadFacts.ts';
import { madeOrigin, type LoadOrigin } from '../connectors/imports/loadResult.ts';
import type { Fact } from '../domain/facts.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { addDays, dayNumber, type CalendarDay } from '../kernel/calendar.ts';
import { digestOf } from '../kernel/canonicalJson.ts';
import { AppError } from '../kernel/errors.ts';
import { advanceMarket } from '../simulator/market.ts';
import type { Market, MarketState } from '../simulator/marketTypes.ts';
import { systemCaller, type Caller } from './callers.ts';
import type { Services } from './services.ts';

/** Facts of one batch of the import path. */
const BATCH_FACTS = 5000;
/** Times that the same days are made anew because effects came meanwhile. */
const ADVANCE_TRIES = 5;

/**
 * Loads a stretch of the market's days by the normal import path; the same stretch twice changes nothing.
 * `along` is done in the transaction that makes those days visible.
 */
export async function loadMarketRows(
  caller: Caller,
  market: Market,
  options: {
    tell?: (text: string) => void;
    progress?: (at: LoadProgress) => void;
    signal?: AbortSignal;
    along?: (unit: UnitOfWork) => Promise<void>;
  } = {},
): Promise<void> {
  const rows = market.rows();
  const { tell, ...rest } = options;
  const result = await loadFacts(caller.inUnit, originOf(market, rows.length), { batches: batchesOf(rows), ...rest });
  tell?.(`Loaded ${result.rows.added + result.rows.restated} rows from ${market.from} to ${market.to}.`);
}

/**
 * Lets a demo's market run on to the end of `through` under the campaign state that effects have left, and imports those days.
 * Days that it has reached already are not made again. An effect that comes meanwhile counts: the days are then made anew under it.
 * @throws CONFLICT when effects came in every one of the tries
 */
export async function advanceDemoMarket(
  services: Services,
  market: { workspaceId: string; through: CalendarDay },
  signal: AbortSignal,
): Promise<void> {
  const caller = systemCaller(services, market.workspaceId, 'simulator');
  for (let tries = 1; ; tries += 1) {
    const before = await caller.inUnit('app', async (unit) => (await marketOf(unit)).state as MarketState);
    const days = dayNumber(market.through) - dayNumber(before.day);
    if (days < 1) return;
    const advanced = advanceMarket(before, { fromDay: addDays(before.day, 1), days });
    let changed = false;
    const along = async (unit: UnitOfWork): Promise<void> => {
      changed = !(await keepIfUnchanged(unit, before, advanced));
      if (changed) throw new AppError('CONFLICT', 'Effects changed the market while its next days were made.');
    };
    try {
      return await loadMarketRows(caller, advanced, { signal, along });
    } catch (error) {
      if (!changed || tries === ADVANCE_TRIES) throw error;
    }
  }
}

/** Writes the state after the new days, unless the one that they were made from no longer stands. */
async function keepIfUnchanged(unit: UnitOfWork, before: MarketState, advanced: Market): Promise<boolean> {
  const row = await marketOf(unit, LockMode.PESSIMISTIC_WRITE);
  if (digestOf(row.state) !== digestOf(before)) return false;
  Object.assign(row, { state: advanced.state, advancedThrough: advanced.to });
  const own = await unit.em.findOneOrFail(WorkspaceEntity, { id: unit.workspace.id });
  own.businessDate = addDays(advanced.to, 1);
  await unit.em.flush();
  return true;
}

function marketOf({ em, workspace }: UnitOfWork, lockMode = LockMode.NONE): Promise<SandboxMarketRow> {
  return em.findOneOrFail(SandboxMarketEntity, { workspaceId: workspace.id }, { lockMode });
}

function originOf(market: Market, rows: number): LoadOrigin {
  const name = `simulated market ${market.from} to ${market.to}`;
  return madeOrigin({
    fileName: name,
    // The state holds the seed and everything that was changed, so it names these rows and no others.
    fileDigest: digestOf({ name, state: market.state }),
    optionsDigest: digestOf({ preset: 'simulator' }),
    source: 'simulator',
    rows,
  });
}

function* batchesOf(rows: readonly Fact[]): Generator<readonly Fact[]> {
  for (let start = 0; start < rows.length; start += BATCH_FACTS) yield rows.slice(start, start + BATCH_FACTS);
}
