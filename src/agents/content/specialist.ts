/** Owns the content specialist: gather, plan, compose, make variants, in this order. */
import { contentDraftSchema, type ContentDraft } from '../../domain/artifacts/contentDraft.ts';
import type { Table } from '../../domain/artifacts/shape.ts';
import type { Figure } from '../../domain/evidence.ts';
import { unitsFromMicros } from '../../kernel/money.ts';
import type { SpecialistContext, SpecialistDefinition, SpecialistResult } from '../contract.ts';
import { documentSources } from '../documentSources.ts';
import { evidenceBook, figuresIn, type EvidenceBook } from '../evidence.ts';
import { wearOutOf } from '../fatigue.ts';
import { composeGrounded, type Composed } from '../grounding.ts';
import { kpiUnit, kpiWords, raised } from '../labels.ts';
import { factPassages, passagesOf } from '../passages.ts';
import { notAvailableShape, shapeOf } from '../prose.ts';
import { finish, NO_MODEL } from '../result.ts';
import { toolsFor } from '../toolbox.ts';
import { briefOf } from './brief.ts';
import {
  composeContent,
  CONTENT_INSTRUCTIONS,
  CONTENT_PURPOSE,
  contentAnswerSchema,
  type ContentAnswer,
  type ContentFacts,
} from './compose.ts';
import { factsOf, type Setting } from './facts.ts';
import { CONTENT_TOOLS, gatherContent, type ContentMaterial } from './gather.ts';
import { provenClaims, type LineSources } from './lines.ts';
import { rankMessages } from './messageRank.ts';
import { planVariants } from './plan.ts';
import { publishWindowOf } from './publishWindow.ts';
import { variantsOf } from './variants.ts';

/** Content production: what should people read instead, in which words, and what does each variant test? */
export const content: SpecialistDefinition = {
  specialist: 'CONTENT',
  owner: 'Content producer',
  purpose:
    'Finds the worn or weakest creative, writes a campaign brief and variants by slot from own facts, proven claims and the messages that qualify best.',
  tools: CONTENT_TOOLS,
  run: runContent,
};

async function runContent(context: SpecialistContext): Promise<SpecialistResult> {
  const book = evidenceBook(context);
  const material = await gatherContent(context, toolsFor(context, 'CONTENT', CONTENT_TOOLS));
  if (material.texts.length === 0 && !material.messages.some((message) => message.headline !== null))
    return unavailable(context);
  const work = planWork(context, book, material);
  const { plans, facts } = work;
  await context.progress(
    `${plans.length} variants planned${facts.replaced ? ` to replace ${facts.replaced.name}` : ''}.`,
  );
  const figures = figuresIn(facts);
  const composed = await composeGrounded(context, {
    purpose: CONTENT_PURPOSE,
    instructions: CONTENT_INSTRUCTIONS,
    facts,
    figures,
    schema: contentAnswerSchema,
    composer: composeContent,
  });
  const variants = variantsOf(context, book, {
    plans,
    written: composed.answer.variants,
    setting: {
      sources: work.sources,
      brand: facts.brand,
      site: siteOf(material),
      publishWindow: publishWindowOf(material.socialDays),
      claimIds: work.claims.map((claim) => claim.id),
      messages: material.messages,
    },
  });
  return finish({
    kind: 'CONTENT_DRAFT',
    schema: contentDraftSchema,
    content: draftOf(context, { ...work, material, figures, composed, variants }),
    composed,
    evidence: book.drafts(),
  });
}

/** What is to be written, and everything that it may be written from. */
interface Work {
  readonly sources: LineSources;
  readonly claims: ReturnType<typeof provenClaims>;
  readonly plans: ReturnType<typeof planVariants>;
  readonly setting: Setting;
  readonly facts: ContentFacts;
}

function planWork(context: SpecialistContext, book: EvidenceBook, material: ContentMaterial): Work {
  const { loadIds } = material.coverage;
  const fatigue = wearOutOf(book, { rows: material.messageWeeks, loadIds }).entries;
  const { ranked } = rankMessages(book, {
    funnels: material.funnels,
    weeks: material.messageWeeks,
    seed: context.run.seed,
    loadIds,
  });
  const sources = sourcesOf(context, material);
  const claims = provenClaims(material.claims, context.workspace.businessDate);
  const plans = planVariants(context, material, { fatigue, ranked, hasClaims: claims.length > 0 });
  const setting = settingEvidence(context, book, material);
  return { sources, claims, plans, setting, facts: factsOf(context, { material, ranked, plans, sources, setting }) };
}

