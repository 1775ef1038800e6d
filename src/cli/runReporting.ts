/** Owns the end of a followed run: the report is written, its summary answered, the exit code set. */
import { join } from 'node:path';
import { terminalRunStatuses } from '../domain/specialists.ts';
import type { RunEvent } from '../domain/runEvents.ts';
import type { Caller } from '../useCases/callers.ts';
import { writeReport, type ReportFiles } from '../useCases/report/runReport.ts';
import { runRecord, summaryOf, type ChangeHistory, type RunSummary } from '../useCases/runSummary.ts';
import { measurementRunOf, walkRun, type Companion } from '../useCases/runWalk.ts';
import { currentWorkspace } from '../useCases/workspaces.ts';
import type { InWorkspace } from './options.ts';
import { paint } from './paint.ts';
import { durationOf, secondsText } from './runDuration.ts';

/** What a followed run left, and where its report stands. */
export interface Followed {
  readonly summary: RunSummary;
  readonly files: ReportFiles;
  /** Change sets that the run waits with until people decide, as lines for people. */
  readonly waiting: readonly string[];
  /** Seconds that it waited for people, beside those at work in the summary. */
  readonly waitedSeconds: number;
  /** What a printed command needs to mean the workspace. */
  readonly naming: string;
  /** Folder of the approved actions that a media buyer carries out; null where none was written there. */
  readonly outbox: string | null;
}

/** Follows a run to its end, in a demo also the measurement run after it, and writes the report. */
export async function followToReport(
  { caller, naming, signal }: InWorkspace,
  runId: string,
  companion: Companion,
): Promise<Followed> {
  const events: RunEvent[] = [];
  const listening: Companion = { ...companion, event: (event) => (events.push(event), companion.event(event)) };
  const end = await walkRun(caller, runId, listening, signal);
  const measurementId =
    end === 'ENDED' && (await isMeasuredNow(caller, runId)) ? await measurementRunOf(caller, runId, signal) : null;
  if (measurementId !== null) await walkRun(caller, measurementId, companion, signal);
  const duration = durationOf(events);

  const workspace = await caller.inUnit('app', currentWorkspace);
  const plan = await caller.inUnit('app', (unit) => runRecord(unit, runId));
  const measurement =
    measurementId === null ? null : await caller.inUnit('app', (unit) => runRecord(unit, measurementId));
  const files = await writeReport({ workspace, plan, measurement }, join(caller.services.dataDir, 'reports'));
  return {
    files,
    naming,
    waitedSeconds: duration.waiting,
    waiting: plan.changes.flatMap(waitingLine),
    outbox: plan.changes.some(({ effects }) => effects.some((effect) => effect.channel === 'file'))
      ? join(caller.services.dataDir, 'outbox', caller.workspaceId)
      : null,
    summary: summaryOf(measurement ? [plan, measurement] : [plan], {
      report: files.html,
      markdown: files.markdown,
      changeSheet: files.sheet,
      seconds: Math.round(duration.working * 1000) / 1000,
    }),
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The summary as text for people. */
export function summaryText({ summary, files, waiting, waitedSeconds, naming, outbox }: Followed): string {
  const bold = (text: string): string => paint('bold', text);
  const refused = summary.notCarriedOut;
  const actions = refused.reduce((sum, one) => sum + one.actions, summary.effects.length);
  const done = summary.tasks.filter((task) => task.status === 'SUCCEEDED').length;
  const waited = waitedSeconds < 0.1 ? '' : ` of work and ${secondsText(waitedSeconds)} of waiting for people`;
  return [
    '',
    `${bold(`Run ${summary.runId} ${summary.status}`)} in ${secondsText(summary.seconds)}${waited}: ${done} of ${summary.tasks.length} tasks, ${counted(summary.recommendations.length, 'recommendation')},`,
    `${counted(summary.approvals.length, 'verdict')}, ${summary.effects.filter((effect) => effect.status === 'DONE').length} of ${actions} actions ${outbox === null ? 'carried out' : 'carried out or handed over'}.`,
    ...summary.approvals.map((one) => `  ${one.gate.padEnd(20)} ${one.verdict.padEnd(16)} ${one.as}`),
    ...(refused.length === 0
      ? []
      : ['', paint('red', 'Approved, and not carried out:'), ...refused.map((one) => `  ${one.title}: ${one.reason}`)]),
    ...(waiting.length === 0
      ? []
      : [
          '',
          bold('It waits for people:'),
          ...waiting,
          `See \`npx baton approvals list${naming}\`; when all are decided, \`npx baton run follow ${summary.runId}${naming}\` tells the rest.`,
        ]),
    '',
    `${bold('Report')}        ${files.html}`,
    `${bold('Markdown')}      ${files.markdown}`,
    ...(files.sheet === null ? [] : [`${bold('Change sheet')}  ${files.sheet}`]),
    ...(outbox === null
      ? []
      : [`${bold('Outbox')}        ${outbox}, one file an approved action, for your media buyer to carry out`]),
  ].join('\n');
}

/** Whether a followed run came to a bad end; one that waits for people did not. */
export function hasFailed({ summary, waiting }: Followed): boolean {
  return summary.status !== 'SUCCEEDED' && (waiting.length === 0 || terminalRunStatuses.includes(summary.status));
}

function waitingLine({ change, decisions }: ChangeHistory): string[] {
  if (change.state !== 'NEEDS_APPROVAL') return [];
  const sentBack = decisions.find((one) => one.verdict === 'REQUEST_CHANGES' && one.revision === change.revision);
  return [
    sentBack
      ? `  ${change.title}: ${sentBack.email} asked for changes (“${sentBack.reason}”); until it is revised, others of that role can only reject it`
      : `  ${change.title}`,
  ];
}

/** In a demo the market runs on after a run that succeeded, so its measurement can be waited for. */
async function isMeasuredNow(caller: Caller, runId: string): Promise<boolean> {
  return caller.inUnit('app', async (unit) => {
    const { isDemo } = await currentWorkspace(unit);
    const { run, cards } = await runRecord(unit, runId);
    return (
      isDemo &&
      run.kind === 'PLAN_AND_EXECUTE' &&
      run.status === 'SUCCEEDED' &&
      cards.some((entry) => entry.forecasts.length > 0)
    );
  });
}
