/** Plans: which specialists a goal and its data bring, and which proposed plans are refused. */
import { chunksOf } from '../../src/memory/chunking.ts';
import { readDocument } from '../../src/memory/documentText.ts';
import type { ClaimRecord } from '../../src/domain/compliance.ts';
import { draftMaterial, type StrategyMaterial } from '../../src/orchestration/strategyMaterial.ts';
import { brandBook } from '../../src/simulator/brandBook.ts';
import { describe, expect, test } from 'vitest';
import type { ChatModel } from '../../src/domain/models.ts';
import type { Plan } from '../../src/domain/specialists.ts';
import type { DataReadiness } from '../../src/orchestration/dataReadiness.ts';
import { choosePlan, planFaults } from '../../src/orchestration/planCheck.ts';
import { planByRules, type PlanGoal } from '../../src/orchestration/planner.ts';
import { readiness, type TaskRow } from '../../src/orchestration/tasks.ts';

const everything: DataReadiness = {
  paidMedia: true,
  audiences: true,
  messages: true,
  email: true,
  organic: true,
  brandMaterial: true,
  outcomes: true,
  through: '2026-01-01',
};
const mixModel: DataReadiness = {
  ...everything,
  audiences: false,
  messages: false,
  email: false,
  organic: false,
  brandMaterial: false,
};
const goal: PlanGoal = { kpi: 'PIPELINE', text: 'Grow qualified pipeline.', constraints: [], market: 'ALL' };
const names = (plan: Plan): string[] => plan.tasks.map((task) => task.specialist);
const signal = new AbortController().signal;

describe('a plan by rules', () => {
  test('brings all nine where the data can answer everything, with the review after what is written and before the decisions', () => {
    const plan = planByRules(goal, everything);
    expect(names(plan)).toHaveLength(9);
    expect(plan.tasks.find((task) => task.id === 'compliance-review')?.dependsOn).toEqual([
      'email',
      'seo-geo-brief',
      'content',
    ]);
    expect(plan.tasks.find((task) => task.id === 'next-best-action')?.dependsOn).toContain('compliance-review');
    expect(
      planFaults(
        plan,
        ['NEXT_BEST_ACTION'],
        [
          'RESEARCH',
          'AUDIENCE_INSIGHT',
          'SEO_GEO_BRIEF',
          'CONTENT',
          'PAID_MEDIA',
          'EMAIL',
          'REPORTING',
          'COMPLIANCE_REVIEW',
          'NEXT_BEST_ACTION',
        ],
      ),
    ).toEqual([]);
  });

  test('brings only analysis, decisions and the report for a mix-model file', () => {
    expect(names(planByRules(goal, mixModel))).toEqual(['PAID_MEDIA', 'NEXT_BEST_ACTION', 'REPORTING']);
  });

  test.each([
    ['Work on email only.', ['EMAIL', 'COMPLIANCE_REVIEW', 'NEXT_BEST_ACTION', 'REPORTING']],
    ['Only paid media, please.', ['PAID_MEDIA', 'NEXT_BEST_ACTION', 'REPORTING']],
    [
      'Use only the audiences that convert and just email.',
      ['AUDIENCE_INSIGHT', 'EMAIL', 'COMPLIANCE_REVIEW', 'NEXT_BEST_ACTION', 'REPORTING'],
    ],
  ])('is limited by the words of the goal: %s', (text, expected) => {
    expect(names(planByRules({ ...goal, text }, everything))).toEqual(expected);
  });

  test('leaves out what a constraint excludes, and the review with it when nothing is written', () => {
    expect(
      names(
        planByRules(
          { ...goal, constraints: ['No new content', 'without email or SEO', 'no changes to SEO'] },
          everything,
        ),
      ),
    ).toEqual(['RESEARCH', 'AUDIENCE_INSIGHT', 'PAID_MEDIA', 'NEXT_BEST_ACTION', 'REPORTING']);
    expect(
      names(planByRules({ ...goal, text: 'Shift the budget to what works; no claim without evidence.' }, everything)),
    ).toHaveLength(9);
  });
});

