/** Claim: over a simulated market all nine specialists answer from rows; each figure, cell and number in their prose traces to evidence. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { SpecialistContext, SpecialistResult, UpstreamArtifact } from '../../src/agents/contract.ts';
import { figuresIn } from '../../src/agents/evidence.ts';
import { createSpecialists } from '../../src/agents/registry.ts';
import {
  artifactSchemas,
  isArtifactKind,
  type ArtifactContent,
  type ArtifactKind,
} from '../../src/domain/artifacts/artifactKinds.ts';
import { artifactShape } from '../../src/domain/artifacts/shape.ts';
import type { ChatModel } from '../../src/domain/models.ts';
import type { Specialist } from '../../src/domain/specialists.ts';
import { addDays } from '../../src/kernel/calendar.ts';
import { digestOf } from '../../src/kernel/canonicalJson.ts';
import { derivedId, newId } from '../../src/kernel/ids.ts';
import { loadFacts } from '../../src/connectors/imports/loadFacts.ts';
import { madeOrigin } from '../../src/connectors/imports/loadResult.ts';
import { brandDocumentAdd } from '../../src/memory/brandMemory.ts';
import { claimEvidenceAdd, claimSave } from '../../src/memory/claims.ts';
import { embeddedChatModel } from '../../src/models/embeddedChatModel.ts';
import { embeddedEmbedder } from '../../src/models/embeddedEmbedder.ts';
import { traceFigures, valueAt } from '../../src/models/figureTrace.ts';
import { checkArtifact } from '../../src/models/grounding.ts';
import { promptFor } from '../../src/models/prompt.ts';
import { brandBook } from '../../src/simulator/brandBook.ts';
import { demoClaims } from '../../src/simulator/demoClaims.ts';
import { demoStrategy } from '../../src/simulator/demoStrategy.ts';
import { createMarket } from '../../src/simulator/market.ts';
import { useTestDatabase } from '../support/database.ts';

const TODAY = '2026-11-23';
const DAYS = 34 * 7;
const ORDER: readonly Specialist[] = [
  'RESEARCH',
  'AUDIENCE_INSIGHT',
  'PAID_MEDIA',
  'EMAIL',
  'SEO_GEO_BRIEF',
  'CONTENT',
  'COMPLIANCE_REVIEW',
  'NEXT_BEST_ACTION',
  'REPORTING',
];

const database = useTestDatabase();
const results = new Map<Specialist, SpecialistResult>();
const upstream: UpstreamArtifact[] = [];
const evidence = new Map<string, { output: unknown }>();
/** Numbers of composed prose that no fact held, by purpose. */
const strays: string[] = [];
let base: Omit<SpecialistContext, 'task' | 'upstream'>;

beforeAll(async () => {
  const workspaceId = await database().addWorkspace({ isDemo: true });
  const inUnit = database().units(workspaceId);
  const signal = new AbortController().signal;
  const rows = createMarket({ seed: 7, startDay: addDays(TODAY, -DAYS), days: DAYS }).rows();
  const origin = madeOrigin({
    fileName: 'market',
    fileDigest: digestOf(TODAY),
    optionsDigest: digestOf('x'),
    source: 'simulator',
    rows: rows.length,
  });
  await loadFacts(inUnit, origin, { batches: [rows] });
  for (const document of brandBook(TODAY))
    await brandDocumentAdd(
      { inUnit, embedder: embeddedEmbedder, signal },
      { source: document.source, title: document.title, mediaType: 'text/markdown', content: document.markdown },
    );
  await inUnit('app', async (unit) => {
    for (const claim of demoClaims(TODAY)) {
      const claimId = await claimSave(unit, { text: claim.text, market: claim.market });
      for (const proof of claim.evidence)
        await claimEvidenceAdd(unit, {
          claimId,
          summary: proof.title,
          source: proof.title,
          ...(claim.expiresOn ? { expiresOn: claim.expiresOn } : {}),
        });
    }
  });
  base = {
    workspace: {
      id: workspaceId,
      currency: 'EUR',
      timeZone: 'UTC',
      industry: 'GENERAL',
      market: 'ALL',
      businessDate: TODAY,
      isDemo: true,
    },
    goal: {
      id: newId(),
      ownerMemberId: newId(),
      strategyVersionId: null,
      currency: 'EUR',
      kpi: 'QUALIFIED_LEADS',
      target: 86_000,
      from: TODAY,
      to: addDays(TODAY, 90),
      budgetMicros: 1_450_000_000_000n,
      market: 'ALL',
      text: 'More qualified leads next quarter on the same money. Find what is wasted and refresh what is worn out.',
      constraints: ['No health claims'],
    },
    strategy: { id: newId(), version: 1, document: demoStrategy(TODAY) },
    run: { id: newId(), seed: 1 },
    revision: null,
    inUnit,
    chat: watched(embeddedChatModel),
    embedder: embeddedEmbedder,
    signal,
    progress: () => Promise.resolve(),
    onText: () => undefined,
  };
  for (const specialist of ORDER) await run(specialist);
}, 60_000);

