/** Owns the shape of a measurement run: what came of the decisions of another run. */
import { END, START, StateGraph, type BaseCheckpointSaver } from '@langchain/langgraph';
import { collectNode, followUpNode, learnNode, scoreNode } from './nodes/measure.ts';
import { MeasurementState } from './state.ts';
import type { RunWork } from './services.ts';

/** The graph of a measurement run: collect -> score -> learn -> followUp. */
export function buildMeasurementGraph(work: RunWork, checkpointer: BaseCheckpointSaver) {
  return new StateGraph(MeasurementState)
    .addNode('collect', collectNode(work))
    .addNode('score', scoreNode(work))
    .addNode('learn', learnNode(work))
    .addNode('followUp', followUpNode(work))
    .addEdge(START, 'collect')
    .addEdge('collect', 'score')
    .addEdge('score', 'learn')
    .addEdge('learn', 'followUp')
    .addEdge('followUp', END)
    .compile({ checkpointer });
}
