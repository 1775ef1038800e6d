/** Claim: a load is visible whole or not at all, the same file changes nothing, a corrected one restates, an undone one leaves no trace. */
import { describe, expect, it } from 'vitest';
import { undoLoad } from '../../src/connectors/imports/discardLoad.ts';
import { loadFacts } from '../../src/connectors/imports/loadFacts.ts';
import { originOf, type LoadOrigin } from '../../src/connectors/imports/loadResult.ts';
import type { ByteSource } from '../../src/connectors/imports/byteText.ts';
import { readFacts } from '../../src/connectors/imports/readFacts.ts';
import type { Fact, ImportResult } from '../../src/domain/facts.ts';
import type { MetricQueryInput } from '../../src/domain/metrics.ts';
import type { InUnit } from '../../src/domain/unit.ts';
import { addDays } from '../../src/kernel/calendar.ts';
import { campaignFacts } from '../../src/metrics/entities.ts';
import { queryMetrics } from '../../src/metrics/query.ts';
import { useTestDatabase } from '../support/database.ts';
import { fixtureSource, plan, textSource } from '../support/importFiles.ts';

const test = useTestDatabase();
const fresh = async (): Promise<InUnit> => test().units(await test().addWorkspace());
const year = { from: '2026-01-01', to: '2026-06-30' };

async function load(
  inUnit: InUnit,
  source: ByteSource,
  options: Parameters<typeof plan>[1] = {},
): Promise<ImportResult> {
  const planned = await plan(source, options);
  return loadFacts(inUnit, originOf(planned, 'file.csv'), { batches: readFacts(source, planned) });
}

async function ask(
  inUnit: InUnit,
  metrics: MetricQueryInput['metrics'],
  more: Partial<MetricQueryInput> = {},
): Promise<unknown> {
  const { rows } = await inUnit('app', (unit) => queryMetrics(unit, { ...year, ...more, metrics }));
  return rows.map((row) => row.map((cell) => (cell === null ? null : Number(cell))));
}

const HEAD = 'date,channel,campaign,spend,clicks,currency\n';
const file = (...rows: string[]): ByteSource => textSource(`${HEAD}${rows.join('\n')}\n`, 4096);
const first = file('2026-01-05,A,One,10,100,EUR', '2026-01-05,A,Two,20,200,EUR', '2026-01-06,A,One,30,300,EUR');
const corrected = file('2026-01-05,A,One,10,100,EUR', '2026-01-05,A,Two,25,200,EUR', '2026-01-07,A,One,1,1,EUR');

