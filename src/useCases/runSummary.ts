/** Owns what came of a run in one document: tasks, artifacts, verdicts, effects, cards; the same for the terminal, JSON and reports. */
import type { RunStatus, Specialist, Stage, TaskStatus } from '../domain/specialists.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import type { LearningRow } from '../database/entities/learning.ts';
import { LearningEntity } from '../database/entities/learning.ts';
import {
  changeSetsOfRun,
  decisionsOf,
  diffOf,
  effectsOf,
  type ChangeSetRow,
  type DecisionRow,
  type DiffRow,
  type EffectRow,
} from './approvals.ts';
import {
  forecastsOfRecommendations,
  recommendationsOfRuns,
  type ForecastView,
  type RecommendationView,
} from './recommendations.ts';
import { measuredForecasts } from './report/measuredForecasts.ts';
import {
  artifactsOfRuns,
  goalsById,
  runsById,
  tasksOfRuns,
  type ArtifactView,
  type GoalView,
  type RunView,
  type TaskView,
} from './runs.ts';

/** A change set with everything that happened to it. */
export interface ChangeHistory {
  readonly change: ChangeSetRow;
  readonly diff: readonly DiffRow[];
  readonly decisions: readonly DecisionRow[];
  readonly effects: readonly EffectRow[];
}

/** Everything that a run left. */
export interface RunRecord {
  readonly goal: GoalView;
  readonly run: RunView;
  readonly tasks: readonly TaskView[];
  readonly artifacts: readonly ArtifactView[];
  readonly changes: readonly ChangeHistory[];
  readonly cards: readonly { readonly card: RecommendationView; readonly forecasts: readonly ForecastView[] }[];
  readonly learnings: readonly LearningRow[];
}

/** The document of `--json`. */
export interface RunSummary {
  readonly runId: string;
  readonly status: RunStatus;
  readonly tasks: readonly { specialist: Specialist; stage: Stage; status: TaskStatus }[];
  readonly artifacts: readonly { kind: string; digest: string }[];
  readonly approvals: readonly { gate: string; verdict: string; as: string }[];
  /** `before` and `after` are minor units of `unit` where that is a currency; null where the action changes no amount or status. */
  readonly effects: readonly {
    action: string;
    status: string;
    target: string;
    before: string | null;
    after: string | null;
    unit: string | null;
    reference: string | null;
  }[];
  /** Change sets that people approved and that were not carried out, with why; `actions` of them were never sent. */
  readonly notCarriedOut: readonly { title: string; state: string; reason: string; actions: number }[];
  readonly recommendations: readonly { id: string; verb: string; target: string }[];
  /** Forecasts that were held against what came; `lower` and `upper` are the 80 % interval with the error of the comparison. */
  readonly scores: readonly {
    recommendationId: string;
    kpi: string;
    unit: string;
    forecast: number;
    lower: number | null;
    upper: number | null;
    observed: number | null;
    verdict: 'INSIDE' | 'NOT_TOLD_APART' | 'OUTSIDE' | null;
  }[];
  readonly learnings: readonly { id: string; statement: string }[];
  readonly report: string | null;
  readonly markdown: string | null;
  readonly changeSheet: string | null;
  /** Seconds at work from the start of the run to its end, without waiting for people. */
  readonly seconds: number;
}