describe('a proposed plan', () => {
  const task = (
    id: string,
    specialist: Plan['tasks'][number]['specialist'],
    dependsOn: string[] = [],
  ): Plan['tasks'][number] => ({ id, specialist, stage: 'PLAN', question: 'What?', reason: 'Needed.', dependsOn });
  const plan = (...tasks: Plan['tasks']): Plan => ({ tasks, rationale: 'Because.' });
  const answering = (json: unknown): ChatModel => ({
    name: 'scripted',
    embedded: false,
    compose: async () => ({ json, model: 'scripted', embedded: false, usage: { inputTokens: 1, outputTokens: 1 } }),
  });
  const good = plan(
    task('media', 'PAID_MEDIA'),
    task('decide', 'NEXT_BEST_ACTION', ['media']),
    task('report', 'REPORTING', ['decide']),
  );

  test('is taken and hashed when nothing is wrong with it', async () => {
    const chosen = await choosePlan(goal, mixModel, { chat: answering(good), signal });
    expect(chosen).toMatchObject({ source: 'MODEL', refused: null, plan: good });
    expect(chosen.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    [
      'a cycle',
      plan(
        task('media', 'PAID_MEDIA', ['decide']),
        task('decide', 'NEXT_BEST_ACTION', ['media']),
        task('report', 'REPORTING'),
      ),
      /wait for each other: media, decide/,
    ],
    [
      'an id that stands twice',
      plan(task('media', 'PAID_MEDIA'), task('media', 'NEXT_BEST_ACTION'), task('report', 'REPORTING')),
      /stand twice: media/,
    ],
    [
      'an unknown dependency',
      plan(task('media', 'PAID_MEDIA', ['ghost']), task('decide', 'NEXT_BEST_ACTION'), task('report', 'REPORTING')),
      /not in the plan: ghost/,
    ],
    ['a missing step', plan(task('media', 'PAID_MEDIA')), /missing: NEXT_BEST_ACTION, REPORTING/],
    [
      'a specialist without data',
      plan(...good.tasks, task('mail', 'EMAIL')),
      /EMAIL, which the data at hand cannot answer/,
    ],
    [
      'an unknown specialist',
      { tasks: [{ ...task('x', 'PAID_MEDIA'), specialist: 'HACKER' }], rationale: '' },
      /specialist/,
    ],
    ['too many tasks', plan(...Array.from({ length: 25 }, (_, n) => task(`t${n}`, 'PAID_MEDIA'))), /24/],
  ])('with %s is refused with the reason, and the rules plan', async (_, proposed, reason) => {
    const chosen = await choosePlan(goal, mixModel, { chat: answering(proposed), signal });
    expect(chosen.source).toBe('RULES');
    expect(chosen.refused).toMatch(reason);
    expect(names(chosen.plan)).toEqual(['PAID_MEDIA', 'NEXT_BEST_ACTION', 'REPORTING']);
  });

  test('that writes without a review, or decides before it, is refused', () => {
    const all = ['CONTENT', 'COMPLIANCE_REVIEW', 'NEXT_BEST_ACTION'] as const;
    expect(planFaults(plan(task('write', 'CONTENT'), task('decide', 'NEXT_BEST_ACTION')), [], all)).toEqual([
      'no COMPLIANCE_REVIEW depends on write, which writes',
    ]);
    const early = plan(
      task('write', 'CONTENT'),
      task('check', 'COMPLIANCE_REVIEW', ['write']),
      task('decide', 'NEXT_BEST_ACTION', ['write']),
    );
    expect(planFaults(early, [], all)).toEqual(['decide does not depend on the COMPLIANCE_REVIEW']);
  });

  test('from a model that fails leaves the rules plan and the reason', async () => {
    const failing: ChatModel = {
      name: 'failing',
      embedded: false,
      compose: () => Promise.reject(new Error('too late')),
    };
    expect(await choosePlan(goal, mixModel, { chat: failing, signal })).toMatchObject({
      source: 'RULES',
      refused: 'too late',
    });
  });
});

describe('waves', () => {
  const row = (
    key: string,
    specialist: TaskRow['specialist'],
    status: TaskRow['status'],
    dependsOn: string[] = [],
  ): TaskRow => ({
    id: key,
    key,
    specialist,
    stage: 'PLAN',
    status,
    question: '',
    reason: '',
    dependsOn,
    attempt: 0,
    rounds: 0,
  });

  test('hold what has all its inputs; a gatherer goes on with what there is, any other is blocked', () => {
    const tasks = [
      row('research', 'RESEARCH', 'FAILED'),
      row('media', 'PAID_MEDIA', 'SUCCEEDED'),
      row('content', 'CONTENT', 'PENDING', ['research']),
      row('decide', 'NEXT_BEST_ACTION', 'PENDING', ['media', 'research']),
      row('report', 'REPORTING', 'PENDING', ['decide']),
    ];
    const now = readiness(tasks);
    expect(now.ready.map((task) => task.key)).toEqual(['decide']);
    expect(now.blocked.map((task) => task.key)).toEqual(['content']);
    expect(now.settled).toBe(false);
  });
});

describe('a first strategy', () => {
  const texts = brandBook('2026-11-23').flatMap((document) =>
    chunksOf(readDocument(document.markdown, 'text/markdown', document.source)).map((chunk) => ({
      documentId: document.source,
      title: document.title,
      source: document.source,
      trust: 'OWNED' as const,
      addedAt: '2026-11-23T00:00:00.000Z',
      headingPath: chunk.headingPath,
      text: chunk.text,
    })),
  );
  const window = { from: '2026-05-25', to: '2026-11-22' };
  const audience = (name: string, qualified: number, spend: number): StrategyMaterial['audiences'][number] => ({
    id: name,
    name,
    reach: null,
    clicks: null,
    engaged: null,
    sales: null,
    qualified,
    spend,
  });
  const claim = (text: string, evidenceCount: number, expiresOn: string | null): ClaimRecord => ({
    id: text,
    text,
    market: 'ALL',
    evidenceCount,
    expiresOn,
  });
  const material: StrategyMaterial = {
    window,
    currency: 'EUR',
    audiences: [
      audience('Facilities heads', 400, 8000),
      audience('Site visitors', 100, 1000),
      audience('Gadget fans', 100, 9000),
      audience('New audience', 4, 10),
    ],
    texts,
    claims: [
      claim('Try Arc on your own desk for 30 days; returns are free.', 1, null),
      claim('From \u20ac219 a desk, with light, sensor and Console for a year.', 1, '2026-11-01'),
      claim('Free forever.', 0, null),
      claim('UGR below 16 at the screen.', 1, null),
    ],
  };

  test('drafts personas from own documents and the best audiences, and offers from proven claims, each with its source', () => {
    const draft = draftMaterial(material);
    expect(draft.personas).toMatchObject([
      {
        name: 'The one who is asked: head of facilities, 200 to 2,000 desks',
        need: 'A number per desk, a fitting plan for one weekend, and someone to call',
        trigger: 'A refurbishment, a lease event, an energy bill',
      },
      { name: 'The one who draws it: architect or lighting planner' },
      { name: 'The one who hears about it: people lead in a hybrid company' },
      { name: 'Site visitors', need: '' },
    ]);
    expect(draft.offers).toEqual(['Try Arc on your own desk for 30 days; returns are free.']);
    expect(draft.draftNotes[0]).toContain('400 qualified responses at EUR 20.00 each');
    expect(draft.draftNotes.join(' ')).toMatch(/Site visitors.*rank 1 of 3.*interviews or sales notes would fill/);
    expect(draft.draftNotes.at(-1)).toContain('from the claim register');
  });

  test('says what is missing, and what would fill it, where nothing speaks to it', () => {
    const draft = draftMaterial({ ...material, audiences: [], texts: [], claims: [] });
    expect(draft).toMatchObject({ personas: [], offers: [] });
    expect(draft.draftNotes).toEqual([
      expect.stringContaining('A persona document, or performance data by audience, would fill this.') as string,
      expect.stringContaining('A price list or product sheet') as string,
    ]);
  });
});