describe('loading', () => {
  it('stops at its signal with nothing loaded, and the same file loads afterwards', async () => {
    const inUnit = await fresh();
    const planned = await plan(first);
    const origin = originOf(planned, 'file.csv');
    for (const stage of ['READING', 'COMPARING', 'ACTIVATING']) {
      const stop = new AbortController();
      const stopped = loadFacts(inUnit, origin, {
        batches: readFacts(first, planned),
        signal: stop.signal,
        progress: (at) => void (at.stage === stage && stop.abort(new Error('stopped'))),
      });
      await expect(stopped).rejects.toThrow('stopped');
      expect(await ask(inUnit, ['SPEND'])).toEqual([[null]]);
    }
    expect((await load(inUnit, first)).status).toBe('LOADED');
    expect(await ask(inUnit, ['SPEND'])).toEqual([[60]]);
  });

  it('changes nothing when the same file comes twice', async () => {
    const inUnit = await fresh();
    const one = await load(inUnit, first);
    expect(one.rows).toEqual({ read: 3, added: 3, restated: 0, unchanged: 0, skipped: 0 });
    const again = await load(inUnit, first);
    expect([again.status, again.sameAs, again.load]).toEqual(['UNCHANGED', one.load, null]);
    expect(await ask(inUnit, ['SPEND', 'CLICKS'])).toEqual([[60, 600]]);
  });

  it('restates what a corrected file says differently, and an undo brings the old value back', async () => {
    const inUnit = await fresh();
    await load(inUnit, first);
    const second = await load(inUnit, corrected);
    expect(second.rows).toMatchObject({ added: 1, restated: 1, unchanged: 1 });
    expect(await ask(inUnit, ['SPEND'])).toEqual([[66]]);
    expect(await undoLoad(inUnit, second.load ?? '')).toMatchObject({ restored: 2 });
    expect(await ask(inUnit, ['SPEND'])).toEqual([[60]]);
    await expect(undoLoad(inUnit, second.load ?? '')).rejects.toThrow(/UNDONE/);
    await expect(undoLoad(inUnit, 'nonsense')).rejects.toThrow(/no load "nonsense"/);
    expect((await load(inUnit, corrected)).rows).toMatchObject({ added: 1, restated: 1, unchanged: 1 });
  });

  it('undoes loads in any order', async () => {
    const inUnit = await fresh();
    const loads: string[] = [];
    for (const spend of [10, 11, 12])
      loads.push((await load(inUnit, file(`2026-01-05,A,One,${spend},1,EUR`))).load ?? '');
    await undoLoad(inUnit, loads[1] ?? '');
    expect(await ask(inUnit, ['SPEND'])).toEqual([[12]]);
    await undoLoad(inUnit, loads[2] ?? '');
    expect(await ask(inUnit, ['SPEND'])).toEqual([[10]]);
    await undoLoad(inUnit, loads[0] ?? '');
    expect(await ask(inUnit, ['SPEND'])).toEqual([[null]]);
  });

  it('counts nothing twice after an undo that broke off', async () => {
    const inUnit = await fresh();
    const loads: string[] = [];
    for (const spend of [10, 11, 12])
      loads.push((await load(inUnit, file(`2026-01-05,A,One,${spend},1,EUR`))).load ?? '');
    const breaking: InUnit = (role, work) =>
      inUnit(role, async (unit) => {
        const done = await work(unit);
        const undone = await unit.em.execute<unknown[]>(`select 1 from import_load where status = 'UNDONE'`);
        if (undone.length > 0) throw new Error('killed');
        return done;
      });
    await expect(undoLoad(breaking, loads[1] ?? '')).rejects.toThrow('killed');
    expect(await ask(inUnit, ['SPEND'])).toEqual([[12]]);
    await undoLoad(inUnit, loads[2] ?? '');
    expect(await ask(inUnit, ['SPEND'])).toEqual([[11]]);
    await undoLoad(inUnit, loads[1] ?? '');
    expect(await ask(inUnit, ['SPEND'])).toEqual([[10]]);
  });

  it('keeps what a later load said again when the earlier one is undone', async () => {
    const inUnit = await fresh();
    const before = await load(inUnit, first);
    await load(inUnit, corrected);
    await undoLoad(inUnit, before.load ?? '');
    expect(await ask(inUnit, ['SPEND'])).toEqual([[36]]);
  });

  it('keeps what an earlier file said in columns that a later one does not have', async () => {
    const inUnit = await fresh();
    await load(inUnit, first);
    await load(inUnit, textSource('date,channel,campaign,impressions\n2026-01-05,A,One,5000\n', 4096));
    expect(await ask(inUnit, ['SPEND', 'CLICKS', 'IMPRESSIONS'])).toEqual([[60, 600, 5000]]);
  });

  it('leaves nothing behind when reading fails half-way', async () => {
    const inUnit = await fresh();
    const planned = await plan(first);
    const broken = async function* (): AsyncGenerator<Fact[]> {
      for await (const batch of readFacts(first, planned)) yield batch;
      throw new Error('the disk is gone');
    };
    await expect(loadFacts(inUnit, originOf(planned, 'file.csv'), { batches: broken() })).rejects.toThrow(
      'the disk is gone',
    );
    expect(await ask(inUnit, ['SPEND'])).toEqual([[null]]);
    const left = await inUnit('app', ({ em }) =>
      em.execute(
        'select (select count(*)::int from performance_fact) as facts, (select min(status) from import_load) as status',
      ),
    );
    expect(left).toEqual([{ facts: 0, status: 'FAILED' }]);
    expect((await load(inUnit, first)).rows.added).toBe(3);
  });

  it('keeps what was there when a later load fails', async () => {
    const inUnit = await fresh();
    await load(inUnit, first);
    const broken = async function* (): AsyncGenerator<Fact[]> {
      yield [];
      throw new Error('the disk is gone');
    };
    const origin = originOf(await plan(corrected), 'later.csv');
    await expect(loadFacts(inUnit, origin, { batches: broken() })).rejects.toThrow('the disk is gone');
    expect(await ask(inUnit, ['SPEND', 'CLICKS'])).toEqual([[60, 600]]);
  });

  it('shows no row of a load before it is active, and refuses a second import meanwhile', async () => {
    const inUnit = await fresh();
    const planned = await plan(first);
    const seen: unknown[] = [];
    const watched = async function* (): AsyncGenerator<Fact[]> {
      for await (const batch of readFacts(first, planned)) for (const fact of batch) yield [fact];
      seen.push(await ask(inUnit, ['SPEND']));
      seen.push(await load(inUnit, corrected).catch((error: unknown) => String(error)));
    };
    await loadFacts(inUnit, originOf(planned, 'file.csv'), { batches: watched() });
    expect(seen).toEqual([[[null]], expect.stringContaining('Another import is running: file.csv')]);
    expect(await ask(inUnit, ['SPEND'])).toEqual([[60]]);
  });

  it('fails when another import took it for dead meanwhile, and leaves nothing', async () => {
    const inUnit = await fresh();
    const planned = await plan(first);
    const overtaken = async function* (): AsyncGenerator<never[]> {
      yield [];
      await inUnit('app', ({ em }) =>
        em.execute(`update import_load set rows = '{"beatAt": "-infinity"}' where status = 'STAGING'`),
      );
      await load(inUnit, corrected);
    };
    const late = loadFacts(inUnit, originOf(planned, 'file.csv'), {
      batches: readFacts(first, planned),
      personal: overtaken(),
    });
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('no sign of life') });
    expect(await ask(inUnit, ['SPEND'])).toEqual([[36]]);
    const left = await inUnit('app', ({ em }) => em.execute('select count(*)::int as facts from performance_fact'));
    expect(left).toEqual([{ facts: 3 }]);
  });

  it('counts nothing twice when a load is to be undone beside an import: the undo waits', async () => {
    const inUnit = await fresh();
    const spending = (spend: number): ByteSource => file(`2026-01-05,A,One,${spend},1,EUR`);
    await load(inUnit, spending(10));
    const { load: second } = await load(inUnit, spending(11));
    const planned = await plan(spending(12));
    let refused: unknown;
    // After the load has marked what it restates, before it counts.
    const beside: InUnit = async (role, work) => {
      const done = await inUnit(role, work);
      const marked = await inUnit('app', ({ em }) =>
        em.execute<unknown[]>(
          `select 1 from performance_fact f join import_load l on l.id = f.superseded_by where l.status = 'STAGING'`,
        ),
      );
      if (marked.length > 0) refused ??= await undoLoad(inUnit, second ?? '').catch((error: unknown) => error);
      return done;
    };
    await loadFacts(beside, originOf(planned, 'third.csv'), { batches: readFacts(spending(12), planned) });
    expect(await ask(inUnit, ['SPEND'])).toEqual([[12]]);
    expect(refused).toMatchObject({ code: 'CONFLICT', message: 'Another import is running: third.csv.' });
    await undoLoad(inUnit, second ?? '');
    expect(await ask(inUnit, ['SPEND'])).toEqual([[12]]);
  });

  it('sees nothing of another workspace', async () => {
    const [one, other] = [await fresh(), await fresh()];
    await load(one, first);
    expect(await ask(other, ['SPEND'])).toEqual([[null]]);
    expect((await load(other, first)).rows.added).toBe(3);
  });
});