function draftOf(
  context: SpecialistContext,
  of: Work & {
    material: ContentMaterial;
    figures: readonly Figure[];
    composed: Composed<ContentAnswer>;
    variants: ContentDraft['variants'];
  },
): ContentDraft {
  const { material, facts, variants } = of;
  const { answer, notes } = of.composed;
  const used = documentSources(material.texts);
  return {
    ...shapeOf(context, answer, {
      frames: [
        { key: 'why', heading: 'Why this is written' },
        { key: 'variants', heading: 'Variants', table: variantTable(variants) },
      ],
      window: material.window,
      sources: used,
      figures: [...of.figures, ...variants.map((variant) => variant.readingGrade)],
      caveats: notes,
    }),
    brief: briefOf(context, {
      answer,
      material,
      claims: of.claims.filter((claim) => variants.some((variant) => variant.claimIds.includes(claim.id))),
      figures: of.setting,
      audience: {
        id: material.audience?.audiences[0]?.id ?? null,
        name: facts.audience?.name ?? 'All audiences of the goal\u2019s market',
      },
      callToAction: variants[0]?.callToAction ?? '',
      sources: used,
    }),
    variants,
  };
}

function sourcesOf(context: SpecialistContext, material: ContentMaterial): LineSources {
  return {
    facts: factPassages(passagesOf(material.texts)),
    claims: material.claims,
    rules: material.rules,
    today: context.workspace.businessDate,
    market: context.goal.market === 'ALL' ? context.workspace.market : context.goal.market,
    industry: context.workspace.industry,
    refused:
      context.revision?.findings.filter((finding) => finding.severity === 'BLOCK').map((finding) => finding.quote) ??
      [],
  };
}

function settingEvidence(context: SpecialistContext, book: EvidenceBook, material: ContentMaterial): Setting {
  const { goal } = context;
  const evidence = book.add({
    kind: 'goal.setting',
    tier: 'OBSERVED',
    input: { goalId: goal.id, window: material.window },
    output: { baseline: material.baseline, target: goal.target, budget: unitsFromMicros(goal.budgetMicros) },
    loadIds: material.coverage.loadIds,
  });
  const words = kpiWords(goal.kpi);
  return {
    evidence,
    baseline: evidence.figure({ label: `${words}, latest weeks`, path: 'baseline', unit: kpiUnit(goal) }),
    target: evidence.need({ label: `target of ${words}`, path: 'target', unit: kpiUnit(goal) }),
    budget: evidence.need({ label: 'budget of the goal', path: 'budget', unit: goal.currency }),
  };
}

function siteOf(material: ContentMaterial): string {
  const copy = [
    ...material.messages.map((message) => message.callToAction ?? ''),
    ...material.texts.map((text) => text.text),
  ].join(' ');
  return /\b(?:[a-z0-9-]+\.)+(?:example|com|eu|org|net|io|de|co)\b/.exec(copy)?.[0] ?? '';
}

function variantTable(variants: ContentDraft['variants']): Table {
  return {
    title: 'Copy by slot',
    evidenceId: null,
    columns: [
      { key: 'name', label: 'Variant', unit: 'TEXT' },
      { key: 'slot', label: 'Slot', unit: 'TEXT' },
      { key: 'text', label: 'Copy', unit: 'TEXT' },
      { key: 'limit', label: 'Length', unit: 'TEXT' },
    ],
    rows: variants.flatMap((variant) =>
      variant.slots.map((slot) => ({
        path: '',
        cells: [
          variant.name,
          raised(slot.slot.replace(/([A-Z])/g, ' $1').toLowerCase()),
          slot.text,
          `${slot.text.length} of ${slot.limit}`,
        ],
      })),
    ),
  };
}

function unavailable(context: SpecialistContext): SpecialistResult {
  const shape = notAvailableShape(
    context,
    'Content',
    'No brand material and no copy of earlier messages is stored, so there is nothing that copy could truthfully be built from. Import brand guidelines and product facts first.',
  );
  return finish({
    kind: 'CONTENT_DRAFT',
    schema: contentDraftSchema,
    content: { ...shape, brief: null, variants: [] },
    composed: NO_MODEL,
    evidence: [],
  });
}
