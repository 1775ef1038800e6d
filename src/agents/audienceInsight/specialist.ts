/** Owns the audience specialist: gather, compute, compose, in this order. */
import { audienceInsightSchema, type AudienceInsight } from '../../domain/artifacts/audienceInsight.ts';
import type { SpecialistContext, SpecialistDefinition, SpecialistResult } from '../contract.ts';
import { evidenceBook, figuresIn } from '../evidence.ts';
import { composeGrounded } from '../grounding.ts';
import { goalFacts } from '../labels.ts';
import { notAvailableShape, ownDataSource, shapeOf, type Frame } from '../prose.ts';
import { finish, NO_MODEL } from '../result.ts';
import { toolsFor } from '../toolbox.ts';
import {
  AUDIENCE_INSTRUCTIONS,
  AUDIENCE_PURPOSE,
  audienceAnswerSchema,
  composeAudience,
  type AudienceFacts,
} from './compose.ts';
import { standingOf, type AudienceStanding } from './compute.ts';
import { AUDIENCE_TOOLS, gatherAudiences } from './gather.ts';

/** Audience insight: which audiences are worth their money, and which only click? */
export const audienceInsight: SpecialistDefinition = {
  specialist: 'AUDIENCE_INSIGHT',
  owner: 'Audience analyst',
  purpose:
    'Ranks audiences by the cost of a qualified response with shrinkage over their funnels, and finds those that click and do not qualify.',
  tools: AUDIENCE_TOOLS,
  run: runAudience,
};

async function runAudience(context: SpecialistContext): Promise<SpecialistResult> {
  const book = evidenceBook(context);
  const material = await gatherAudiences(context, toolsFor(context, 'AUDIENCE_INSIGHT', AUDIENCE_TOOLS));
  if (!material)
    return unavailable(
      context,
      'The data hold no audiences, so nobody can be told apart. Import an export that is broken down by audience.',
    );
  const standing = standingOf(context, book, material);
  if (!standing)
    return unavailable(
      context,
      'No audience has both people reached and qualified responses on record, so quality cannot be judged.',
    );
  const traps = standing.audiences.filter((audience) => audience.verdict === 'TRAP').length;
  await context.progress(
    `${standing.audiences.length} audiences ranked, ${traps} found that click and do not qualify.`,
  );
  const facts: AudienceFacts = {
    goal: goalFacts(context.goal),
    window: material.window,
    audiences: standing.audiences,
    proposal: standing.proposal
      ? {
          ...standing.proposal,
          name: standing.proposal.action.target.name,
          after: standing.proposal.action.kind === 'audience.define' ? standing.proposal.action.after : '',
        }
      : null,
  };
  const figures = figuresIn(facts);
  const composed = await composeGrounded(context, {
    purpose: AUDIENCE_PURPOSE,
    instructions: AUDIENCE_INSTRUCTIONS,
    facts,
    figures,
    schema: audienceAnswerSchema,
    composer: composeAudience,
  });
  const content: AudienceInsight = {
    ...shapeOf(context, composed.answer, {
      frames: framesOf(context, standing),
      window: material.window,
      sources: [
        {
          ...ownDataSource(material.coverage.span?.to ?? material.window.to),
          title: 'Own performance data by audience',
        },
      ],
      figures,
      caveats: composed.notes,
    }),
    audiences: [...standing.audiences],
    definition: standing.definition,
    proposal: standing.proposal,
  };
  return finish({
    kind: 'AUDIENCE_INSIGHT',
    schema: audienceInsightSchema,
    content,
    composed,
    evidence: book.drafts(),
  });
}

function framesOf(context: SpecialistContext, standing: AudienceStanding): Frame[] {
  const { currency } = context.workspace;
  const costs = standing.lines.filter((line) => line.costPerQualified !== null);
  return [
    {
      key: 'ranking',
      heading: 'Audiences by cost of a qualified response',
      table: {
        title: 'Audiences, best first',
        evidenceId: standing.evidence.draft.id,
        columns: [
          { key: 'audience', label: 'Audience', unit: 'TEXT' },
          { key: 'spend', label: 'Spend', unit: currency },
          { key: 'clickRate', label: 'Click rate', unit: 'SHARE' },
          { key: 'qualified', label: 'Qualified', unit: 'COUNT' },
          { key: 'costPerQualified.mean', label: 'Cost per qualified', unit: currency },
          { key: 'trapProbability', label: 'Chance of a trap', unit: 'SHARE' },
        ],
        rows: standing.lines.map((line, index) => ({
          path: `audiences.${index}`,
          cells: [
            line.audience,
            line.spend,
            line.clickRate,
            line.qualified,
            line.costPerQualified?.mean ?? null,
            line.trapProbability,
          ],
        })),
      },
      chart: {
        title: 'Cost of a qualified response',
        form: 'INTERVAL',
        unit: currency,
        evidenceId: standing.evidence.draft.id,
        path: 'audiences',
        x: costs.map((line) => line.audience),
        series: [
          {
            name: 'Cost',
            values: costs.map((line) => line.costPerQualified?.mean ?? null),
            lower: costs.map((line) => line.costPerQualified?.lower ?? null),
            upper: costs.map((line) => line.costPerQualified?.upper ?? null),
          },
        ],
      },
    },
    { key: 'traps', heading: 'Clicks without intent' },
    { key: 'proposal', heading: 'Proposed change' },
  ];
}

function unavailable(context: SpecialistContext, reason: string): SpecialistResult {
  const content: AudienceInsight = {
    ...notAvailableShape(context, 'Audiences', reason),
    audiences: [],
    definition: null,
    proposal: null,
  };
  return finish({ kind: 'AUDIENCE_INSIGHT', schema: audienceInsightSchema, content, composed: NO_MODEL, evidence: [] });
}
