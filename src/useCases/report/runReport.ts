/** Owns the report of a run: decisions first, then what was measured, then the work of each specialist; as HTML and Markdown. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { artifactShape } from '../../domain/artifacts/shape.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { RunRecord } from '../runSummary.ts';
import type { WorkspaceView } from '../workspaces.ts';
import { artifactHtml, artifactMarkdown, authorLine } from './artifactRendering.ts';
import { cardsHtml, changesHtml, tilesHtml } from './decisionsHtml.ts';
import { dataEndOf, frontPageHtml, frontPageMarkdown } from './frontPage.ts';
import { measuredForecasts } from './measuredForecasts.ts';
import { measurementHtml, outcomeText } from './measuredHtml.ts';
import { changeSheet } from './changeSheet.ts';
import { diffLine, forecastText } from './approvalText.ts';
import { REPORT_STYLE } from './reportStyle.ts';
import { standingText } from './standingText.ts';
import { strategyRows } from './strategyText.ts';
import { dayText, escapeHtml, escapeMarkdown, valueText, words, wordsInside } from './valueText.ts';

/** A run, the measurement run that followed it if there is one, and the workspace they belong to. */
export interface ReportSource {
  readonly workspace: Pick<WorkspaceView, 'title'>;
  readonly plan: RunRecord;
  readonly measurement: RunRecord | null;
}

/** Where the files of a report stand. */
export interface ReportFiles {
  readonly html: string;
  readonly markdown: string;
  /** The change sheet; null where nothing was approved. */
  readonly sheet: string | null;
}

/** Writes the report and the change sheet into `folder`, named by the run. */
export async function writeReport(source: ReportSource, folder: string): Promise<ReportFiles> {
  await mkdir(folder, { recursive: true });
  const base = join(folder, source.plan.run.id);
  const sheetText = changeSheet(source.plan.changes);
  const files = {
    html: `${base}.html`,
    markdown: `${base}.md`,
    sheet: sheetText === '' ? null : `${base}-changes.csv`,
  };
  await writeFile(files.html, await reportHtml(source));
  await writeFile(files.markdown, reportMarkdown(source));
  if (files.sheet !== null) await writeFile(files.sheet, sheetText);
  return files;
}

/** The report as one HTML file: no script, no outside address. */
export async function reportHtml(source: ReportSource): Promise<string> {
  const { plan, measurement } = source;
  const latest = latestArtifacts(plan);
  const articles = await Promise.all(
    latest.map(async (artifact) => {
      const shape = artifactShape.parse(artifact.content);
      const standing = standingOf(plan, artifact);
      const note = standing === null ? '' : `<p class="meta">${escapeHtml(standing)}</p>`;
      return `<section id="${artifact.kind.toLowerCase()}">${note}${await artifactHtml(shape, 2)}<p class="author">${escapeHtml(authorLine(artifact))} Digest <code>${artifact.digest.slice(0, 16)}</code>.</p></section>`;
    }),
  );
  const links = [
    ['decisions', 'Decisions in full'],
    ...(measurement ? [['measured', 'What came of it']] : []),
    ...latest.map((artifact) => [artifact.kind.toLowerCase(), words(artifact.kind)]),
    ['run', 'The run'],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(goalTitle(plan))}</title>
<style>${REPORT_STYLE}</style>
</head>
<body><main>
<h1>${escapeHtml(goalTitle(plan))}</h1>
<p class="lead">${escapeHtml(leadText(source))}</p>
<nav>${links.map(([id, label]) => `<a href="#${id}">${escapeHtml(label ?? '')}</a>`).join('')}</nav>
${await frontPageHtml(latest, plan)}
<h2 id="decisions">Decisions in full</h2>
${cardsHtml(plan)}
${changesHtml(plan)}
${measurement ? `<h2 id="measured">What came of it</h2>${await measurementHtml(plan, measurement)}` : ''}
${articles.join('\n')}
<h2 id="run">The run</h2>
${tilesHtml(plan, measurement)}
</main></body>
</html>
`;
}

/** The same as Markdown, without charts. */
export function reportMarkdown(source: ReportSource): string {
  const { plan, measurement } = source;
  const cards = plan.cards.map(({ card }) => cardMarkdown(card));
  const changes = plan.changes.map(({ change, diff, decisions, effects }) => {
    const lines = strategyRows(diff).map((row) => `  - ${escapeMarkdown(diffLine(row).trim())}`);
    const people = decisions.map((one) => `${one.email} ${wordsInside(one.verdict)}`).join(', ') || 'nobody yet';
    const done = effects.filter((effect) => effect.status === 'DONE').length;
    return [
      `- **${escapeMarkdown(change.title)}**: ${wordsInside(change.state)}; decided by ${escapeMarkdown(people)}; ${done} of ${effects.length} effects done; digest \`${change.digest}\``,
      ...lines,
    ].join('\n');
  });
  const learned = (measurement?.learnings ?? []).map((learning) => `- ${escapeMarkdown(learning.content.statement)}`);
  const outcomes = measuredForecasts(plan.cards).map((one) => `- ${escapeMarkdown(outcomeText(one))}`);
  return (
    [
      `# ${escapeMarkdown(goalTitle(plan))}`,
      escapeMarkdown(leadText(source)),
      ...frontPageMarkdown(latestArtifacts(plan), plan),
      '## Decisions in full',
      cards.join('\n') || 'No recommendation was made.',
      changes.join('\n') || 'Nothing was proposed for approval.',
      ...(measurement ? ['## What came of it', outcomes.join('\n'), learned.join('\n') || 'Nothing was due yet.'] : []),
      ...latestArtifacts(plan).map((artifact) => {
        const standing = standingOf(plan, artifact);
        const note = standing === null ? '' : `_${escapeMarkdown(standing)}_\n\n`;
        return `${note}${artifactMarkdown(artifactShape.parse(artifact.content), 2)}\n_${escapeMarkdown(authorLine(artifact))}_`;
      }),
    ].join('\n\n') + '\n'
  );
}

