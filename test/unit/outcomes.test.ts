/** Claim: a forecast is registered with what it is held against, waits for its days, is scored once, and speaks for the next card of its kind. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Forecast } from '../../src/domain/recommendations.ts';
import type { InUnit } from '../../src/domain/unit.ts';
import { addDays } from '../../src/kernel/calendar.ts';
import { newId } from '../../src/kernel/ids.ts';
import { endForecasts, registerForecast } from '../../src/outcomes/forecasts.ts';
import { changesInMeasurement } from '../../src/outcomes/inMeasurement.ts';
import { recordOfKind, scoredForecasts } from '../../src/outcomes/ledger.ts';
import { collectOutcome, scoreForecast } from '../../src/outcomes/measurement.ts';
import { scorecard } from '../../src/outcomes/scorecard.ts';
import { useTestDatabase } from '../support/database.ts';
import { loadFacts, type TestFact } from '../support/facts.ts';

const test = useTestDatabase();
const FIRST = '2026-01-05';
const WEEKS = 12;
const FROM = addDays(FIRST, 7 * WEEKS);
const TO = addDays(FROM, 27);

let inUnit: InUnit;
let workspaceId: string;
let ids: { goalId: string; runId: string; evidenceId: string };

/** Qualified leads a day of two channels. */
function leads(from: string, days: number, search: number, social = 3): TestFact[] {
  return Array.from({ length: days }, (_, n) => addDays(from, n)).flatMap((start) => [
    { source: 'hubspot', kind: 'CRM' as const, start, values: { qualified_leads: search } },
    { source: 'hubspot', kind: 'CRM' as const, start, channel: 'PAID_SOCIAL', values: { qualified_leads: social } },
  ]);
}

function forecastOf(part: Partial<Forecast>): Forecast {
  return {
    kpi: 'QUALIFIED_LEADS',
    unit: 'COUNT',
    quantity: 'DELTA',
    mean: 28,
    intervals: [
      { level: 0.8, lower: 10, upper: 46 },
      { level: 0.95, lower: 0, upper: 56 },
    ],
    probabilityOfGain: 0.95,
    horizonDays: 28,
    from: FROM,
    to: TO,
    method: 'screening',
    evidenceId: ids.evidenceId,
    ...part,
  };
}

async function addCard(verb: string, target: { type: string; id: string }): Promise<string> {
  const id = newId();
  await inUnit('app', ({ em, workspace }) =>
    em.execute(
      `insert into recommendation (id, workspace_id, run_id, goal_id, verb, target_type, target_id, target_name, card, digest, expires_on)
       values (?::uuid, ?::uuid, ?::uuid, ?::uuid, ?, ?, ?, 'x', '{}', 'd', ?::date)`,
      [id, workspace.id, ids.runId, ids.goalId, verb, target.type, target.id, TO],
    ),
  );
  return id;
}

/** A change set as it stands after its execution; written past governance, whose own tests hold its doors. */
async function addExecuted(recommendationId: string, actions: readonly object[] = []): Promise<void> {
  const client = await test().database.ownerPool.connect();
  try {
    await client.query('begin');
    await client.query("select set_config('app.workspace_id', $1, true)", [workspaceId]);
    await client.query('alter table change_set disable trigger user');
    await client.query(
      `insert into change_set (id, workspace_id, run_id, recommendation_id, state, title, reason, if_rejected, proposer_kind, proposer_id, canonical, digest, actions)
       values ($1, $2, $3, $4, 'EXECUTED', 't', 'r', 'n', 'AGENT', 'PAID_MEDIA', '{}', 'd', $5::jsonb)`,
      [newId(), workspaceId, ids.runId, recommendationId, JSON.stringify(actions)],
    );
    await client.query('alter table change_set enable trigger user');
    await client.query('commit');
  } finally {
    client.release();
  }
}

async function register(forecast: Forecast, recommendationId: string | null = null) {
  return inUnit('app', (unit) =>
    registerForecast(unit, { id: newId(), runId: ids.runId, goalId: ids.goalId, recommendationId, forecast }),
  );
}