/** Reads everything that a run left. @throws NOT_FOUND */
export async function runRecord(unit: UnitOfWork, runId: string): Promise<RunRecord> {
  const run = (await runsById(unit, [runId])).get(runId);
  const goal = run && (await goalsById(unit, [run.goalId])).get(run.goalId);
  if (!run || !goal)
    throw new AppError('NOT_FOUND', `This workspace has no run ${runId}.`, { hint: 'The query `runs` lists them.' });
  const cards = (await recommendationsOfRuns(unit, [runId])).get(runId) ?? [];
  const forecasts =
    cards.length > 0
      ? await forecastsOfRecommendations(
          unit,
          cards.map((card) => card.id),
        )
      : new Map<string, ForecastView[]>();
  const changes: ChangeHistory[] = [];
  for (const change of await changeSetsOfRun(unit, runId)) {
    changes.push({
      change,
      diff: await diffOf(unit, change),
      decisions: await decisionsOf(unit, change.id),
      effects: await effectsOf(unit, change.id),
    });
  }
  return {
    goal,
    run,
    changes,
    tasks: (await tasksOfRuns(unit, [runId])).get(runId) ?? [],
    artifacts: (await artifactsOfRuns(unit, [runId])).get(runId) ?? [],
    cards: cards.map((card) => ({ card, forecasts: forecasts.get(card.id) ?? [] })),
    learnings: await unit.em.find(LearningEntity, { runId }, { orderBy: { createdAt: 'asc' } }),
  };
}

/** The summary of one run, or of a run and the measurement run that followed it. */
export function summaryOf(
  records: readonly RunRecord[],
  extra: Pick<RunSummary, 'report' | 'markdown' | 'changeSheet' | 'seconds'>,
): RunSummary {
  const [first, ...later] = records;
  if (!first) throw new AppError('INTERNAL', 'A summary needs at least one run.');
  const all = [first, ...later];
  const failed = all.find((record) => record.run.status !== 'SUCCEEDED');
  return {
    runId: first.run.id,
    status: (failed ?? first).run.status,
    tasks: all.flatMap((record) =>
      record.tasks.map(({ specialist, stage, status }) => ({ specialist, stage, status })),
    ),
    artifacts: all.flatMap((record) => record.artifacts.map(({ kind, digest }) => ({ kind, digest }))),
    approvals: all.flatMap((record) =>
      record.changes.flatMap(({ decisions }) =>
        decisions.map(({ gate, verdict, email }) => ({ gate, verdict, as: email })),
      ),
    ),
    effects: all.flatMap((record) =>
      record.changes.flatMap((change) => change.effects.map((effect) => effectOf(change, effect))),
    ),
    notCarriedOut: all.flatMap((record) => record.changes.flatMap(refusalOf)),
    recommendations: all.flatMap((record) =>
      record.cards.map(({ card }) => ({ id: card.id, verb: card.verb, target: card.targetName })),
    ),
    scores: measuredForecasts(all.flatMap((record) => record.cards))
      .filter(({ forecast }) => forecast.state === 'SCORED')
      .map(({ recommendationId, forecast, judged, verdict }) => ({
        recommendationId,
        kpi: forecast.kpi,
        unit: forecast.unit,
        forecast: forecast.mean,
        lower: judged?.lower ?? null,
        upper: judged?.upper ?? null,
        observed: forecast.observed,
        verdict,
      })),
    learnings: all.flatMap((record) =>
      record.learnings.map(({ id, content }) => ({ id, statement: content.statement })),
    ),
    ...extra,
  };
}

/** An effect with the one line of the diff that it carried out; a change of several texts has no single before and after. */
function effectOf({ diff }: ChangeHistory, effect: EffectRow): RunSummary['effects'][number] {
  const lines = diff.filter((line) => line.actionIndex === effect.actionIndex);
  const only = lines.length === 1 ? lines[0] : undefined;
  return {
    action: effect.kind,
    status: effect.status,
    target: effect.action.target.name,
    before: only?.before ?? null,
    after: only?.after ?? null,
    unit: only?.unit ?? null,
    reference: effect.reference,
  };
}

/** What became of a change that people approved and that was then refused: at its execution, by its channel, or by time. */
function refusalOf({ change, decisions, effects }: ChangeHistory): RunSummary['notCarriedOut'] {
  const approved = decisions.some((one) => one.verdict === 'APPROVE' && one.revision === change.revision);
  if (!approved || !['SUPERSEDED', 'FAILED', 'EXPIRED'].includes(change.state)) return [];
  const { title, state } = change;
  const actions = effects.length === 0 ? change.actions.length : 0;
  return [{ title, state, actions, reason: change.settledReason ?? 'No reason is on record.' }];
}
