/** Claim: what specialists compute themselves adds up, keeps within its bounds, and settles conflicts by its rules. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWithin } from '../../src/agents/content/lines.ts';
import { formatFor } from '../../src/agents/content/formats.ts';
import { readabilityOf } from '../../src/agents/content/readability.ts';
import { changeParts, factorEffects } from '../../src/agents/decomposition.ts';
import { evidenceBook } from '../../src/agents/evidence.ts';
import { multiplesFor } from '../../src/agents/nextBestAction/alternatives.ts';
import { channelMoves } from '../../src/agents/nextBestAction/budgets.ts';
import type { DraftCard } from '../../src/agents/nextBestAction/card.ts';
import { settleConflicts } from '../../src/agents/nextBestAction/conflicts.ts';
import type { ActionMaterial } from '../../src/agents/nextBestAction/gather.ts';
import { wasteOf } from '../../src/agents/paidMedia/waste.ts';
import { fitResponse } from '../../src/agents/responseFit.ts';
import { weighTerms } from '../../src/agents/terms.ts';
import { coveredPart, lastWeeks, windowBefore } from '../../src/agents/windows.ts';
import type { Action } from '../../src/domain/actions.ts';
import { artifactKinds, artifactSchemas, kindOf } from '../../src/domain/artifacts/artifactKinds.ts';
import { specialists } from '../../src/domain/specialists.ts';
import type { Allowed, CampaignFact } from '../../src/agents/tools.ts';
import type { SpecialistContext } from '../../src/agents/contract.ts';

const positive = fc.double({ min: 0.01, max: 1e6, noNaN: true });

describe('decomposition', () => {
  it('splits a change into volume and efficiency that add up to it', () => {
    fc.assert(
      fc.property(positive, positive, positive, positive, (resultBefore, spendBefore, resultNow, spendNow) => {
        const parts = changeParts({
          before: { result: resultBefore, spend: spendBefore },
          now: { result: resultNow, spend: spendNow },
        });
        const scale = Math.max(resultBefore, resultNow, Math.abs(parts.volume ?? 0), Math.abs(parts.efficiency ?? 0));
        expect(Math.abs((parts.volume ?? 0) + (parts.efficiency ?? 0) - parts.change)).toBeLessThan(
          1e-9 * scale + 1e-9,
        );
      }),
    );
  });

  it('splits the change of a product into effects of its factors that add up to it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            before: fc.double({ min: 0.1, max: 50, noNaN: true }),
            now: fc.double({ min: 0.1, max: 50, noNaN: true }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        (factors) => {
          const product = (key: 'before' | 'now'): number => factors.reduce((total, factor) => total * factor[key], 1);
          const sum = (factorEffects(factors) ?? []).reduce((total, effect) => total + effect, 0);
          expect(Math.abs(sum - (product('now') - product('before')))).toBeLessThan(
            1e-6 * Math.max(1, product('now'), product('before')),
          );
        },
      ),
    );
  });

  it('says nothing of factors that are zero', () => {
    expect(factorEffects([{ before: 0, now: 3 }])).toBeNull();
  });
});

describe('windows', () => {
  it('end with the last whole ISO week that the data reach', () => {
    expect(lastWeeks('2026-11-22', 8)).toEqual({ from: '2026-09-28', to: '2026-11-22' });
    expect(lastWeeks('2026-11-21', 1)).toEqual({ from: '2026-11-09', to: '2026-11-15' });
    expect(windowBefore({ from: '2026-11-09', to: '2026-11-15' })).toEqual({ from: '2026-11-02', to: '2026-11-08' });
    expect(coveredPart({ from: '2026-12-01', to: '2026-12-31' }, '2026-11-22')).toBeNull();
  });
});

describe('alternatives', () => {
  it('spend exactly the total within the bounds, whatever the weights', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            spend: fc.double({ min: 1, max: 1e5, noNaN: true }),
            weight: fc.double({ min: 0.001, max: 100, noNaN: true }),
          }),
          { minLength: 2, maxLength: 9 },
        ),
        fc.double({ min: 0.75, max: 1.25, noNaN: true }),
        (channels, ratio) => {
          const spends = channels.map((channel) => channel.spend);
          const multiples = multiplesFor(
            spends,
            channels.map((channel) => channel.weight),
            { ratio, bounds: { min: 0.7, max: 1.3 } },
          );
          const total = spends.reduce((sum, spend) => sum + spend, 0);
          const spent = spends.reduce((sum, spend, m) => sum + spend * (multiples[m] ?? 0), 0);
          expect(Math.min(...multiples)).toBeGreaterThanOrEqual(0.7);
          expect(Math.max(...multiples)).toBeLessThanOrEqual(1.3);
          expect(Math.abs(spent / total - ratio)).toBeLessThan(1e-6);
        },
      ),
    );
  });
});

describe('waste', () => {
  const campaign = (
    id: string,
    results: number,
    spend: number,
  ): { id: string; name: string; channel: string; results: number; spend: number } => ({
    id,
    name: id,
    channel: 'DISPLAY',
    results,
    spend,
  });

  it('finds the campaign that brings far less than its channel and leaves the others alone', () => {
    const found = wasteOf([campaign('a', 500, 20_000), campaign('b', 480, 20_000), campaign('c', 60, 20_000)]);
    expect(found.filter((entry) => entry.wasted > 0).map((entry) => entry.id)).toEqual(['c']);
  });

  it('does not accuse a campaign of few results, nor one that is alone in its channel', () => {
    expect(wasteOf([campaign('a', 500, 20_000), campaign('b', 1, 60)]).every((entry) => entry.wasted === 0)).toBe(true);
    expect(wasteOf([campaign('a', 0, 20_000)])).toEqual([]);
  });
});

describe('copy', () => {
  it('never cuts a claim, since half a claim is another claim', () => {
    const claim = {
      text: 'Customers used 38% less lighting energy in the first year.',
      claimId: 'c',
      source: 'register',
    };
    expect(lineWithin(claim, 40)).toBeNull();
    expect(lineWithin(claim, 60)).toBe(claim.text);
    expect(lineWithin({ ...claim, claimId: null, text: 'One cable, two finishes in chalk and graphite.' }, 40)).toBe(
      'two finishes in chalk and graphite',
    );
  });

  it('knows the limits of each channel', () => {
    expect(formatFor('PAID_SEARCH').slots.find((slot) => slot.slot === 'headline')?.limit).toBe(30);
    expect(formatFor('EMAIL').form).toBe('EMAIL');
    expect(formatFor('SOMETHING_ELSE').key).toBe('responsive-display-ad');
  });

  it('grades plain words below long ones', () => {
    const plain = readabilityOf('We light the desk. We leave the ceiling alone.').grade;
    const heavy = readabilityOf(
      'Organisational illumination infrastructures necessitate comprehensive recommissioning considerations.',
    ).grade;
    expect(plain).toBeLessThan(4);
    expect(heavy).toBeGreaterThan(16);
  });

  it('weighs pairs of words above single ones and counts forms of a word together', () => {
    const terms = weighTerms(
      [
        { id: '1', source: 'BRAND', text: 'Desk light for offices. Desk lights follow the daylight.' },
        { id: '2', source: 'BRAND', text: 'A desk light costs less than a relit ceiling.' },
        { id: '3', source: 'BRAND', text: 'Ceilings are cold.' },
      ],
      3,
    );
    expect(terms[0]?.term).toBe('desk light');
    expect(terms[0]?.count).toBe(3);
  });
});

describe('evidence', () => {
  const context = {
    run: { id: 'run', seed: 1 },
    task: { id: 'task' },
    revision: null,
    workspace: { businessDate: '2026-11-23' },
  } as unknown as Parameters<typeof evidenceBook>[0];

  it('gives the same id to the same computation of a retried task, and another one to the next round', () => {
    const id = (revision: unknown): string =>
      evidenceBook({ ...context, revision } as typeof context).add({
        kind: 'k',
        tier: 'OBSERVED',
        input: {},
        output: {},
      }).draft.id;
    expect(id(null)).toBe(id(null));
    expect(id({ round: 2 })).not.toBe(id(null));
  });

  it('makes a figure only of a number that stands in the output, money in whole units', () => {
    const evidence = evidenceBook(context).add({
      kind: 'k',
      tier: 'OBSERVED',
      input: {},
      output: { rows: [{ spendMicros: 1_500_000n, share: Number.NaN }] },
    });
    expect(evidence.need({ label: 'spend', path: 'rows.0.spendMicros', unit: 'EUR' }).value).toBe(1.5);
    expect(evidence.figure({ label: 'share', path: 'rows.0.share', unit: 'SHARE' })).toBeNull();
    expect(() => evidence.need({ label: 'gone', path: 'rows.1.share', unit: 'SHARE' })).toThrow(/holds no number/);
  });
});

describe('budget moves', () => {
  const movesFrom = (budget: CampaignFact['budget']): readonly Action[] => {
    const campaign = { id: 'c1', name: 'Podcasts', channel: 'AUDIO', status: 'ACTIVE', budget };
    const material = {
      coverage: { span: { from: '2026-01-05', to: '2026-11-22' } },
      campaigns: [campaign],
      channelBudgets: new Map(),
      campaignWeeks: [{ campaign: { id: 'c1' }, values: { SPEND: 2800 } }],
    } as unknown as ActionMaterial;
    const context = { goal: { currency: 'EUR' } } as SpecialistContext;
    const moves = [{ channel: 'AUDIO', multiple: 1.3, currentPerWeek: 2800 }];
    return channelMoves(context, material, { moves }).flatMap((move) => move.actions);
  };

  it('start from the budget in force, and leave one alone that was carried out after the last day of the data', () => {
    const before = { amountMicros: 400_310_000n, period: 'DAY' as const, status: 'OBSERVED', validFrom: '2026-11-22' };
    expect(movesFrom(before)).toMatchObject([{ before: { minor: '40031' }, after: { minor: '52040' } }]);
    const carriedOut = { ...before, amountMicros: 520_400_000n, status: 'APPROVED' };
    expect(movesFrom({ ...carriedOut, validFrom: '2026-11-23' })).toEqual([]);
    expect(movesFrom({ ...carriedOut, validFrom: '2026-11-01' })).toMatchObject([{ before: { minor: '52040' } }]);
  });
});

describe('conflicts between cards', () => {
  const target = { type: 'campaign' as const, id: 'c1', name: 'Display' };
  const money = (minor: string): { minor: string; currency: string } => ({ minor, currency: 'EUR' });
  const card = (actions: Action[]): DraftCard =>
    ({ actions, target: actions[0]!.target, dissent: [] }) as unknown as DraftCard;
  const raise: Action = { kind: 'budget.set', target, before: money('10000'), after: money('12000'), period: 'DAY' };

  it('let a stop go before a raise of the same campaign and keep the losing view', () => {
    const { cards, conflicts } = settleConflicts(
      [card([raise, { ...raise, target: { ...target, id: 'c2' } }]), card([{ kind: 'campaign.pause', target }])],
      { limit: null, emptied: new Map() },
    );
    expect(conflicts.map((conflict) => conflict.kind)).toEqual(['OPPOSITE_VERBS']);
    expect(cards[0]?.actions.map((action) => action.target.id)).toEqual(['c2']);
    expect(cards[0]?.dissent).toHaveLength(1);
  });

  it('raise no campaign whose only audience another card leaves out, and change no budget twice', () => {
    const leaveOut: Action = {
      kind: 'audience.define',
      target: { type: 'audience', id: 'a1', name: 'Clickers' },
      before: null,
      after: 'left out',
      definition: {},
    };
    const lower: Action = { ...raise, target: { ...target, id: 'c3' }, after: money('8000') };
    const { cards, conflicts } = settleConflicts(
      [card([raise, lower]), card([leaveOut]), card([{ ...lower, kind: 'budget.reduce' }])],
      { limit: null, emptied: new Map([['c1', 'a1']]) },
    );
    expect(conflicts).toMatchObject([{ kind: 'OPPOSITE_VERBS', cards: [0, 1] }]);
    expect(cards[0]?.actions).toEqual([]);
  });

  it('leave a joint overspend to people', () => {
    const other: Action = { ...raise, target: { ...target, id: 'c2' } };
    const found = settleConflicts([card([raise]), card([other])], {
      limit: { perWeek: 800, presentPerWeek: 700 },
      emptied: new Map(),
    }).conflicts;
    expect(found).toMatchObject([{ kind: 'JOINT_OVERSPEND', ruling: null, cards: [0, 1] }]);
    expect(
      settleConflicts([card([raise]), card([other])], {
        limit: { perWeek: 2000, presentPerWeek: 700 },
        emptied: new Map(),
      }).conflicts,
    ).toEqual([]);
  });
});

describe('artifact kinds', () => {
  it('have a schema each, and one specialist each', () => {
    expect(Object.keys(artifactSchemas).toSorted()).toEqual([...artifactKinds].toSorted());
    expect(new Set(specialists.map((specialist) => kindOf[specialist])).size).toBe(artifactKinds.length);
  });
});

describe('the fit that specialists of a run share', () => {
  const periods = Array.from({ length: 60 }, (_, t) => `w${t}`);
  const spend = periods.map((_, t) => 100 + 60 * Math.sin(t / 2));
  const tools = {
    'metrics.panel': () =>
      Promise.resolve({
        periods,
        periodsPerYear: 52,
        series: [{ geo: 'ALL', kpi: spend.map((value, t) => 500 + value + (t % 3)), spend: { A: spend } }],
        channels: ['A'],
        notMoney: [],
        launches: [],
      }),
  } as unknown as Allowed<'metrics.panel'>;
  const wanted = (signal: AbortSignal, seed: number) =>
    fitResponse({ goal: { kpi: 'REVENUE' }, run: { id: 'r', seed }, signal } as SpecialistContext, tools);

  it('goes on for those who still wait when whoever asked first leaves', async () => {
    const [leaves, stays] = [new AbortController(), new AbortController()];
    const [first, second] = [wanted(leaves.signal, 1), wanted(stays.signal, 1)];
    const refused = expect(first).rejects.toThrow('gone');
    await Promise.resolve();
    setImmediate(() => leaves.abort(new Error('gone')));
    await refused;
    expect((await second)?.fit.channels).toHaveLength(1);
  });

  it('ends with the last of them, and is made anew for the next', async () => {
    const leaves = new AbortController();
    const only = wanted(leaves.signal, 2);
    const refused = expect(only).rejects.toThrow('gone');
    setImmediate(() => leaves.abort(new Error('gone')));
    await refused;
    expect((await wanted(new AbortController().signal, 2))?.fit.channels).toHaveLength(1);
  });
});