describe('a load of many rows', () => {
  /** 20,800 facts: 8 days of 2,600 campaigns, from a day on. */
  const many = function* (from: string, spend: bigint): Generator<Fact[]> {
    for (let day = 0; day < 8; day += 1) {
      const start = addDays(from, day);
      yield Array.from({ length: 2600 }, (_, at) => ({
        table: 'performance',
        source: 'long',
        sourceKind: 'PLATFORM',
        account: '',
        grain: 'DAY',
        start,
        end: start,
        geo: null,
        channel: `C${at % 5}`,
        campaign: { id: null, name: `Campaign ${at}` },
        audience: null,
        message: null,
        attribution: null,
        currency: 'EUR',
        counts: { clicks: 1n },
        money: { spendMicros: spend },
        fractional: {},
      }));
    }
  };
  const origin = async (fileDigest: string): Promise<LoadOrigin> => ({
    ...originOf(await plan(first), 'many.csv'),
    fileDigest,
    measures: null,
    campaigns: [],
  });
  const rollup = (inUnit: InUnit): Promise<unknown> =>
    inUnit('app', async ({ em }) => [
      await em.execute(
        `select start_day::text as day, channel, count(*)::int as rows, sum(spend_micros)::text as spend, sum(clicks)::text as clicks from metric_rollup group by 1, 2 order by 1, 2`,
      ),
      await em.execute(
        'select source, grain, measure, rows::text, first_day::text, last_day::text from metric_coverage order by measure',
      ),
    ]);

  it('has its rollup made in parts that nobody sees, in force at once, the same as counted anew, and so has its undo', async () => {
    const inUnit = await fresh();
    const totals = new Set<string>();
    let looking = false;
    const watched: InUnit = async (role, work) => {
      const done = await inUnit(role, work);
      if (looking) totals.add(JSON.stringify(await ask(inUnit, ['SPEND', 'CLICKS'])));
      return done;
    };
    const asCounted = async (): Promise<void> => {
      const prepared = await rollup(inUnit);
      await inUnit('app', ({ em }) => em.execute(`select rollup_refresh('2026-01-01', '2026-06-30')`));
      expect(prepared).toEqual(await rollup(inUnit));
    };
    const one = await loadFacts(inUnit, await origin('one'), { batches: many('2026-01-05', 1_000_000n) });
    const two = await loadFacts(watched, await origin('two'), {
      batches: many('2026-01-09', 2_000_000n),
      progress: ({ stage }) => void (looking = stage === 'ACTIVATING'),
    });
    looking = false;
    await asCounted();
    expect([...totals]).toEqual(['[[20800,20800]]', '[[52000,31200]]']);
    totals.clear();
    looking = true;
    const undone = await undoLoad(watched, two.load ?? '');
    looking = false;
    expect([...totals]).toEqual(['[[52000,31200]]', '[[20800,20800]]']);
    expect(undone.restored).toBe(10_400);
    await asCounted();
    await undoLoad(inUnit, one.load ?? '');
    expect(await rollup(inUnit)).toEqual([[], []]);
    const left = await inUnit('app', ({ em }) => em.execute('select count(*)::int as rows from metric_rollup_row'));
    expect(left).toEqual([{ rows: 0 }]);
  });
});

