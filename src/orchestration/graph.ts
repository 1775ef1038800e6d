/** Owns the shape of a run: which node follows which. Routing is code; no model chooses an edge. */
import { END, Send, START, StateGraph, type BaseCheckpointSaver } from '@langchain/langgraph';
import { afterStanding, gateNode } from './nodes/changeGate.ts';
import { closeNode } from './nodes/close.ts';
import { decideNode } from './nodes/decide.ts';
import { afterDispatch, dispatchNode } from './nodes/dispatch.ts';
import { executeNode } from './nodes/execute.ts';
import { frameNode } from './nodes/frame.ts';
import { afterStrategy, planNode, strategyNode } from './nodes/plan.ts';
import { afterReview, reviewNode } from './nodes/review.ts';
import { specialistFailed, specialistNode } from './nodes/specialist.ts';
import { ChangeOutput, ChangeState, readRunState, RunState } from './state.ts';
import type { RunWork } from './services.ts';

/** Steps that a run may take at the most: a wave and its review for every task, in each round, and the rest. */
export function recursionLimit(tasks: number): number {
  return 40 + tasks * 8;
}

/**
 * The graph of a plan-and-execute run.
 *
 *     frame -> plan -> [strategyChange] -> settle -> dispatch => specialist per ready task -> dispatch ... -> review
 *     review -> dispatch (sent back, at most twice) | decide => change per change set (gate -> execute) -> close
 *
 * `change` is a compiled subgraph, so that one approval never waits for another.
 */
export function buildRunGraph(work: RunWork, checkpointer: BaseCheckpointSaver) {
  const change = buildChangeGraph(work);
  return new StateGraph(RunState)
    .addNode('frame', frameNode(work))
    .addNode('plan', planNode(work))
    .addNode('strategyChange', change)
    .addNode('settle', strategyNode(work))
    .addNode('dispatch', dispatchNode(work))
    .addNode('specialist', specialistNode(work), { errorHandler: specialistFailed(work) })
    .addNode('review', reviewNode(work))
    .addNode('decide', decideNode(work))
    .addNode('change', change)
    .addNode('close', closeNode(work))
    .addEdge(START, 'frame')
    .addEdge('frame', 'plan')
    .addConditionalEdges('plan', toStrategy, ['strategyChange', 'settle'])
    .addEdge('strategyChange', 'settle')
    .addConditionalEdges('settle', afterStrategy, { dispatch: 'dispatch', end: END })
    .addConditionalEdges('dispatch', afterDispatch, ['specialist', 'review'])
    .addEdge('specialist', 'dispatch')
    .addConditionalEdges('review', afterReview, { dispatch: 'dispatch', decide: 'decide', end: END })
    .addConditionalEdges('decide', toChanges, ['change', 'close'])
    .addEdge('change', 'close')
    .addEdge('close', END)
    .compile({ checkpointer });
}

/** One change set's branch: a gate, and what is done once it opens. */
function buildChangeGraph(work: RunWork) {
  const route = { gate: 'gate', execute: 'execute', end: END } as const;
  return new StateGraph({ stateSchema: ChangeState, output: ChangeOutput })
    .addNode('gate', gateNode(work))
    .addNode('execute', executeNode(work))
    .addEdge(START, 'gate')
    .addConditionalEdges('gate', afterStanding, route)
    .addConditionalEdges('execute', afterStanding, route)
    .compile();
}

function toStrategy(raw: unknown): Send[] | 'settle' {
  const state = readRunState(raw);
  return state.strategyChangeSetId === null
    ? 'settle'
    : [changeSend(state, state.strategyChangeSetId)].map((args) => new Send('strategyChange', args));
}

function toChanges(raw: unknown): Send[] | 'close' {
  const state = readRunState(raw);
  return state.changeSetIds.length === 0
    ? 'close'
    : state.changeSetIds.map((id) => new Send('change', changeSend(state, id)));
}

function changeSend(state: { runId: string; workspaceId: string }, changeSetId: string): object {
  return { runId: state.runId, workspaceId: state.workspaceId, changeSetId, standing: 'OPEN', endedChangeSetIds: [] };
}
