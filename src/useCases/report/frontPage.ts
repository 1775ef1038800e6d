/** Owns the first page of a report: what was found, the forecast against the target, what to decide. The rest follows in full. */
import { performanceReportSchema, type PerformanceReport } from '../../domain/artifacts/performanceReport.ts';
import { artifactShape } from '../../domain/artifacts/shape.ts';
import type { RunRecord } from '../runSummary.ts';
import { forecastText } from './approvalText.ts';
import { chartFigure } from './charts.ts';
import { standingText, togetherText } from './standingText.ts';
import { escapeHtml, escapeMarkdown, UNKNOWN, words } from './valueText.ts';

type Artifacts = RunRecord['artifacts'];

/** Work whose summaries open the report, in reading order; recommendations stand in the table of decisions. */
const FINDINGS = ['PERFORMANCE_REPORT', 'PAID_MEDIA_ANALYSIS', 'AUDIENCE_INSIGHT', 'EMAIL_REPORT', 'COMPLIANCE_REVIEW'];

/** The last day that the data reach; null where no artifact rests on data. */
export function dataEndOf(artifacts: Artifacts): string | null {
  const days = artifacts.flatMap((artifact) =>
    artifactShape.parse(artifact.content).sources.flatMap(({ kind, date }) => (kind === 'METRICS' ? [date] : [])),
  );
  return days.toSorted().at(-1) ?? null;
}

/** The first page as HTML. */
export async function frontPageHtml(artifacts: Artifacts, plan: RunRecord): Promise<string> {
  const found = findingsOf(artifacts).map(
    ({ kind, text }) => `<li>${escapeHtml(text)} <a href="#${kind.toLowerCase()}">${escapeHtml(words(kind))}</a></li>`,
  );
  const report = performanceOf(artifacts);
  const standing = standingOf(report, plan);
  const now = standingText(plan.changes);
  const rows = decisionsOf(plan).map(
    (one) =>
      `<tr><td><span class="verb">${one.verb}</span> ${escapeHtml(one.target)}</td><td>${escapeHtml(one.action)}</td><td>${escapeHtml(one.expected)}</td><td>${escapeHtml(one.status)}</td></tr>`,
  );
  return [
    '<h2 class="first">What was found</h2>',
    found.length > 0 ? `<ul>${found.join('')}</ul>` : '<p>No specialist has left its work yet.</p>',
    standing.length > 0 ? '<h2>Forecast against target</h2>' : '',
    ...standing.map((text) => `<p>${escapeHtml(text)}</p>`),
    report ? await outlookFigure(report) : '',
    '<h2>What to decide</h2>',
    now === '' ? '' : `<p>${escapeHtml(now)}</p>`,
    rows.length > 0
      ? `<div class="table"><table><thead><tr><th>Card</th><th>What to do</th><th>Expected</th><th>Now</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
      : '<p>No recommendation was made.</p>',
  ].join('\n');
}

/** The first page as parts of a Markdown document. */
export function frontPageMarkdown(artifacts: Artifacts, plan: RunRecord): string[] {
  const report = performanceOf(artifacts);
  const standing = standingOf(report, plan);
  const now = standingText(plan.changes);
  const rows = decisionsOf(plan).map((one) =>
    [`**${one.verb}** ${escapeMarkdown(one.target)}`, one.action, one.expected, one.status]
      .map((text, i) => (i === 0 ? text : escapeMarkdown(text)))
      .join(' | '),
  );
  return [
    '## What was found',
    findingsOf(artifacts)
      .map(({ text }) => `- ${escapeMarkdown(text)}`)
      .join('\n') || 'No specialist has left its work yet.',
    ...(standing.length > 0 ? ['## Forecast against target', ...standing.map(escapeMarkdown)] : []),
    '## What to decide',
    ...(now === '' ? [] : [escapeMarkdown(now)]),
    rows.length > 0
      ? [
          '| Card | What to do | Expected | Now |',
          '| --- | --- | --- | --- |',
          ...rows.map((row) => `| ${row} |`),
        ].join('\n')
      : 'No recommendation was made.',
  ];
}

function findingsOf(artifacts: Artifacts): { kind: string; text: string }[] {
  return FINDINGS.flatMap((kind) => {
    const artifact = artifacts.find((one) => one.kind === kind);
    const shape = artifact && artifactShape.parse(artifact.content);
    return shape && shape.notAvailable === null && shape.summary !== '' ? [{ kind, text: shape.summary }] : [];
  });
}

function performanceOf(artifacts: Artifacts): PerformanceReport | null {
  const artifact = artifacts.find((one) => one.kind === 'PERFORMANCE_REPORT');
  const parsed = performanceReportSchema.safeParse(artifact?.content);
  return parsed.success && parsed.data.notAvailable === null ? parsed.data : null;
}

/** What the performance report says of the target, and how far the cards come towards it. */
function standingOf(report: PerformanceReport | null, plan: RunRecord): readonly string[] {
  if (!report) return [];
  const told = report.sections.find((section) => section.key === 'target')?.paragraphs ?? [];
  return [...told, togetherText(plan, report.target.gap)].filter((text) => text !== '');
}

/** The forecast with nothing changed beside the goal; empty text where there is no forecast. */
function outlookFigure({ target }: PerformanceReport): Promise<string> {
  const { forecast, goal } = target;
  if (!forecast) return Promise.resolve('');
  const level = forecast.interval === null ? '' : `, ${Math.round(forecast.interval * 100)}% interval`;
  return chartFigure(
    {
      title: 'Target, and forecast with nothing changed',
      form: 'INTERVAL',
      unit: forecast.unit,
      evidenceId: forecast.evidenceId,
      path: forecast.path,
      x: ['Goal’s window'],
      series: [
        { name: `Forecast${level}`, values: [forecast.value], lower: [forecast.lower], upper: [forecast.upper] },
        { name: 'Target', values: [goal.value] },
      ],
    },
    /^[A-Z]{3}$/.test(forecast.unit) && forecast.unit !== 'KPI' ? forecast.unit : '',
  );
}

interface Decision {
  readonly verb: string;
  readonly target: string;
  readonly action: string;
  readonly expected: string;
  readonly status: string;
}

/** One line a card, as short as a decision can be put. */
function decisionsOf(plan: RunRecord): Decision[] {
  return plan.cards.map(({ card }) => ({
    verb: card.verb,
    target: card.targetName,
    action: card.card.action,
    expected: card.card.forecast ? forecastText(card.card.forecast) : UNKNOWN,
    status: STATUS_WORDS[card.status] ?? words(card.status),
  }));
}

/** What the standing of a card means to whoever decides. */
const STATUS_WORDS: Readonly<Record<string, string>> = {
  PROPOSED: 'Waits for a decision',
  OPEN: 'Nothing to decide',
  EXECUTED: 'Decided and carried out',
};
