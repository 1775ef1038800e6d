/** Owns what e-mail optimisation computes: rates of each send, variants compared on clicks and conversions (never on opens), fatigue of the list. */
import type { EmailComparison, EmailReport, EmailSend } from '../../domain/artifacts/emailReport.ts';
import { compareArms, type Comparison } from '../../brain/experiment.ts';
import { fatigueOf } from '../../brain/fatigue.ts';
import { weekday } from '../../kernel/calendar.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import type { EmailRow } from '../tools.ts';
import type { EmailMaterial } from './gather.ts';

/** Complaints by delivered from which mail providers act. */
export const COMPLAINT_ALARM = 0.001;
/** Expected loss at which a decision may be taken, relative to the control. */
const LOSS_LIMIT = 0.0025;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** Rates of one send; null where a part is not known. */
interface SendLine {
  readonly id: string;
  readonly name: string;
  readonly sends: number;
  readonly delivered: number | null;
  readonly bounceRate: number | null;
  readonly complaintRate: number | null;
  readonly unsubscribeRate: number | null;
  readonly clickRate: number | null;
  readonly conversionRate: number | null;
  readonly revenuePerRecipient: number | null;
  readonly machineOpenShare: number | null;
}

/** Two variants with their comparison. */
interface PairLine {
  readonly sendId: string;
  readonly sendName: string;
  readonly metric: EmailComparison['metric'];
  readonly control: ArmLine;
  readonly treatment: ArmLine;
  readonly comparison: Comparison;
}

interface ArmLine {
  readonly id: string;
  readonly name: string;
  readonly n: number;
  readonly successes: number;
  readonly rate: number;
}

/** The report's numbers with their evidence. */
export interface EmailNumbers {
  readonly evidence: Evidence;
  readonly lines: readonly SendLine[];
  readonly sends: readonly EmailSend[];
  readonly comparisons: readonly EmailComparison[];
  readonly weekdays: EmailReport['sendTimeEffect'];
  readonly fatigue: EmailReport['fatigue'];
  readonly checks: EmailReport['listChecks'];
}

/** Computes everything. */
export function computeEmail(context: SpecialistContext, book: EvidenceBook, material: EmailMaterial): EmailNumbers {
  const lines = material.campaigns.map(lineOf).toSorted((a, b) => b.sends - a.sends);
  const pairs = pairsOf(material.variants);
  const byDay = weekdayRates(material.days);
  const weeks = weeklyClicks(material.weeks);
  const fatigue = weeks.length > 0 ? fatigueOf(weeks) : null;
  const worn = fatigue?.identified ? { ...fatigue, change: fatigue.lastRate / fatigue.firstRate - 1 } : null;
  const evidence = book.add({
    kind: 'email.comparison',
    tier: 'OBSERVED',
    input: {
      window: material.window,
      complaintAlarm: COMPLAINT_ALARM,
      lossLimit: LOSS_LIMIT,
      method: 'always-valid interval, relative difference',
    },
    output: { sends: lines, pairs, weekdays: byDay, fatigue: worn },
    loadIds: material.coverage.loadIds,
    asOf: material.window.to,
  });
  return {
    evidence,
    lines,
    sends: lines.map((line, index) => sendOf(context, evidence, { line, index })),
    comparisons: pairs.map((pair, index) => comparisonOf(evidence, pair, index)),
    weekdays: byDay.map((day, index) => ({
      weekday: day.weekday,
      clickRate: evidence.need({
        label: `click rate of sends on ${day.weekday}`,
        path: `weekdays.${index}.rate`,
        unit: 'SHARE',
      }),
    })),
    fatigue: worn
      ? {
          change: evidence.figure({
            label: 'change of the click rate over the window',
            path: 'fatigue.change',
            unit: 'SHARE',
          }),
          note:
            worn.probabilityFalling >= 0.9 && worn.change < -0.05
              ? 'Recipients click less as they get more mail: the list is tiring.'
              : 'No sign that the list tires of mail.',
        }
      : { change: null, note: 'Too few weeks or clicks to say whether the list tires.' },
    checks: checksOf(lines),
  };
}

