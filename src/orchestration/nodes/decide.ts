/** Owns turning what specialists recommend into cards, forecasts in the ledger and change sets for people, each stored once. */
import { digestOf } from '../../kernel/canonicalJson.ts';
import { derivedId } from '../../kernel/ids.ts';
import { submitChangeSet } from '../../governance/changeSets.ts';
import { registerForecast } from '../../outcomes/forecasts.ts';
import type { ChangeProposal } from '../../agents/contract.ts';
import type { Action } from '../../domain/actions.ts';
import type { Finding } from '../../domain/compliance.ts';
import type { UnitOfWork } from '../../domain/unit.ts';
import { appendEvent } from '../events.ts';
import { loadGoal } from '../goalContext.ts';
import { loadResults, type StoredResult } from '../results.ts';
import { cardsOf, findConflicts, type Card } from '../review.ts';
import { moveGoalStage } from '../runs.ts';
import { readRunState } from '../state.ts';
import { loadTasks } from '../tasks.ts';
import type { RunWork } from '../services.ts';

/** Makes the node that stores cards and submits change sets, each card with its own in one unit. */
export function decideNode(work: RunWork) {
  return async (raw: unknown): Promise<{ changeSetIds: readonly string[] }> => {
    const { runId, goalId } = readRunState(raw);
    const facts = await work.inUnit('app', async (unit) => {
      await moveGoalStage(unit, goalId, 'EXECUTE');
      const results = await loadResults(unit, runId);
      const goal = await loadGoal(unit, goalId);
      const tasks = await loadTasks(unit, runId);
      return {
        results,
        tasks,
        setAside: new Set(findConflicts(runId, cardsOf(results), goal).flatMap((conflict) => conflict.setAside)),
      };
    });
    const changeSetIds: string[] = [];
    for (const card of cardsOf(facts.results)) {
      const result = facts.results.find((entry) => entry.taskId === card.taskId && entry.round === card.round);
      const specialist = facts.tasks.find((task) => task.id === card.taskId)?.specialist;
      if (!result || !specialist) continue;
      const proposals = facts.setAside.has(card.id)
        ? []
        : result.proposals.filter((proposal) => proposal.recommendation === card.index);
      const ids = await work.agentUnit(specialist)('app', async (unit) => {
        await storeCard(unit, {
          runId,
          goalId,
          artifactId: result.artifactId,
          card,
          setAside: facts.setAside.has(card.id),
        });
        return submitAll(unit, { runId, card, findings: reviewFindings(facts.results) }, proposals);
      });
      changeSetIds.push(...ids);
    }
    return { changeSetIds };
  };
}

interface CardPlace {
  readonly runId: string;
  readonly goalId: string;
  readonly artifactId: string | null;
  readonly card: Pick<Card, 'id' | 'card'>;
  /** Whether a conflict's ruling sets it aside. */
  readonly setAside: boolean;
}

/** Stores one card with its forecast and tells of both; storing it again changes nothing. */
export async function storeCard(unit: UnitOfWork, at: CardPlace): Promise<void> {
  const { id, card } = at.card;
  const inserted = await unit.em.execute<unknown[]>(
    `insert into recommendation (id, workspace_id, run_id, goal_id, artifact_id, verb, target_type, target_id, target_name, card, digest, status, expires_on)
     values (?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?, ?::jsonb, ?, ?, ?::date) on conflict (id) do nothing returning id`,
    [
      id,
      unit.workspace.id,
      at.runId,
      at.goalId,
      at.artifactId,
      card.verb,
      card.target.type,
      card.target.id,
      card.target.name,
      JSON.stringify(card),
      digestOf(card),
      at.setAside ? 'SUPERSEDED' : 'OPEN',
      card.expiresOn,
    ],
  );
  if (inserted.length === 0) return;
  await appendEvent(unit, at.runId, {
    type: 'RECOMMENDATION_MADE',
    message: `${card.verb} ${card.target.name}: ${card.action}`,
    data: {
      recommendationId: id,
      verb: card.verb,
      targetType: card.target.type,
      targetId: card.target.id,
      setAside: at.setAside,
    },
  });
  if (card.forecast === null) return;
  const forecastId = derivedId('forecast', id);
  const { dueOn, baseline } = await registerForecast(unit, {
    id: forecastId,
    runId: at.runId,
    goalId: at.goalId,
    recommendationId: id,
    forecast: card.forecast,
  });
  const scorable = card.forecast.quantity === 'LEVEL' || baseline !== null;
  await appendEvent(unit, at.runId, {
    type: 'FORECAST_REGISTERED',
    message: scorable
      ? `The forecast for ${card.target.name} can be scored from ${dueOn}.`
      : `The forecast for ${card.target.name} will never be scored: the past is too short to tell what would come without the change.`,
    data: { forecastId, recommendationId: id, dueOn: scorable ? dueOn : null, kpi: card.forecast.kpi },
  });
}

interface Submission {
  readonly runId: string;
  readonly card: Card;
  readonly findings: readonly Finding[] | null;
}

async function submitAll(
  unit: UnitOfWork,
  { runId, card, findings }: Submission,
  proposals: readonly ChangeProposal[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, proposal] of proposals.entries()) {
    const submitted = await submitChangeSet(unit, {
      id: derivedId('changeSet', card.id, String(index)),
      runId,
      recommendationId: card.id,
      title: proposal.title,
      reason: proposal.reason,
      ifRejected: proposal.ifRejected,
      actions: proposal.actions,
      evidenceIds: proposal.evidenceIds,
      findings: findings === null ? null : findingsOn(proposal.actions, findings),
    });
    ids.push(submitted.id);
  }
  if (ids.length > 0) {
    await unit.em.execute(
      "update recommendation set status = 'PROPOSED', change_set_id = ?::uuid where id = ?::uuid and status = 'OPEN'",
      [ids[0], card.id],
    );
  }
  return ids;
}

/** Findings of the newest review of each text; null when no review took place. */
function reviewFindings(results: readonly StoredResult[]): Finding[] | null {
  const reviewed = results.flatMap((result) => result.findings);
  return reviewed.length === 0 ? null : reviewed.flatMap((entry) => entry.findings);
}

/** The findings whose words stand in what the actions would publish. */
function findingsOn(actions: readonly Action[], findings: readonly Finding[]): Finding[] {
  const published = actions
    .flatMap((action) => (action.kind === 'message.publish' ? [action.headline, action.body, action.callToAction] : []))
    .join('\n');
  return published === ''
    ? []
    : findings.filter((finding) => finding.quote !== '' && published.includes(finding.quote));
}
