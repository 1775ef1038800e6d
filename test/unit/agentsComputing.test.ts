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
import { BUDGET_STAYS, creativeCard } from '../../src/agents/nextBestAction/creativeCard.ts';
import { measuringCard } from '../../src/agents/nextBestAction/holdCards.ts';
import { stopCards } from '../../src/agents/nextBestAction/stopCards.ts';
import { composeEmail, type EmailFacts } from '../../src/agents/email/compose.ts';
import type { EmailComparison } from '../../src/domain/artifacts/emailReport.ts';
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
  const movesFrom = (
    budget: CampaignFact['budget'],
    inMeasurement: ActionMaterial['inMeasurement'] = [],
  ): readonly Action[] => {
    const campaign = { id: 'c1', name: 'Podcasts', channel: 'AUDIO', status: 'ACTIVE', budget };
    const material = {
      coverage: { span: { from: '2026-01-05', to: '2026-11-22' } },
      campaigns: [campaign],
      channelBudgets: new Map(),
      inMeasurement,
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
    const targets = [{ id: 'c1', name: 'Podcasts' }];
    expect(
      movesFrom(before, [
        { forecastId: 'f', verb: 'SHIFT', dueOn: '2026-12-01', until: '2026-12-01', learning: null, targets },
      ]),
    ).toEqual([]);
  });
});