function lineOf(row: EmailRow): SendLine {
  const base = row.delivered ?? row.sends;
  const by = (part: number | null, whole: number | null): number | null =>
    part === null || whole === null || whole <= 0 ? null : part / whole;
  return {
    id: row.campaign.id,
    name: row.campaign.name,
    sends: row.sends,
    delivered: row.delivered,
    bounceRate: by(row.bounces, row.sends),
    complaintRate: by(row.complaints, base),
    unsubscribeRate: by(row.unsubscribes, base),
    clickRate: by(row.clicks, base),
    conversionRate: by(row.conversions, base),
    revenuePerRecipient: by(row.revenue, row.sends),
    machineOpenShare: by(row.machineOpens, row.opens),
  };
}

/** Every other variant of a send against its largest, on conversions where they are booked by variant, else on clicks. */
function pairsOf(rows: readonly EmailRow[]): PairLine[] {
  const groups = [
    ...Map.groupBy(
      rows.filter((row) => row.message !== null),
      (row) => row.campaign.id,
    ).values(),
  ];
  return groups.flatMap((group) => {
    if (group.length < 2) return [];
    const [control, ...others] = group.toSorted(
      (a, b) => b.sends - a.sends || (a.message?.name ?? '').localeCompare(b.message?.name ?? ''),
    );
    return control
      ? others.flatMap((treatment) =>
          (['CLICK_RATE', 'CONVERSION_RATE'] as const).flatMap((metric) => pairOf(control, treatment, metric) ?? []),
        )
      : [];
  });
}

function pairOf(control: EmailRow, treatment: EmailRow, metric: EmailComparison['metric']): PairLine | null {
  const a = armOf(control, metric);
  const b = armOf(treatment, metric);
  if (!a || !b) return null;
  const comparison = compareArms(
    { n: a.n, successes: a.successes },
    { n: b.n, successes: b.successes },
    { difference: 'relative', method: 'sequential' },
  );
  return { sendId: control.campaign.id, sendName: control.campaign.name, metric, control: a, treatment: b, comparison };
}

function armOf(row: EmailRow, metric: EmailComparison['metric']): ArmLine | null {
  const n = row.delivered ?? row.sends;
  const found = metric === 'CLICK_RATE' ? row.clicks : row.conversions;
  if (found === null || n <= 0) return null;
  const successes = Math.min(n, Math.round(found));
  return { id: row.message?.id ?? '', name: row.message?.name ?? '', n, successes, rate: successes / n };
}

function comparisonOf(evidence: Evidence, pair: PairLine, index: number): EmailComparison {
  const at = `pairs.${index}`;
  const words = pair.metric === 'CLICK_RATE' ? 'click rate' : 'conversion rate';
  const { comparison } = pair;
  const uplift = evidence.figure({
    label: `${words} of \u201c${pair.treatment.name}\u201d against \u201c${pair.control.name}\u201d`,
    path: `${at}.comparison.estimate`,
    unit: 'SHARE',
    interval: { lower: `${at}.comparison.lower`, upper: `${at}.comparison.upper`, level: 0.95 },
  });
  const treatmentRate = evidence.need({
    label: `${words} of \u201c${pair.treatment.name}\u201d`,
    path: `${at}.treatment.rate`,
    unit: 'SHARE',
  });
  return {
    sendId: pair.sendId,
    sendName: pair.sendName,
    control: { id: pair.control.id, name: pair.control.name },
    treatment: { id: pair.treatment.id, name: pair.treatment.name },
    metric: pair.metric,
    controlRate: evidence.need({
      label: `${words} of \u201c${pair.control.name}\u201d`,
      path: `${at}.control.rate`,
      unit: 'SHARE',
    }),
    treatmentRate,
    uplift: uplift ?? treatmentRate,
    expectedLoss: evidence.figure({
      label: 'expected loss of choosing the variant',
      path: `${at}.comparison.expectedLoss.ifTreatment`,
      unit: 'SHARE',
    }),
    ...verdictOf(comparison),
  };
}

