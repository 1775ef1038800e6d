/** Owns the first reading of a file: what it is, how its cells are read, what is skipped, and everything that is wrong with it. Loads nothing. */
import type { Fact, FactGrain } from '../../domain/facts.ts';
import { textLimits, writtenText } from '../../domain/text.ts';
import { isDay, parseDay, type CalendarDay } from '../../kernel/calendar.ts';
import { digestOf } from '../../kernel/canonicalJson.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ByteSource, TextEncodingName } from './byteText.ts';
import { CampaignStates } from './campaignStates.ts';
import { columnOverrides } from './columns.ts';
import { checkCurrencyOptions } from './currencies.ts';
import { decideForms } from './decideForms.ts';
import { detectLayout } from './detect.ts';
import { KeyLines } from './duplicateKeys.ts';
import type { ImportPlan, PlanReading, ReadProgress } from './importPlan.ts';
import { localeDecimal } from './numberForms.ts';
import { presetNames } from './presets/preset.ts';
import { Forms, type ImportOptions, type ImportProblem, type RowSink } from './rowContext.ts';
import { surveyRows, walkRows } from './rowWalk.ts';
import { openTable, readHead } from './table.ts';
import { spanOfStarts } from './wideRows.ts';

/** Skipped rows and problems that are listed; all are counted. */
const LISTED = 200;

/**
 * Reads a file once (twice where its first rows misled) and plans its import.
 * @throws BAD_USER_INPUT for a file that cannot be read at all: empty, no text, broken, no known header, or bad options
 */
export async function planImport(
  source: ByteSource,
  options: ImportOptions,
  progress?: (at: ReadProgress) => void,
): Promise<ImportPlan> {
  checkOptions(options);
  const head = await readHead(source);
  const layout = detectLayout(head, options.preset ?? 'auto', columnOverrides(options.map ?? {}));
  const forms = new Forms(options.timeZone ?? 'UTC');
  forms.prepare(layout.mapping);
  for (const _ of ['forms', 'spacing']) {
    forms.starts.clear();
    surveyRows({ layout, options, forms, span: 'DAY' });
    decideForms(forms, options.locale);
  }
  let span = spanOfStarts(forms.starts);
  let parents = forms.parents.size;
  let texts = forms.textColumns.size;
  for (let pass = 1; ; pass += 1) {
    const reading = { layout, options, forms, span };
    forms.starts.clear();
    forms.currencies.clear();
    const tally = await readOnce(source, reading, progress);
    const decision = decideForms(forms, options.locale);
    const nextSpan = spanOfStarts(forms.starts);
    const steady =
      !decision.changed && nextSpan === span && forms.parents.size === parents && forms.textColumns.size === texts;
    span = nextSpan;
    parents = forms.parents.size;
    texts = forms.textColumns.size;
    if (!steady && pass < 3) continue;
    forms.observing = false;
    return planOf(
      { ...reading, span },
      {
        encoding: head.encoding,
        tally: {
          ...tally,
          problems: [...decision.problems, ...tally.problems],
          problemCount: tally.problemCount + decision.problems.length,
        },
      },
    );
  }
}

/** What one reading found. */
interface Tally {
  digest: string;
  seen: number;
  skippedCount: number;
  skipped: { line: number; reason: string }[];
  problems: ImportProblem[];
  problemCount: number;
  facts: Record<Fact['table'], number>;
  grains: Set<FactGrain>;
  from: CalendarDay | null;
  to: CalendarDay | null;
  readonly campaigns: CampaignStates;
}

async function readOnce(
  source: ByteSource,
  reading: PlanReading,
  progress?: (at: ReadProgress) => void,
): Promise<Tally> {
  const tally: Tally = {
    digest: '',
    seen: 0,
    skippedCount: 0,
    skipped: [],
    problems: [],
    problemCount: 0,
    facts: { performance: 0, kpi: 0, control: 0, mediaInput: 0 },
    grains: new Set(),
    from: null,
    to: null,
    campaigns: new CampaignStates(),
  };
  let bytes = 0;
  const table = openTable(source, reading.layout.delimiter, { bytes: (count) => void (bytes += count) });
  const walk = walkRows({ ...reading, sink: tallySink(tally) });
  let rows = 0;
  for await (const batch of table.rows) {
    for (const row of batch) walk.take(row);
    rows += batch.length;
    progress?.({ bytes, rows });
  }
  walk.end();
  tally.digest = table.digest();
  tally.seen = walk.seen;
  return tally;
}

function tallySink(tally: Tally): RowSink {
  const keys = new KeyLines();
  const problem = (found: ImportProblem): void => {
    tally.problemCount += 1;
    if (tally.problems.length < LISTED) tally.problems.push(found);
  };
  return {
    fact(fact) {
      tally.facts[fact.table] += 1;
      tally.grains.add(fact.grain);
      if (tally.from === null || fact.start < tally.from) tally.from = fact.start;
      if (tally.to === null || fact.end > tally.to) tally.to = fact.end;
    },
    problem,
    campaign: (state) => tally.campaigns.add(state),
    skip(line, reason) {
      tally.skippedCount += 1;
      if (tally.skipped.length < LISTED) tally.skipped.push({ line, reason });
    },
    key(key, line) {
      const earlier = keys.add(key, line);
      if (earlier === 0) return;
      problem({
        line,
        column: '(key)',
        found: `the same key as line ${earlier}`,
        expected: 'each key once',
        mend: 'Remove one of the two rows; or, when another column tells them apart, add their figures with --map "COLUMN=breakdown".',
      });
    },
  };
}