describe('what is still being measured', () => {
  const change = {
    forecastId: 'f',
    verb: 'SHIFT' as const,
    dueOn: '2026-11-01',
    until: '2026-12-27',
    learning: { id: 'l', statement: 'Shifting cannot be told apart.' },
    targets: [{ id: 'c1', name: 'Podcasts' }],
  };
  const context = { goal: { id: 'g', kpi: 'QUALIFIED_LEADS' } } as unknown as SpecialistContext;

  it('is left alone by a card that cites what was learned', () => {
    const held = measuringCard(context, { inMeasurement: [change] } as unknown as ActionMaterial);
    expect(held).toMatchObject({ verb: 'HOLD', actions: [], cites: ['l'] });
    expect(held?.action).toBe(
      'Leave Podcasts as they now are, until 2026-12-27 at the latest, and measure what was changed.',
    );
    expect(held?.because.join(' ')).toContain('Shifting cannot be told apart');
    expect(measuringCard(context, { inMeasurement: [] } as unknown as ActionMaterial)).toBeNull();
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

  it('tell that a creative and the budget of its campaign change at once', () => {
    const publish = {
      kind: 'message.publish',
      target: { type: 'message', id: 'm2', name: 'New' },
      campaignId: 'c1',
      campaignName: 'Display',
      replacesMessageId: 'm1',
    } as unknown as Action;
    const revise = {
      ...card([publish]),
      verb: 'REVISE',
      assumptions: [BUDGET_STAYS, 'Other'],
      because: [],
    } as DraftCard;
    const shift = { ...card([raise]), verb: 'SHIFT' } as DraftCard;
    const circumstances = { limit: null, emptied: new Map<string, string>() };
    const told = settleConflicts([shift, revise], circumstances).cards[1];
    expect(told?.assumptions).toEqual(['Other', expect.stringContaining('cannot be told apart')]);
    expect(told?.because).toHaveLength(1);
    expect(settleConflicts([revise], circumstances).cards[0]).toBe(revise);
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

describe('a campaign that is reduced', () => {
  it('saves what its action takes from the budget in force, and gives up what that money paid for', () => {
    const figure = (value: number) => ({
      label: '',
      value,
      unit: 'EUR',
      lower: null,
      upper: null,
      interval: null,
      evidenceId: 'e',
      path: '',
    });
    const material = {
      coverage: { span: { from: '2026-01-05', to: '2026-11-22' }, loadIds: [] },
      recent: { from: '2026-09-28', to: '2026-11-22' },
      inMeasurement: [],
      campaigns: [
        {
          id: 'c1',
          name: 'Portals',
          channel: 'DISPLAY',
          status: 'ACTIVE',
          budget: { amountMicros: 287_420_000n, period: 'DAY', status: 'OBSERVED', validFrom: '2026-11-22' },
        },
      ],
      campaignWeeks: [0, 0, 0, 2012, 2012, 2012, 2012, 2012].map((spend) => ({
        campaign: { id: 'c1' },
        values: { SPEND: spend, QUALIFIED_LEADS: spend > 0 ? 10 : 0 },
      })),
      media: {
        campaigns: [{ id: 'c1', learning: false, spend: figure(10_060), costPerResult: null }],
        findings: [
          { kind: 'WASTED_SPEND', target: { id: 'c1' }, effect: figure(6_100), tier: 'OBSERVED', statement: 'Weak.' },
        ],
      },
    } as unknown as ActionMaterial;
    const context = {
      goal: { kpi: 'QUALIFIED_LEADS', currency: 'EUR' },
      workspace: { currency: 'EUR', businessDate: '2026-11-23' },
      run: { id: 'r' },
      task: { id: 't' },
      revision: null,
    } as unknown as SpecialistContext;
    const [reduced] = stopCards(context, evidenceBook(context), material);
    expect(reduced?.actions).toMatchObject([{ before: { minor: '28742' }, after: { minor: '11497' }, period: 'DAY' }]);
    expect(reduced?.figures.find((entry) => entry.label.startsWith('money freed'))?.value).toBeCloseTo(1207.15, 6);
    expect(reduced?.action).toContain('1,207');
    expect(reduced?.forecast?.mean).toBeCloseTo(-10 * 4 * (1207.15 / 2012), 6);
  });
});

describe('a creative that hardly lost anything', () => {
  const figure = (value: number) => ({ label: '', value, unit: 'SHARE', evidenceId: 'e', path: '' });
  const cardFor = (change: number, fatigued: boolean, inMeasurement: object[] = []) => {
    const replaces = { messageId: 'm1', messageName: 'Old', campaignId: 'c1', campaignName: 'Display', reason: '' };
    const action = { kind: 'message.publish', campaignId: 'c1' };
    const material = {
      coverage: { loadIds: [] },
      recent: { from: '2026-09-28', to: '2026-11-22' },
      campaigns: [],
      messageTotals: [{ message: { id: 'm1' }, values: { QUALIFIED_LEADS: 80 } }],
      inMeasurement,
      content: { variants: [{ id: 'v', name: 'New', hypothesis: 'Why.', replaces, action }] },
      compliance: { texts: [{ variantId: 'v', textDigest: 'd', verdict: 'PASS' }] },
      media: {
        fatigue: [
          {
            messageId: 'm1',
            messageName: 'Old',
            campaignId: 'c1',
            firstRate: figure(0.0009),
            lastRate: figure(0.0009 * (1 + change)),
            change: figure(change),
            probability: figure(fatigued ? 0.99 : 0.77),
            weeks: 16,
            fatigued,
          },
        ],
      },
    } as unknown as ActionMaterial;
    const context = {
      goal: { kpi: 'QUALIFIED_LEADS', currency: 'EUR' },
      workspace: { currency: 'EUR', businessDate: '2026-11-23' },
      run: { id: 'r' },
      task: { id: 't' },
      revision: null,
    } as unknown as SpecialistContext;
    return creativeCard(context, evidenceBook(context), material);
  };

  it('is not replaced, nor one in a campaign where an earlier change is still being measured', () => {
    expect(cardFor(-0.03, false)).toBeNull();
    expect(cardFor(-0.3, true)?.forecast?.probabilityOfGain).toBeGreaterThan(0.8);
    expect(cardFor(-0.3, true, [{ targets: [{ id: 'c1', name: 'Display' }] }])).toBeNull();
  });
});

describe('an e-mail standard', () => {
  const entry = (metric: EmailComparison['metric'], verdict: EmailComparison['verdict'], rate: number) =>
    ({
      sendId: 's',
      sendName: 'Welcome',
      metric,
      verdict,
      reason: 'Open.',
      control: { id: 'a', name: 'Plain' },
      treatment: { id: 'b', name: 'Send to a colleague' },
      controlRate: { label: '', value: 0.1, unit: 'SHARE' },
      treatmentRate: { label: '', value: rate, unit: 'SHARE' },
      uplift: { label: '', value: 0.1, unit: 'SHARE', lower: null, upper: null, interval: null },
    }) as unknown as EmailComparison;
  const advice = (comparisons: EmailComparison[]): string =>
    composeEmail({
      goal: {},
      window: { from: '2026-01-05', to: '2026-02-01' },
      sends: [],
      comparisons,
      fatigue: null,
      checks: [],
    } as unknown as EmailFacts).recommendation;

  it('is named by conversions, and by clicks only where a send has no conversions', () => {
    const leads = advice([entry('CLICK_RATE', 'TREATMENT_WINS', 0.2), entry('CONVERSION_RATE', 'KEEP_TESTING', 0.09)]);
    expect(leads).not.toMatch(/standard:/);
    expect(leads).toMatch(
      /On clicks .Send to a colleague. in Welcome leads; conversions are not settled, go on comparing/,
    );
    expect(advice([entry('CLICK_RATE', 'TREATMENT_WINS', 0.2)])).toMatch(/standard: .Send to a colleague.*on clicks/);
    expect(
      advice([entry('CLICK_RATE', 'TREATMENT_WINS', 0.2), entry('CONVERSION_RATE', 'CONTROL_WINS', 0.05)]),
    ).toMatch(/standard: .Plain. in Welcome \(it wins on conversions\)/);
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