/** A card as a point, with what was considered and not chosen below it. */
function cardMarkdown({ verb, targetName, status, card }: RunRecord['cards'][number]['card']): string {
  const forecast = card.forecast ? ` Expected: ${forecastText(card.forecast)}.` : '';
  const rejected = card.rejectedAlternatives.map(
    ({ alternative, score, unit, reason }) =>
      `    - ${escapeMarkdown(alternative)}, score ${escapeMarkdown(`${valueText(score, unit)} ${unit}`)}: ${escapeMarkdown(reason)}`,
  );
  return [
    `- **${verb} ${escapeMarkdown(targetName)}** (${wordsInside(status)}): ${escapeMarkdown(card.action)} ${escapeMarkdown(card.rationale)}${escapeMarkdown(forecast)}`,
    ...(rejected.length > 0 ? ['  - Considered and not chosen:', ...rejected] : []),
  ].join('\n');
}

/** What stands now of what the recommendations proposed when they were written; null for other work. */
function standingOf({ changes }: RunRecord, { kind }: RunRecord['artifacts'][number]): string | null {
  const now = kind === 'RECOMMENDATION_SET' ? standingText(changes) : '';
  return now === '' ? null : `What follows was written before people decided. ${now}`;
}

/** The newest version of each kind, in the order in which they were first made. */
function latestArtifacts(record: RunRecord): RunRecord['artifacts'] {
  const newest = new Map(record.artifacts.map((artifact) => [artifact.kind, artifact]));
  return [...newest.values()];
}

function goalTitle({ goal }: RunRecord): string {
  const target = ['REVENUE', 'PIPELINE'].includes(goal.kpi)
    ? `${goal.currency} ${valueText(goal.target, goal.currency)}`
    : valueText(goal.target, 'COUNT');
  return `${words(goal.kpi)}: ${target} by ${dayText(goal.toDay)}`;
}

function leadText({ workspace, plan }: ReportSource): string {
  const { goal, run } = plan;
  const dataEnd = dataEndOf(latestArtifacts(plan));
  const asOf = dataEnd === null ? '' : ` Figures as of ${dayText(dataEnd)}, the last day of the data.`;
  const asked = goal.text === '' ? '' : ` “${goal.text}”`;
  const ended = run.endedAt
    ? ` The run ${wordsInside(run.status)} on ${run.endedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.`
    : '';
  return `${workspace.title}, ${dayText(goal.fromDay)} to ${dayText(goal.toDay)}, budget ${formatMoney(goal.budgetMicros, goal.currency)}.${asked}${ended}${asOf}`;
}