beforeEach(async () => {
  workspaceId = await test().addWorkspace();
  const memberId = newId();
  await test().database.ownerPool.query('insert into member (id, workspace_id, email) values ($1, $2, $3)', [
    memberId,
    workspaceId,
    'strategist@demo.example',
  ]);
  inUnit = test().units(workspaceId);
  ids = { goalId: newId(), runId: newId(), evidenceId: newId() };
  await inUnit('app', async ({ em }) => {
    await em.execute(
      `insert into goal (id, workspace_id, owner_member_id, kpi, target, from_day, to_day, budget_micros, currency, market, text) values (?::uuid, ?::uuid, ?::uuid, 'QUALIFIED_LEADS', 100, ?::date, ?::date, 1, 'EUR', 'ALL', '')`,
      [ids.goalId, workspaceId, memberId, FROM, TO],
    );
    await em.execute(
      `insert into run (id, workspace_id, goal_id, kind, status, graph_version, thread_id, requested_by) values (?::uuid, ?::uuid, ?::uuid, 'PLAN_AND_EXECUTE', 'SUCCEEDED', '1', ?::uuid, ?::uuid)`,
      [ids.runId, workspaceId, ids.goalId, newId(), memberId],
    );
    await em.execute(
      `insert into evidence (id, workspace_id, run_id, kind, tier, input, output, output_digest, code_version, as_of) values (?::uuid, ?::uuid, ?::uuid, 'brain.screening', 'OBSERVED', '{}', '{}', 'd', '1', ?::date)`,
      [ids.evidenceId, workspaceId, ids.runId, FROM],
    );
  });
  await loadFacts(inUnit, leads(FIRST, 7 * WEEKS, 5));
});

async function stateOf(forecastId: string): Promise<string | undefined> {
  const rows = await inUnit('app', ({ em }) =>
    em.execute<{ state: string }[]>('select state from forecast where id = ?::uuid', [forecastId]),
  );
  return rows[0]?.state;
}