describe('campaigns beside figures', () => {
  it('brings status and daily budget as observed, never as approved, and an undo takes both back', async () => {
    const inUnit = await fresh();
    const state = async (): Promise<unknown> =>
      inUnit('app', async (unit) =>
        (await campaignFacts(unit)).map(({ name, status, budget }) => [
          name,
          status,
          budget && [budget.status, Number(budget.amountMicros) / 1e6, budget.period],
        ]),
      );
    const { load: id } = await load(inUnit, fixtureSource('google-ads-en.csv'));
    expect(await state()).toEqual([
      ['Brand search', 'ACTIVE', ['OBSERVED', 120, 'DAY']],
      ['Prospecting video', 'ACTIVE', ['OBSERVED', 80, 'DAY']],
      ['Total Fitness launch', 'PAUSED', ['OBSERVED', 50, 'DAY']],
    ]);
    await undoLoad(inUnit, id ?? '');
    expect(await state()).toEqual([
      ['Brand search', 'OBSERVED', null],
      ['Prospecting video', 'OBSERVED', null],
      ['Total Fitness launch', 'OBSERVED', null],
    ]);
  });

  it('leaves lifetime, ad set and shared budgets out, and reads the last day of each campaign', async () => {
    const meta = await plan(
      textSource(
        [
          'Reporting starts,Reporting ends,Campaign name,Day,Campaign delivery,Campaign budget,Campaign budget type,Amount spent (EUR),Impressions',
          '2026-01-05,2026-01-06,Spring,2026-01-05,active,50,Daily,10.00,100',
          '2026-01-05,2026-01-06,Spring,2026-01-06,completed,60,Daily,10.00,100',
          '2026-01-05,2026-01-06,Whole,2026-01-06,not_delivering,900,Lifetime,10.00,100',
          '2026-01-05,2026-01-06,Sets,2026-01-06,inactive,Using ad set budget,Using ad set budget,10.00,100',
        ].join('\n'),
      ),
    );
    expect(
      meta.campaigns.map(({ campaign, status, dailyBudgetMicros }) => [campaign.name, status, dailyBudgetMicros]),
    ).toEqual([
      ['Spring', 'ENDED', 60_000_000n],
      ['Whole', null, null],
      ['Sets', 'PAUSED', null],
    ]);
    const google = await plan(
      textSource(
        'Day,Campaign,Campaign status,Budget,Budget name,Budget type,Currency code,Cost,Impr.,Avg. CPC\n' +
          '2026-01-05,One,Enabled,50.00,Pot,Daily,EUR,1.00,5,0.1\n2026-01-05,Two,Enabled,50.00,Pot,Daily,EUR,1.00,5,0.1\n2026-01-05,Three,Enabled,30.00,Own,Daily,EUR,1.00,5,0.1\n',
      ),
    );
    expect(google.campaigns.map(({ dailyBudgetMicros }) => dailyBudgetMicros)).toEqual([null, null, 30_000_000n]);
  });
});

