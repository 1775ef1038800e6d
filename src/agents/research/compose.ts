/** Owns the words of the research note: what is asked of a language model, and the rules that write it without one. */
import { z } from 'zod';
import type { Driver } from '../../domain/artifacts/researchNote.ts';
import type { Figure } from '../../domain/evidence.ts';
import { changeText, countText, listText, paragraph, sentence, windowText } from '../../models/phrases.ts';
import type { GoalFacts } from '../labels.ts';
import { proseSchema } from '../prose.ts';
import { amount, signedAmount, size } from '../wording.ts';

/** What is composed, as messages of the model name it. */
export const RESEARCH_PURPOSE = 'RESEARCH.note';

/** Stands between a document's title and the heading within it. */
export const SOURCE_JOIN = ' \u203a ';

/** What may be said. */
export interface ResearchFacts {
  readonly goal: GoalFacts;
  readonly currency: string;
  readonly windows: {
    readonly now: { from: string; to: string };
    readonly before: { from: string; to: string };
  } | null;
  readonly kpi: {
    readonly now: Figure;
    readonly before: Figure;
    readonly change: Figure;
    readonly changeShare: Figure | null;
  } | null;
  readonly drivers: readonly Driver[];
  readonly dataFindings: readonly { readonly id: string; readonly driver: Driver }[];
  /** Quotes from stored material: data, never instructions. */
  readonly quotes: readonly {
    readonly id: string;
    readonly source: string;
    readonly date: string;
    readonly trust: string;
    readonly kind: string;
    readonly quote: string;
  }[];
  readonly contradictions: readonly {
    readonly kind: string;
    readonly between: readonly string[];
    readonly parts: readonly string[];
  }[];
  readonly credited: { readonly platform: Figure | null; readonly booked: Figure | null };
  readonly unknowns: readonly string[];
}

/** What is written. */
export const researchAnswerSchema = proseSchema.extend({
  statements: z.array(z.object({ id: z.string(), text: z.string() })),
  contradictions: z.array(z.string()),
  meaningForGoal: z.string(),
});
export type ResearchAnswer = z.infer<typeof researchAnswerSchema>;

/** The task for a language model. */
export const RESEARCH_INSTRUCTIONS = [
  'Write a research note that answers what own data and own material say about the goal.',
  'Sections by key: `meaning` (the text of `meaningForGoal`), `drivers` (who moved it, one point each), `material` (what own material says, one point a quote that matters, naming its source), `contradictions`, `unknowns`.',
  '`statements`: one sentence for each id in dataFindings and quotes. `contradictions`: one sentence for each entry of the facts, in order. `meaningForGoal`: two or three sentences on what this means for the goal.',
  'Material with trust UNTRUSTED is reported as what it claims, never as a fact.',
].join('\n');

/** Writes the note by rules. */
export function composeResearch(facts: ResearchFacts): ResearchAnswer {
  const kpi = kpiParagraph(facts);
  const contradictions = facts.contradictions.map((entry) => contradictionText(facts, entry));
  return {
    title: `What we know about the goal: ${facts.goal.kpiWords}`,
    summary: paragraph(
      kpi,
      leadingDriver(facts),
      materialSummary(facts),
      facts.unknowns.length > 0
        ? sentence(countText(facts.unknowns.length, 'question stays open', 'questions stay open'))
        : '',
    ),
    sections: [
      { key: 'meaning', paragraphs: [meaningText(facts)], points: [] },
      {
        key: 'drivers',
        paragraphs: [],
        points: [
          ...facts.drivers.filter((driver) => driver.level === 'CHANNEL').slice(0, 4),
          ...facts.drivers.filter((driver) => driver.level === 'CAMPAIGN').slice(0, 3),
        ].map((driver) => driverText(facts, driver)),
      },
      {
        key: 'material',
        paragraphs:
          facts.quotes.length > 0
            ? []
            : [
                'Own material holds nothing on this goal yet. Brand guidelines, product facts and past results can be imported.',
              ],
        points: facts.quotes.map(quoteText),
      },
      { key: 'contradictions', paragraphs: [], points: contradictions },
      { key: 'unknowns', paragraphs: [], points: [...facts.unknowns] },
    ],
    caveats: facts.kpi
      ? ['The driver scan compares two windows; it shows where the change happened and does not prove what caused it.']
      : [],
    statements: [
      ...facts.dataFindings.map(({ id, driver }) => ({ id, text: driverText(facts, driver) })),
      ...facts.quotes.map((entry) => ({ id: entry.id, text: quoteText(entry) })),
    ],
    contradictions,
    meaningForGoal: meaningText(facts),
  };
}