describe('a forecast of a change', () => {
  it('is held against the past level of what it changes, once its days are covered', async () => {
    const card = await addCard('SCALE', { type: 'channel', id: 'PAID_SEARCH' });
    await addExecuted(card);
    const registered = await register(forecastOf({}), card);
    expect(registered).toMatchObject({
      dueOn: addDays(TO, 1),
      scope: { type: 'CHANNEL', id: 'PAID_SEARCH' },
      baseline: { level: 140, method: 'recent-level' },
    });
    expect(await stateOf(registered.id)).toBe('OPEN');
    await loadFacts(inUnit, leads(FROM, 14, 6, 90));
    expect(await inUnit('app', (unit) => collectOutcome(unit, registered.id))).toBeNull();
    await expect(inUnit('app', (unit) => scoreForecast(unit, registered.id))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await loadFacts(inUnit, leads(addDays(FROM, 14), 14, 6, 90));
    expect(await inUnit('app', (unit) => collectOutcome(unit, registered.id))).toEqual({
      observed: 28,
      level: 168,
      completeness: 1,
      source: 'CRM',
    });
    const scored = await inUnit('app', (unit) => scoreForecast(unit, registered.id));
    expect(scored).toMatchObject({
      recommendationId: card,
      observed: 28,
      inside80: true,
      tier: 'OBSERVED',
      baselineMethod: 'recent-level',
      forecast: { mean: 28, quantity: 'DELTA' },
    });
    await loadFacts(inUnit, leads(FROM, 28, 50));
    expect(await inUnit('app', (unit) => scoreForecast(unit, registered.id))).toEqual(scored);
    expect(await inUnit('app', (unit) => recordOfKind(unit, 'SCALE'))).toEqual({
      scored: 1,
      inside80: 1,
      notToldApart: 0,
      coverage80: 1,
    });
    expect(await inUnit('app', (unit) => recordOfKind(unit, 'PAUSE'))).toEqual({
      scored: 0,
      inside80: 0,
      notToldApart: 0,
      coverage80: null,
    });
    expect(await inUnit('app', (unit) => scoredForecasts(unit))).toMatchObject([
      { id: registered.id, observed: 28, lower80: 10, upper80: 46, inside80: true },
    ]);
  });

  it('can never come true where the past is too short to tell, or when its card was rejected', async () => {
    const early = await register(forecastOf({ from: addDays(FIRST, 14), to: addDays(FIRST, 41) }));
    expect(early.baseline).toBeNull();
    expect(await inUnit('app', (unit) => collectOutcome(unit, early.id))).toBeNull();
    const card = await addCard('SHIFT', { type: 'strategy', id: 'portfolio' });
    const rejected = await register(forecastOf({}), card);
    expect(rejected.scope).toEqual({ type: 'TOTAL', id: null });
    expect(await inUnit('app', (unit) => endForecasts(unit, card, 'NEVER_DUE'))).toBe(1);
    expect([await stateOf(early.id), await stateOf(rejected.id)]).toEqual(['NEVER_DUE', 'NEVER_DUE']);
  });
});

describe('a change that was carried out', () => {
  it('is in measurement until its forecast is scored, and for eight weeks more where it could not be told apart', async () => {
    const card = await addCard('SCALE', { type: 'channel', id: 'PAID_SEARCH' });
    await addExecuted(card, [{ kind: 'budget.set', target: { type: 'campaign', id: 'c1', name: 'Search' } }]);
    const { id, dueOn } = await register(forecastOf({ intervals: [{ level: 0.8, lower: -10, upper: 46 }] }), card);
    const on = (day: string) => inUnit('app', (unit) => changesInMeasurement(unit, day));
    const targets = [{ id: 'c1', name: 'Search' }];
    expect(await on(FROM)).toEqual([{ forecastId: id, verb: 'SCALE', dueOn, until: dueOn, learning: null, targets }]);
    await loadFacts(inUnit, leads(FROM, 28, 6));
    await inUnit('app', (unit) => scoreForecast(unit, id));
    expect(await on(addDays(dueOn, 55))).toMatchObject([{ forecastId: id, until: addDays(dueOn, 56) }]);
    expect(await on(addDays(dueOn, 56))).toEqual([]);
  });

  it('is free again once its score told it apart', async () => {
    const card = await addCard('SCALE', { type: 'channel', id: 'PAID_SEARCH' });
    await addExecuted(card);
    const { id, dueOn } = await register(forecastOf({}), card);
    await loadFacts(inUnit, leads(FROM, 28, 6));
    await inUnit('app', (unit) => scoreForecast(unit, id));
    expect(await inUnit('app', (unit) => changesInMeasurement(unit, dueOn))).toEqual([]);
  });
});

describe('a forecast of a change that nobody carried out', () => {
  it('is ended and never scored, since what came is no test of it', async () => {
    const card = await addCard('SCALE', { type: 'channel', id: 'PAID_SEARCH' });
    const { id } = await register(forecastOf({}), card);
    await loadFacts(inUnit, leads(FROM, 28, 6));
    expect(await inUnit('app', (unit) => collectOutcome(unit, id))).toBeNull();
    expect(await stateOf(id)).toBe('NEVER_DUE');
    expect(await inUnit('app', (unit) => recordOfKind(unit, 'SCALE'))).toMatchObject({ scored: 0 });
  });
});

describe('a forecast of a level', () => {
  it('counts what a person recorded before what the facts say', async () => {
    const { id } = await register(
      forecastOf({
        quantity: 'LEVEL',
        mean: 230,
        intervals: [{ level: 0.8, lower: 200, upper: 260 }],
        probabilityOfGain: null,
      }),
    );
    await inUnit('app', ({ em, workspace }) =>
      em.execute(
        `insert into outcome (id, workspace_id, goal_id, forecast_id, kpi, unit, value, from_day, to_day, source, completeness, recorded_by) values (?::uuid, ?::uuid, ?::uuid, ?::uuid, 'QUALIFIED_LEADS', 'COUNT', 300, ?::date, ?::date, 'FINANCE', 1, 'someone')`,
        [newId(), workspace.id, ids.goalId, id, FROM, TO],
      ),
    );
    const scored = await inUnit('app', (unit) => scoreForecast(unit, id));
    expect(scored).toMatchObject({
      observed: 300,
      inside80: false,
      baselineMethod: null,
      score: { naiveAbsoluteError: 300 - 224, brier: null, widened: false },
    });
  });

  it('makes the precision of the scorecard together with the others', async () => {
    expect(await inUnit('app', (unit) => scorecard(unit))).toMatchObject({
      precision: { scored: 0, coverage80: null },
      productivity: { cycleTime: { n: 0 }, firstPassApproval: null },
      decisions: [],
    });
    const { id } = await register(
      forecastOf({
        quantity: 'LEVEL',
        mean: 230,
        intervals: [{ level: 0.8, lower: 200, upper: 260 }],
        probabilityOfGain: null,
      }),
    );
    await loadFacts(inUnit, leads(FROM, 28, 6));
    await inUnit('app', (unit) => scoreForecast(unit, id));
    const { precision } = await inUnit('app', (unit) => scorecard(unit));
    expect(precision).toMatchObject({ scored: 1, coverage80: 1, coverage50: null });
    expect(precision.meanAbsoluteErrorShare).toBeCloseTo(22 / 252, 9);
    expect(precision.forecastSkill).toBeCloseTo(1 - 22 / 28, 9);
  });
});