describe('identity', () => {
  it('adds up rows that a breakdown tells apart, once', async () => {
    const inUnit = await fresh();
    const source = textSource(
      'date,channel,device,spend,currency\n2026-01-05,A,phone,1.5,EUR\n2026-01-05,A,desktop,2.5,EUR\n',
      4096,
    );
    await load(inUnit, source);
    expect(await ask(inUnit, ['SPEND'])).toEqual([[4]]);
  });

  it('knows a campaign by its id when its name changes, and by its name where one file has no id', async () => {
    const inUnit = await fresh();
    const ids = (name: string, spend: number): ByteSource =>
      textSource(`date,channel,campaign,campaign_id,spend,currency\n2026-01-05,A,${name},77,${spend},EUR\n`, 4096);
    await load(inUnit, file('2026-01-05,A,One,10,1,EUR'));
    await load(inUnit, ids('One', 11));
    expect(await ask(inUnit, ['SPEND'])).toEqual([[11]]);
    const other = await fresh();
    await load(other, ids('One', 10));
    await load(other, ids('One, renamed'.replace(',', ''), 12));
    expect(await ask(other, ['SPEND'])).toEqual([[12]]);
    const observed = await other('app', ({ em }) =>
      em.execute('select count(*)::int as campaigns, min(status) as status from campaign'),
    );
    expect(observed).toEqual([{ campaigns: 1, status: 'OBSERVED' }]);
  });

  it('counts one sale that three tools claim once', async () => {
    const inUnit = await fresh();
    await load(inUnit, fixtureSource('google-ads-en.csv'));
    await load(inUnit, fixtureSource('ga4-de.csv'), { currency: 'EUR' });
    await load(inUnit, fixtureSource('hubspot-deals-en.csv'));
    expect(await ask(inUnit, ['REVENUE', 'SPEND', 'PLATFORM_REVENUE'])).toEqual([[12500, 864.2, 3950.75]]);
  });

  it('takes a deal back that a later export of the same window dates differently', async () => {
    const inUnit = await fresh();
    const deals = (day: string): ByteSource =>
      textSource(
        `Record ID,Deal Stage,Close Date,Amount,Create Date,Currency\n1,Closed won,${day},100,2026-01-05,EUR\n2,Closed won,2026-01-30,50,2026-01-05,EUR\n`,
        4096,
      );
    await load(inUnit, deals('2026-01-20'));
    await load(inUnit, deals('2026-01-21'));
    expect(await ask(inUnit, ['REVENUE', 'PIPELINE'])).toEqual([[150, 150]]);
  });
});
