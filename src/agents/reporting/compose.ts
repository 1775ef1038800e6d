/** Owns the words of the performance report: what is asked of a language model, and the rules that write it without one. */
import type { PerformanceReport, TreeNode } from '../../domain/artifacts/performanceReport.ts';
import type { Figure } from '../../domain/evidence.ts';
import { daysInclusive } from '../../kernel/calendar.ts';
import { chanceText, changeText, countText, paragraph, sentence, windowText } from '../../models/phrases.ts';
import type { GoalFacts } from '../labels.ts';
import { proseSchema, type Prose } from '../prose.ts';
import { amount, amountRange, signedAmount, size } from '../wording.ts';

/** What is composed, as messages of the model name it. */
export const REPORTING_PURPOSE = 'REPORTING.report';

/** What may be said. */
export interface ReportingFacts {
  readonly goal: GoalFacts;
  /** That the data are old; empty where they are recent. */
  readonly stale: string;
  readonly windows: { readonly now: { from: string; to: string }; readonly before: { from: string; to: string } };
  readonly changeShare: Figure | null;
  readonly tree: readonly TreeNode[];
  readonly target: PerformanceReport['target'];
  /** Forecast of the weeks right after the data, where the goal's window is out of its reach. */
  readonly shown: { readonly from: string; readonly to: string; readonly total: Figure } | null;
  readonly outlookCaveats: readonly string[];
  readonly record: {
    readonly scored: number;
    readonly inside80: number;
    /** Outside the forecast's own interval, agreeing with it only with the error of the comparison. */
    readonly notToldApart: number;
    readonly misses: readonly { kpi: string; window: string; mean: Figure; observed: Figure }[];
  };
  readonly freshness: PerformanceReport['freshness'];
}

/** Share of the present pace below which a target is remarked on. */
const EASY = 0.5;

/** What is written. */
export const reportingAnswerSchema = proseSchema;

/** The task for a language model. */
export const REPORTING_INSTRUCTIONS = [
  'Begin with `stale` where it is not empty. Write the performance report for people who decide on budget. Sections by key: `target` (KPI against target and forecast), `drivers` (what changed and where, largest first), `record` (how earlier forecasts did), `freshness`.',
  'A forecast with nothing changed is no promise: always name its interval. The driver tree shows where a change happened, not what caused it.',
].join('\n');

/** Writes the report by rules. */
export function composeReporting(facts: ReportingFacts): Prose {
  const root = facts.tree.find((node) => node.relation === 'ROOT');
  const change = root ? rootText(facts, root) : '';
  const target = targetText(facts);
  return {
    title: `Performance: ${facts.goal.kpiWords}`,
    summary: paragraph(facts.stale, change, standingText(facts), easyTarget(facts, root)),
    sections: [
      { key: 'target', paragraphs: [target], points: [] },
      {
        key: 'drivers',
        paragraphs: [],
        points: facts.tree
          .filter((node) => node.relation !== 'ROOT' && node.effect !== null && node.effect.value !== 0)
          .toSorted((a, b) => Math.abs(b.effect?.value ?? 0) - Math.abs(a.effect?.value ?? 0))
          .map((node) => nodeText(facts, node)),
      },
      {
        key: 'record',
        paragraphs: [recordText(facts)],
        points: facts.record.misses.map((miss) =>
          sentence(`${miss.window}: ${amount(miss.mean)} was forecast, ${amount(miss.observed)} came`),
        ),
      },
      {
        key: 'freshness',
        paragraphs: [],
        points: facts.freshness.map((entry) =>
          sentence(`${SOURCE_WORDS[entry.source] ?? entry.source}: loaded through ${entry.loadedThrough}`),
        ),
      },
    ],
    caveats: [
      ...facts.outlookCaveats,
      'Effects of factors and channels show where the change happened; they add up by arithmetic and prove no cause.',
    ],
  };
}

function rootText({ goal, windows, changeShare }: ReportingFacts, root: TreeNode): string {
  if (root.now.value === 0 && root.before.value === 0)
    return sentence(
      `The loaded data hold no ${goal.kpiWords} from ${windowText(windows.before.from, windows.now.to)}: it was not measured there, which is not the same as none`,
    );
  const moved = changeShare ? `, ${changeText(changeShare.value)} on the same time before` : '';
  return sentence(
    `${goal.kpiWords} came to ${amount(root.now)} from ${windowText(windows.now.from, windows.now.to)}${moved}`,
  );
}

const SOURCE_WORDS: Readonly<Record<string, string>> = {
  ANALYTICS: 'Web analytics',
  CRM: 'CRM',
  PLATFORM: 'Ad platforms',
  EMAIL: 'E-mail',
  SHOP: 'Shop',
  MODEL_INPUT: 'Mix-model file',
};

/** The outlook in one sentence. */
function standingText({ target }: ReportingFacts): string {
  if (!target.forecast || !target.probabilityOfReaching) return '';
  return sentence(
    `With nothing changed, reaching the goal of ${amount(target.goal)} is ${chanceText(target.probabilityOfReaching.value)}`,
  );
}

/** That a target lies far below what comes anyway; empty where it does not. */
function easyTarget({ goal, target, windows }: ReportingFacts, root: TreeNode | undefined): string {
  const days = (from: string, to: string): number => daysInclusive(from, to);
  if (!root || root.now.value <= 0) return '';
  const pace = (root.now.value / days(windows.now.from, windows.now.to)) * days(goal.window.from, goal.window.to);
  return target.goal.value < EASY * pace
    ? sentence(
        `The target of ${amount(target.goal)} lies far below what came without it: ${amount(root.now)} from ${windowText(windows.now.from, windows.now.to)}; check whether it was meant as an increase`,
      )
    : '';
}

function targetText({ goal, target, shown }: ReportingFacts): string {
  const { forecast, probabilityOfReaching: probability, gap, actual } = target;
  const aim = `The goal is ${amount(target.goal)} from ${windowText(goal.window.from, goal.window.to)}`;
  if (!forecast)
    return paragraph(
      sentence(aim),
      actual ? sentence(`${amount(actual)} of it has come so far`) : '',
      'No forecast of that window can be given from these data.',
      shown
        ? sentence(
            `For the weeks right after the data, ${windowText(shown.from, shown.to)}, the forecast of ${goal.kpiWords} with nothing changed is ${amountRange(shown.total)}`,
          )
        : '',
    );
  const distance = gap ? size(gap) : '';
  return paragraph(
    sentence(aim),
    actual ? sentence(`${amount(actual)} of it has come so far`) : '',
    sentence(
      `With nothing changed the forecast is ${amountRange(forecast)}${gap ? `, ${gap.value >= 0 ? `${distance} above` : `${distance} short of`} the target` : ''}`,
    ),
    probability ? sentence(`Reaching it without a change is ${chanceText(probability.value)}`) : '',
  );
}

function nodeText({ goal }: ReportingFacts, node: TreeNode): string {
  const effect = node.effect;
  if (!effect) return '';
  return sentence(
    `${node.label} went from ${amount(node.before)} to ${amount(node.now)}: ${signedAmount(effect)} ${goal.unit === 'COUNT' ? '' : 'of '}${goal.kpiWords}`,
  );
}

function recordText({ record }: ReportingFacts): string {
  if (record.scored === 0) return 'No forecast of this workspace had been scored when this report was written.';
  return sentence(
    `${countText(record.scored, 'forecast has', 'forecasts have')} been scored; ${record.inside80} of them fell inside the stated 80% interval${record.notToldApart > 0 ? `, ${record.notToldApart} more agree with it only with the error of the comparison and could not be told apart` : ''}`,
  );
}