function checkOptions(options: ImportOptions): void {
  checkCurrencyOptions(options);
  parseDay(options.businessDate);
  if (options.account !== undefined && !writtenText(textLimits.name).safeParse(options.account).success)
    throw new AppError('BAD_USER_INPUT', `The account has ${options.account.length} characters.`, {
      hint: `Name it in at most ${textLimits.name} characters.`,
    });
  const asked = options.preset ?? 'auto';
  if (asked !== 'auto' && !presetNames.includes(asked)) {
    throw new AppError('BAD_USER_INPUT', `There is no preset "${asked as string}".`, {
      hint: `Presets are: auto, ${presetNames.join(', ')}.`,
    });
  }
  if (options.locale !== undefined && localeDecimal(options.locale) === undefined) {
    throw new AppError('BAD_USER_INPUT', `"${options.locale}" is not a locale.`, {
      hint: 'Write it as de-DE or en-US.',
    });
  }
}

function planOf(reading: PlanReading, of: { encoding: TextEncodingName; tally: Tally }): ImportPlan {
  const { layout, options, forms } = reading;
  const { tally } = of;
  const { preset, mapping } = layout;
  const personal = mapping.columns.filter((column) => column.dropped === 'PERSONAL').map((column) => column.header);
  const problems = [...tally.problems];
  const loaded = Object.values(tally.facts).reduce((sum, count) => sum + count, 0);
  if (loaded === 0 && problems.length === 0) {
    problems.push({
      line: layout.headerLine,
      column: '(all)',
      found: 'a header and no row with figures',
      expected: 'at least one row',
      mend: 'Check that the chosen dates of the export have data.',
    });
  }
  return {
    preset: preset.name,
    label: preset.label,
    encoding: of.encoding,
    headerLine: layout.headerLine,
    fileDigest: tally.digest,
    optionsDigest: digestOf({
      preset: preset.name,
      map: options.map ?? {},
      currency: options.currency ?? null,
      rates: options.rates ?? {},
      locale: options.locale ?? null,
      account: options.account ?? null,
      reportingCurrency: options.reportingCurrency,
    }),
    columns: mapping.columns.flatMap(({ header, field }) => (field === null ? [] : [{ column: header, field }])),
    dropped: mapping.columns.flatMap(({ header, field, reason }) =>
      field === null ? [{ column: header, reason }] : [],
    ),
    personalColumns: personal,
    needsPersonalDataApproval: options.keepPersonal === true && personal.length > 0,
    rows: { read: tally.seen, skipped: tally.skippedCount },
    facts: tally.facts,
    skipped: tally.skipped,
    problems,
    problemCount: Math.max(tally.problemCount, problems.length),
    grains: [...tally.grains].sort(),
    from: tally.from,
    to: tally.to,
    notes: notesOf(reading, tally),
    restatesWindow: preset.shape === 'RECORDS',
    campaigns: tally.campaigns.all(),
    reading: { ...reading, forms },
  };
}

function notesOf({ layout, options, forms, span }: PlanReading, tally: Tally): string[] {
  const notes: string[] = [];
  const { preset } = layout;
  if (tally.grains.has('PERIOD') && preset.dailyHint !== '')
    notes.push(
      `Rows that cover a period count in totals of exactly that period and are not used by models. ${preset.dailyHint}`,
    );
  if (span === 'WEEK' && preset.name === 'long')
    notes.push('All days lie whole weeks apart, so each row is read as a week.');
  const foreign = [...forms.currencies].filter((currency) => currency !== options.reportingCurrency);
  for (const currency of foreign)
    notes.push(
      `Money in ${currency} is converted to ${options.reportingCurrency} at ${options.rates?.[currency] ?? '?'}.`,
    );
  if (preset.shape === 'WIDE' && options.currency === undefined && forms.currencies.size > 0)
    notes.push(
      `The file names no currency: its money is read as ${options.reportingCurrency}, the reporting currency.`,
    );
  if (preset.name === 'klaviyo')
    notes.push(
      'Figures are totals since the send, dated by the send; a later export restates them. Costs are not in this export: unknown, not 0.',
    );
  if (preset.name === 'hubspot-contacts')
    notes.push(
      'Each new contact counts as a conversion on its day, each qualified one as a qualified lead on the day it qualified; no record is kept.',
    );
  if (preset.name === 'hubspot-deals')
    notes.push(
      'Amounts count as pipeline on the day of creation, won deals as sales and revenue on the day of closing; no record is kept.',
    );
  if (tally.from !== null && !isDay(tally.from)) notes.push('The first day is out of range.');
  return notes;
}