/** The embedded model, with every number of its answers held against the facts it was given. */
function watched(model: ChatModel): ChatModel {
  return {
    ...model,
    compose: async (request, options) => {
      // A language model gets the same facts as JSON: what JSON cannot hold would fail here.
      promptFor(request);
      const composed = await model.compose(request, options);
      for (const stray of checkArtifact(composed.json, { figures: figuresIn(request.facts), facts: request.facts })
        .unsupported)
        strays.push(`${request.purpose} ${stray.path}: ${stray.quote}`);
      return composed;
    },
  };
}

async function answer(specialist: Specialist): Promise<SpecialistResult> {
  const task = {
    id: derivedId('task', specialist),
    specialist,
    stage: 'PLAN' as const,
    question: `What does ${specialist.toLowerCase()} say?`,
    reason: 'The test asks for it.',
    dependsOn: [],
  };
  return createSpecialists()[specialist].run({ ...base, task, upstream: [...upstream] });
}

/** New budget a day in minor units, by campaign. */
function budgetsIn(result: SpecialistResult | undefined): Map<string, string> {
  const actions = (result?.proposals ?? []).flatMap((proposal) => proposal.actions);
  return new Map(
    actions.flatMap((action) =>
      (action.kind === 'budget.set' || action.kind === 'budget.reduce') && action.target.type === 'campaign'
        ? [[action.target.id, action.after.minor] as const]
        : [],
    ),
  );
}

async function run(specialist: Specialist): Promise<void> {
  const result = await answer(specialist);
  results.set(specialist, result);
  for (const draft of result.evidence) evidence.set(draft.id, { output: draft.output });
  upstream.push({
    id: derivedId('artifact', specialist),
    taskKey: specialist,
    specialist,
    kind: result.kind,
    digest: digestOf(result.content),
    content: result.content,
  });
}

function content<K extends ArtifactKind>(specialist: Specialist, kind: K): ArtifactContent<K> {
  return artifactSchemas[kind].parse(results.get(specialist)?.content) as ArtifactContent<K>;
}