function kpiParagraph({ kpi, goal, windows }: ResearchFacts): string {
  if (!kpi || !windows) return sentence(`No performance data are loaded, so what moved ${goal.kpiWords} is not known`);
  const moved = kpi.changeShare ? `, ${changeText(kpi.changeShare.value)}` : '';
  return sentence(
    `${goal.kpiWords} came to ${amount(kpi.now)} from ${windowText(windows.now.from, windows.now.to)}, after ${amount(kpi.before)} from ${windowText(windows.before.from, windows.before.to)}${moved}`,
  );
}

function leadingDriver(facts: ResearchFacts): string {
  const [first] = facts.drivers;
  return first ? sentence('The largest part of the change:', driverText(facts, first)) : '';
}

function driverText({ goal }: ResearchFacts, driver: Driver): string {
  const counted = goal.unit === 'COUNT';
  const head = `${driver.name} brought ${size(driver.change)} ${driver.change.value >= 0 ? 'more' : counted ? 'fewer' : 'less'} ${goal.kpiWords} than in the weeks before`;
  if (!driver.volumeEffect || !driver.efficiencyEffect) return sentence(`${head}; no spend of its own explains it`);
  return sentence(
    `${head}: ${signedAmount(driver.volumeEffect)} by its spend, ${signedAmount(driver.efficiencyEffect)} by what each unit of spend returned`,
  );
}

function quoteText(entry: ResearchFacts['quotes'][number]): string {
  const voice = entry.trust === 'UNTRUSTED' ? 'claims, unchecked,' : entry.kind === 'LEARNING' ? 'taught' : 'says';
  return sentence(
    `\u201c${entry.source}\u201d (${entry.date}) ${voice}: \u201c${entry.quote.replace(/[.\s]+$/, '')}\u201d`,
  );
}

function contradictionText(facts: ResearchFacts, entry: ResearchFacts['contradictions'][number]): string {
  const { platform, booked } = facts.credited;
  const { kpi, kpiWords } = facts.goal;
  if (entry.kind === 'CREDIT' && platform && booked) {
    return sentence(
      `Ad platforms credit themselves with ${amount(platform)} conversions in the window, while the books hold ${amount(booked)} at the same channels${kpi === 'CONVERSIONS' ? '' : ` (conversions are counted apart from ${kpiWords}, and here only where money was spent)`}; decisions should not rest on platform credit`,
    );
  }
  return sentence(
    `${listText([...entry.between])} disagree: \u201c${entry.parts[0] ?? ''}\u201d against \u201c${entry.parts[1] ?? ''}\u201d`,
  );
}

function materialSummary({ quotes }: ResearchFacts): string {
  if (quotes.length === 0) return '';
  const titles = new Set(quotes.map((entry) => entry.source.split(SOURCE_JOIN)[0] ?? entry.source));
  return sentence(
    `Own material speaks to it in ${listText(
      [...titles].map((title) => `\u201c${title}\u201d`),
      3,
    )}`,
  );
}

function meaningText(facts: ResearchFacts): string {
  const gaining = facts.drivers.filter(
    (driver) => driver.level === 'CHANNEL' && (driver.efficiencyEffect?.value ?? 0) > 0,
  );
  const losing = facts.drivers.filter(
    (driver) => driver.level === 'CHANNEL' && (driver.efficiencyEffect?.value ?? 0) < 0,
  );
  return paragraph(
    gaining.length > 0
      ? sentence(
          `Each unit of spend returned more at ${listText(
            gaining.map((driver) => driver.name),
            3,
          )}; that is an average over all money spent there, and where the next unit adds most is for the paid-media fit to say, which can rank channels otherwise`,
        )
      : '',
    losing.length > 0
      ? sentence(
          `It returned less at ${listText(
            losing.map((driver) => driver.name),
            3,
          )}${
            losing.some((driver) => (driver.volumeEffect?.value ?? 0) > 0)
              ? '. Where spend rose, the average falls by itself, since each further unit adds less, and the next unit can still add more there than elsewhere; where it did not rise,'
              : ':'
          } worn creative or a poor audience is the first thing to look for`,
        )
      : '',
    facts.contradictions.some((entry) => entry.kind === 'CREDIT')
      ? 'Judge channels by booked results and not by what platforms credit to themselves.'
      : '',
    facts.drivers.length === 0 ? sentence(`Nothing in the data points at a lever for ${facts.goal.kpiWords} yet`) : '',
    facts.quotes.length > 0
      ? 'What own material states binds the copy; its claims are to be used as they are written there.'
      : '',
  );
}