function verdictOf(comparison: Comparison): Pick<EmailComparison, 'verdict' | 'reason'> {
  if (comparison.estimate === null || comparison.lower === null || comparison.upper === null)
    return { verdict: 'NOT_COMPARABLE', reason: comparison.error ?? 'The counts hold no usable variance.' };
  if (comparison.lower > 0)
    return {
      verdict: 'TREATMENT_WINS',
      reason: 'The whole interval lies above no difference, however often it was looked at.',
    };
  if (comparison.upper < 0)
    return {
      verdict: 'CONTROL_WINS',
      reason: 'The whole interval lies below no difference, however often it was looked at.',
    };
  const loss = comparison.expectedLoss;
  if (loss && loss.ifTreatment <= LOSS_LIMIT && comparison.estimate > 0)
    return { verdict: 'KEEP_TESTING', reason: 'Not settled yet; choosing it now is expected to lose next to nothing.' };
  if (loss && loss.ifControl <= LOSS_LIMIT && comparison.estimate < 0)
    return {
      verdict: 'KEEP_TESTING',
      reason: 'Not settled yet; keeping the control is expected to lose next to nothing.',
    };
  return { verdict: 'KEEP_TESTING', reason: 'The interval holds no difference; it may be looked at again on any day.' };
}

function sendOf(context: SpecialistContext, evidence: Evidence, input: { line: SendLine; index: number }): EmailSend {
  const { line, index } = input;
  const read = (key: keyof SendLine, words: string, unit: string) =>
    evidence.figure({ label: `${words} of ${line.name}`, path: `sends.${index}.${key}`, unit });
  return {
    id: line.id,
    name: line.name,
    sends: evidence.need({ label: `sends of ${line.name}`, path: `sends.${index}.sends`, unit: 'COUNT' }),
    delivered: read('delivered', 'deliveries', 'COUNT'),
    inboxPlacement: null,
    bounceRate: read('bounceRate', 'bounce rate', 'SHARE'),
    complaintRate: read('complaintRate', 'complaint rate', 'SHARE'),
    unsubscribeRate: read('unsubscribeRate', 'unsubscribe rate', 'SHARE'),
    clickRate: read('clickRate', 'click rate', 'SHARE'),
    conversionRate: read('conversionRate', 'conversion rate', 'SHARE'),
    revenuePerRecipient: read('revenuePerRecipient', 'revenue per recipient', context.workspace.currency),
    machineOpenShare: read('machineOpenShare', 'share of opens made by machines', 'SHARE'),
  };
}

function weeklyClicks(rows: readonly EmailRow[]): { impressions: number; responses: number }[] {
  return [...Map.groupBy(rows, (row) => row.period ?? '').entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const delivered = group.reduce((sum, row) => sum + (row.delivered ?? row.sends), 0);
      return {
        impressions: delivered,
        responses: Math.min(
          delivered,
          group.reduce((sum, row) => sum + (row.clicks ?? 0), 0),
        ),
      };
    });
}

function weekdayRates(
  rows: readonly EmailRow[],
): { weekday: string; delivered: number; clicks: number; rate: number }[] {
  return WEEKDAYS.flatMap((name, index) => {
    const own = rows.filter((row) => row.period !== null && weekday(row.period) === index + 1);
    const delivered = own.reduce((sum, row) => sum + (row.delivered ?? row.sends), 0);
    const clicks = own.reduce((sum, row) => sum + (row.clicks ?? 0), 0);
    return delivered > 0 ? [{ weekday: name, delivered, clicks, rate: clicks / delivered }] : [];
  });
}

function checksOf(lines: readonly SendLine[]): EmailReport['listChecks'] {
  const over = lines.filter((line) => (line.complaintRate ?? 0) >= COMPLAINT_ALARM).map((line) => line.name);
  const knowsComplaints = lines.some((line) => line.complaintRate !== null);
  return [
    {
      check: 'Complaints against the alarm of mail providers',
      passed: knowsComplaints ? over.length === 0 : null,
      note: knowsComplaints
        ? over.length === 0
          ? 'no send comes near it.'
          : `over the alarm: ${over.join(', ')}.`
        : 'complaints are not in the data.',
    },
    {
      check: 'Suppression list',
      passed: null,
      note: 'not in any import; the sending system has to show that it is applied.',
    },
    { check: 'Inbox placement', passed: null, note: 'not in any import; a seed-list test would tell.' },
  ];
}