describe('nine specialists over a simulated market', () => {
  it('each leave an artifact of their own kind that has something to say', () => {
    for (const specialist of ORDER) {
      const result = results.get(specialist);
      expect(result && isArtifactKind(result.kind)).toBe(true);
      const shape = artifactShape.parse(result?.content);
      expect({
        specialist,
        notAvailable: shape.notAvailable,
        sections: shape.sections.length > 0,
        embedded: result?.embeddedModel,
      }).toEqual({ specialist, notAvailable: null, sections: true, embedded: true });
    }
    expect(new Set([...results.values()].map((result) => result.kind)).size).toBe(9);
  });

  it('draw every figure from the output of its evidence', () => {
    for (const [specialist, result] of results)
      expect({ specialist, faults: traceFigures(figuresIn(result), evidence) }).toEqual({ specialist, faults: [] });
  });

  it('show in every table cell the number that stands at its place in the evidence', () => {
    let cells = 0;
    for (const result of results.values()) {
      for (const { table } of artifactShape.parse(result.content).sections) {
        for (const row of table?.rows ?? []) {
          table?.columns.forEach((column, index) => {
            const cell = row.cells[index];
            if (typeof cell !== 'number') return;
            cells += 1;
            expect(
              valueAt(evidence.get(row.evidenceId ?? table.evidenceId ?? '')?.output, `${row.path}.${column.key}`),
            ).toBe(cell);
          });
        }
      }
    }
    expect(cells).toBeGreaterThan(100);
  });

  it('write no number that their facts do not hold', () => {
    expect(strays).toEqual([]);
  });

  it('find the audience that clicks and does not qualify, and propose to leave it out', () => {
    const insight = content('AUDIENCE_INSIGHT', 'AUDIENCE_INSIGHT');
    expect(
      insight.audiences.filter((audience) => audience.verdict === 'TRAP').map((audience) => audience.name),
    ).toEqual(['Desk set-up enthusiasts']);
    expect(insight.proposal?.action).toMatchObject({
      kind: 'audience.define',
      target: { name: 'Desk set-up enthusiasts' },
    });
  });

  it('find the creative that wears out, write what replaces it, review it, and put it on a card', () => {
    expect(
      content('PAID_MEDIA', 'PAID_MEDIA_ANALYSIS')
        .fatigue.filter((entry) => entry.fatigued)
        .map((entry) => entry.messageName),
    ).toContain('Social: desk loop film');
    const draft = content('CONTENT', 'CONTENT_DRAFT');
    const replacing = draft.variants.filter((variant) => variant.replaces?.messageName === 'Social: desk loop film');
    expect(replacing.length).toBeGreaterThanOrEqual(2);
    const review = content('COMPLIANCE_REVIEW', 'COMPLIANCE_REVIEW');
    expect(draft.variants.every((variant) => review.texts.some((text) => text.variantId === variant.id))).toBe(true);
    const publish = results
      .get('NEXT_BEST_ACTION')
      ?.proposals.flatMap((proposal) => proposal.actions)
      .find((action) => action.kind === 'message.publish');
    expect(replacing.map((variant) => variant.digest)).toContain(
      publish?.kind === 'message.publish' ? publish.contentDigest : '',
    );
  });

  it('never use a claim without valid proof', () => {
    const claims = content('COMPLIANCE_REVIEW', 'COMPLIANCE_REVIEW').claims;
    expect(claims.length).toBeGreaterThan(0);
    expect(claims.every((claim) => claim.state === 'PROVEN')).toBe(true);
    expect(
      content('SEO_GEO_BRIEF', 'SEO_GEO_BRIEF').doNotClaim.some((entry) =>
        entry.text.includes('12% longer focus time'),
      ),
    ).toBe(true);
  });

  it('judge e-mail variants on clicks and results and never on opens', () => {
    const report = content('EMAIL', 'EMAIL_REPORT');
    expect(report.comparisons.length).toBeGreaterThan(0);
    expect(new Set(report.comparisons.map((entry) => entry.metric))).toEqual(
      new Set(['CLICK_RATE', 'CONVERSION_RATE']),
    );
    for (const entry of report.comparisons)
      if (entry.verdict === 'TREATMENT_WINS') expect(entry.uplift.lower).toBeGreaterThan(0);
  });

  it('give each card its forecast over the same four weeks, rejected alternatives, and actions that a proposal carries', () => {
    const result = results.get('NEXT_BEST_ACTION');
    const cards = result?.recommendations ?? [];
    expect(cards.length).toBeGreaterThan(2);
    for (const card of cards) {
      if (card.forecast)
        expect([card.forecast.from, card.forecast.to, card.forecast.horizonDays]).toEqual([
          TODAY,
          addDays(TODAY, 27),
          28,
        ]);
      if (card.verb !== 'HOLD') expect(card.rejectedAlternatives.length).toBeGreaterThan(0);
      expect(card.rationale.length).toBeGreaterThan(40);
    }
    expect(result?.proposals.map((proposal) => proposal.recommendation)).toEqual(
      cards.flatMap((card, index) => (card.actions.length > 0 ? [index] : [])),
    );
  });

  it('keep all budgets that they set within the goal\u2019s budget a week, and tell savings as their actions make them', () => {
    const set = content('NEXT_BEST_ACTION', 'RECOMMENDATION_SET');
    const rows = set.allocation?.rows ?? [];
    const limit = (1_450_000 * 7) / 91;
    expect(rows.reduce((sum, row) => sum + row.current.value, 0)).toBeLessThan(limit);
    expect(rows.reduce((sum, row) => sum + row.proposed.value, 0)).toBeLessThanOrEqual(limit + 0.01);
    expect(set.conflicts.map((conflict) => conflict.kind)).not.toContain('JOINT_OVERSPEND');
    for (const card of set.recommendations)
      for (const action of card.actions)
        if (action.kind === 'budget.reduce')
          expect(card.figures.find((figure) => figure.label.startsWith('money freed'))?.value).toBeCloseTo(
            ((Number(action.before.minor) - Number(action.after.minor)) / 100) * (action.period === 'DAY' ? 7 : 1),
            6,
          );
  });

  it('move no budget again that was set after the last day of the data', async () => {
    const before = results.get('NEXT_BEST_ACTION');
    const moved = budgetsIn(before);
    expect(moved.size).toBeGreaterThan(0);
    const rows = [...moved].map(([campaign, minor]) => ({ id: newId(), campaign, minor }));
    await base.inUnit('executor', ({ em }) =>
      em.execute(
        `insert into budget (id, workspace_id, channel, campaign_id, status, period, amount_micros, currency, valid_from, change_set_id)
         select b.id, c.workspace_id, c.channel, c.id, 'APPROVED', 'DAY', b.minor::bigint * 10000, 'EUR', ?::date, b.id
           from jsonb_to_recordset(?::jsonb) as b(id uuid, campaign uuid, minor text) join campaign c on c.id = b.campaign`,
        [TODAY, JSON.stringify(rows)],
      ),
    );
    try {
      const again = await answer('NEXT_BEST_ACTION');
      expect([...budgetsIn(again).keys()].filter((campaign) => moved.has(campaign))).toEqual([]);
    } finally {
      await base.inUnit('executor', ({ em }) =>
        em.execute(`update budget set status = 'SUPERSEDED' where status = 'APPROVED'`),
      );
    }
  });

  it('add up the driver tree to the change of the KPI', () => {
    const tree = content('REPORTING', 'PERFORMANCE_REPORT').driverTree;
    const root = tree.find((node) => node.relation === 'ROOT');
    const factors = tree
      .filter((node) => node.relation === 'TIMES')
      .reduce((sum, node) => sum + (node.effect?.value ?? 0), 0);
    expect(factors).toBeCloseTo((root?.now.value ?? 0) - (root?.before.value ?? 0), 3);
  });

  it('write the same artifact again for the same task', async () => {
    const before = digestOf(results.get('AUDIENCE_INSIGHT')?.content);
    await run('AUDIENCE_INSIGHT');
    expect(digestOf(results.get('AUDIENCE_INSIGHT')?.content)).toBe(before);
  });

  it('stop when the task is cancelled', async () => {
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    const task = {
      id: newId(),
      specialist: 'RESEARCH' as const,
      stage: 'PLAN' as const,
      question: 'q',
      reason: 'r',
      dependsOn: [],
    };
    await expect(
      createSpecialists().RESEARCH.run({ ...base, task, upstream: [], signal: cancelled }),
    ).rejects.toThrow();
  });
});
