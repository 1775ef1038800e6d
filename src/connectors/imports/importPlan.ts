/** Owns what a plan of an import says, and how it is told: its problems as sentences, and the answer of a dry run. */
import type { Fact, FactGrain, ImportResult } from '../../domain/facts.ts';
import type { CalendarDay } from '../../kernel/calendar.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TextEncodingName } from './byteText.ts';
import type { CampaignState } from './observedCampaigns.ts';
import type { Layout } from './detect.ts';
import type { PresetName } from './presets/preset.ts';
import type { Forms, ImportOptions, ImportProblem, RowSpan } from './rowContext.ts';

/** How far a reading has come. */
export interface ReadProgress {
  readonly bytes: number;
  readonly rows: number;
}

/** What a file is and what loading it would bring; `problems` must be empty before it is loaded. */
export interface ImportPlan {
  readonly preset: PresetName;
  readonly label: string;
  readonly encoding: TextEncodingName;
  readonly headerLine: number;
  /** SHA-256 of the bytes, and of everything else that decides what the facts are. */
  readonly fileDigest: string;
  readonly optionsDigest: string;
  readonly columns: readonly { readonly column: string; readonly field: string }[];
  readonly dropped: readonly { readonly column: string; readonly reason: string }[];
  /** Columns with personal data; never loaded. With `keepPersonal` they need a change set behind the gate PERSONAL_DATA. */
  readonly personalColumns: readonly string[];
  readonly needsPersonalDataApproval: boolean;
  /** Lines with content apart from the header, and those of them that became nothing. */
  readonly rows: { readonly read: number; readonly skipped: number };
  readonly facts: Readonly<Record<Fact['table'], number>>;
  /** The first 200 skipped rows. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
  /** The first 200 problems, and how many there are. */
  readonly problems: readonly ImportProblem[];
  readonly problemCount: number;
  readonly grains: readonly FactGrain[];
  readonly from: CalendarDay | null;
  readonly to: CalendarDay | null;
  readonly notes: readonly string[];
  /** Whether a later load of the same account stands for all days of its window, not only for the keys that it names. */
  readonly restatesWindow: boolean;
  /** What the file says of campaigns beside figures; empty for files without such columns. */
  readonly campaigns: readonly CampaignState[];
  /** For `readFacts` alone. */
  readonly reading: PlanReading;
}

/** What the second reading must know of the first. */
export interface PlanReading {
  readonly layout: Layout;
  readonly options: ImportOptions;
  readonly forms: Forms;
  readonly span: RowSpan;
}

/** @throws BAD_USER_INPUT listing the problems of a plan that has any */
export function refuseProblems(plan: ImportPlan, file: string): void {
  const [first] = plan.problems;
  if (!first) return;
  const lines = plan.problems.slice(0, 20).map((problem) => problemText(problem, file));
  const more = plan.problemCount > lines.length ? [`… and ${plan.problemCount - lines.length} more.`] : [];
  throw new AppError('BAD_USER_INPUT', [...lines, ...more].join('\n'), {
    hint: 'Nothing of this file was loaded. Mend the rows and import it again.',
  });
}

/** One problem as a sentence: `file.csv, line 7, column "Cost": found "-3", expected ... Mend: ...`. */
export function problemText(problem: ImportProblem, file: string): string {
  const where = problem.line > 0 ? `${file}, line ${problem.line}` : file;
  return `${where}, column "${problem.column}": found ${JSON.stringify(problem.found)}, expected ${problem.expected}. ${problem.mend}`;
}

/** What a dry run answers: `added` are the facts that the file holds, before they are compared with earlier loads. */
export function dryRunResult(plan: ImportPlan): ImportResult {
  const added = Object.values(plan.facts).reduce((sum, count) => sum + count, 0);
  return {
    load: null,
    sameAs: null,
    preset: plan.preset,
    rows: { read: plan.rows.read, added, restated: 0, unchanged: 0, skipped: plan.rows.skipped },
    skipped: [...plan.skipped],
    columns: [...plan.columns],
    dropped: [...plan.dropped],
    from: plan.from,
    to: plan.to,
    notes: [...plan.notes],
    status: plan.needsPersonalDataApproval ? 'WAITING_APPROVAL' : 'DRY_RUN',
  };
}
