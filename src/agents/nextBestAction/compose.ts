/** Owns the words of the recommendation set: what is asked of a language model, and the rules that write it without one. */
import { z } from 'zod';
import type { Figure } from '../../domain/evidence.ts';
import { countText, listText, paragraph, sentence } from '../../models/phrases.ts';
import type { GoalFacts } from '../labels.ts';
import { proseSchema } from '../prose.ts';

/** What is composed, as messages of the model name it. */
export const ACTION_PURPOSE = 'NEXT_BEST_ACTION.cards';

/** One card as facts. */
export interface CardFacts {
  readonly index: number;
  readonly verb: string;
  readonly target: string;
  readonly question: string;
  readonly action: string;
  readonly because: readonly string[];
  readonly identified: boolean;
  readonly reasons: readonly string[];
  readonly figures: readonly Figure[];
  readonly record: {
    readonly scored: number;
    readonly coverage80: number | null;
    readonly notToldApart: number;
  };
  readonly learnings: readonly string[];
  readonly dissent: readonly { readonly specialist: string; readonly view: string }[];
}

/** What may be said. */
export interface ActionFacts {
  readonly goal: GoalFacts;
  /** That the data are old, and how present spend stands to the goal's budget; empty where there is nothing to say. */
  readonly stale: string;
  readonly budget: string;
  readonly budgetFigures: object | null;
  readonly cards: readonly CardFacts[];
  readonly conflicts: readonly { readonly statement: string; readonly ruling: string | null }[];
}

/** What is written. */
export const actionAnswerSchema = proseSchema.extend({
  rationales: z.array(z.object({ index: z.number().int().nonnegative(), text: z.string() })),
});
export type ActionAnswer = z.infer<typeof actionAnswerSchema>;

/** The task for a language model. */
export const ACTION_INSTRUCTIONS = [
  'Begin with `stale` where it is not empty: that the data are old stands before everything else. Say `budget` in the summary.',
  'Write the summary of the recommendations and a rationale for each card, by its index: why this, on which evidence, and what is uncertain. Three to five sentences.',
  'Say of a card with `identified` false that the data cannot tell. Name the record of earlier advice where there is one, and what a learning taught where one is cited.',
  'Sections by key: `cards` (one point a card: what to do), `conflicts`.',
].join('\n');

/** Writes the set by rules. */
export function composeActions(facts: ActionFacts): ActionAnswer {
  const acting = facts.cards.filter((card) => card.verb !== 'HOLD');
  return {
    title: `What to do next for ${facts.goal.kpiWords}`,
    summary: paragraph(
      facts.stale,
      acting.length > 0
        ? sentence(
            `${countText(acting.length, 'change is', 'changes are')} proposed; each waits for the people who decide on it`,
          )
        : 'No change is proposed: the evidence supports none.',
      acting.length > 0
        ? sentence(
            `In order of weight: ${listText(
              acting.map((card) => `${card.verb.toLowerCase()} ${card.target}`),
              6,
            )}`,
          )
        : '',
      facts.budget,
      facts.conflicts.length > 0
        ? sentence(
            `${countText(facts.conflicts.length, 'conflict')} between cards ${facts.conflicts.length === 1 ? 'was' : 'were'} found`,
          )
        : '',
    ),
    sections: [
      { key: 'cards', paragraphs: [], points: facts.cards.map((card) => `${card.verb}: ${card.action}`) },
      {
        key: 'conflicts',
        paragraphs: [],
        points: facts.conflicts.map((conflict) =>
          paragraph(conflict.statement, conflict.ruling ?? 'A person has to decide.'),
        ),
      },
    ],
    caveats: ['Forecasts are held against what happens, and each card shows how earlier advice of its kind did.'],
    rationales: facts.cards.map((card) => ({ index: card.index, text: rationaleText(card) })),
  };
}

function rationaleText(card: CardFacts): string {
  const learned = card.learnings.slice(0, 2).map((text) => sentence(`An earlier decision taught: ${text}`));
  const record =
    card.record.scored > 0 && card.record.coverage80 !== null
      ? sentence(
          `Of ${countText(card.record.scored, 'earlier forecast')} of this kind, ${(card.record.coverage80 * 100).toFixed(0)}% fell inside their own 80% interval${card.record.notToldApart > 0 ? `, and ${card.record.notToldApart} more could not be told apart: they agree with it only with the error of the comparison` : ''}`,
        )
      : 'No advice of this kind has been scored here yet.';
  const doubt = card.identified
    ? ''
    : paragraph('The data cannot tell this effect apart.', sentence(card.reasons[0] ?? ''));
  return paragraph(
    ...card.because,
    doubt,
    ...card.dissent.map((entry) => sentence(`Against it: ${entry.view.charAt(0).toLowerCase()}${entry.view.slice(1)}`)),
    ...learned,
    record,
  );
}
