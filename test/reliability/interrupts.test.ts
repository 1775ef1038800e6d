/**
 * Canaries for the behaviour of LangGraph that the graphs are built around (hazards of the design, by their numbers). When a new
 * version changes one of them, the test names what to look at.
 */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Annotation, Command, END, interrupt, MemorySaver, Send, START, StateGraph } from '@langchain/langgraph';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { recursionLimit } from '../../src/orchestration/graph.ts';
import { answerGates, pendingGates, threadConfig } from '../../src/orchestration/resume.ts';
import { readRunState } from '../../src/orchestration/state.ts';

const join = (left: string[], right: string[]): string[] => [...left, ...right];
const done = Annotation<string[]>({ reducer: join, default: () => [] });
const Outer = Annotation.Root({ done });
const Inner = Annotation.Root({ changeSetId: Annotation<string>(), done });
const answer = z.object({ changeSetId: z.string() });

/** Two branches, each with a gate and something to do after it. */
function twoGates(log: string[], gate: (state: { changeSetId: string }) => object = ask) {
  const branch = new StateGraph({ stateSchema: Inner, output: Outer })
    .addNode('gate', (state) => (log.push(`gate ${state.changeSetId}`), gate(state)))
    .addNode('execute', (state) => (log.push(`execute ${state.changeSetId}`), { done: [state.changeSetId] }))
    .addEdge(START, 'gate')
    .addEdge('gate', 'execute')
    .addEdge('execute', END)
    .compile();
  return new StateGraph(Outer)
    .addNode('decide', () => ({}))
    .addNode('change', branch)
    .addNode('close', () => ({}))
    .addEdge(START, 'decide')
    .addConditionalEdges(
      'decide',
      () => ['a', 'b'].map((changeSetId) => new Send('change', { changeSetId, done: [] })),
      ['change'],
    )
    .addEdge('change', 'close')
    .addEdge('close', END)
    .compile({ checkpointer: new MemorySaver() });
}

function ask({ changeSetId }: { changeSetId: string }): object {
  interrupt({ changeSetId }, { responseSchema: answer });
  return {};
}

type Graph = ReturnType<typeof twoGates>;
const resume = (graph: Graph, command: Command) => graph.invoke(command as never, threadConfig('t'));
const waiting = async (graph: Graph, thread: string) =>
  pendingGates((await graph.getState(threadConfig(thread), { subgraphs: true })).tasks);

describe('answers to interrupts', () => {
  test('hazard 1: a bare answer would open every gate, one by id opens its own', async () => {
    const bare: string[] = [];
    const loose = twoGates(bare);
    await loose.invoke({}, { configurable: { thread_id: 't' } });
    await loose.invoke(new Command({ resume: { changeSetId: 'a' } }), { configurable: { thread_id: 't' } });
    expect(bare.filter((line) => line.startsWith('execute'))).toEqual(['execute a', 'execute b']);

    const log: string[] = [];
    const graph = twoGates(log);
    await graph.invoke({}, threadConfig('t'));
    const [first] = await waiting(graph, 't');
    await resume(graph, answerGates(first ? [first] : []));
    expect(log.filter((line) => line.startsWith('execute'))).toEqual([`execute ${first?.changeSetId}`]);
    expect((await waiting(graph, 't')).map((gate) => gate.changeSetId)).toEqual(['b']);
  });

  test('hazard 1: under the strict key an answer to no waiting gate is refused', async () => {
    const graph = twoGates([]);
    await graph.invoke({}, threadConfig('t'));
    const [first] = await waiting(graph, 't');
    const once = answerGates(first ? [first] : []);
    await resume(graph, once);
    await expect(resume(graph, once)).rejects.toThrow(/interrupt/i);
    await expect(resume(graph, answerGates([{ interruptId: 'f'.repeat(32), changeSetId: 'b' }]))).rejects.toThrow(
      /interrupt/i,
    );
  });

  test('hazard 3: a gate runs again from its first line, so nothing but a read may stand before the interrupt', async () => {
    const log: string[] = [];
    const graph = twoGates(log);
    await graph.invoke({}, threadConfig('t'));
    await resume(graph, answerGates(await waiting(graph, 't')));
    expect(log.filter((line) => line === 'gate a')).toHaveLength(2);
    const gate = await source('nodes/changeGate.ts');
    const before = gate.slice(gate.indexOf('return async'), gate.indexOf('interrupt({'));
    expect(before).not.toMatch(/insert|update|append|submit|store|\.run\(/);
  });

  test('hazard 4: an answer of the wrong shape is refused and the gate can still be answered', async () => {
    const graph = twoGates([]);
    await graph.invoke({}, threadConfig('t'));
    const [first] = await waiting(graph, 't');
    const poison: Command = new Command({ resume: { [first?.interruptId ?? '']: 'yes' } });
    await expect(resume(graph, poison)).rejects.toThrow();
    await resume(graph, answerGates(await waiting(graph, 't')));
    expect((await graph.getState(threadConfig('t'))).next).toEqual([]);
  });

  test('hazard 5: a catch around an interrupt swallows it, so gates have none', async () => {
    const log: string[] = [];
    const graph = twoGates(log, (state) => {
      try {
        return ask(state);
      } catch {
        return {};
      }
    });
    await graph.invoke({}, threadConfig('t'));
    expect(log.filter((line) => line.startsWith('execute'))).toHaveLength(2);
    expect(await source('nodes/changeGate.ts')).not.toMatch(/\btry\b|catch/);
  });
});

describe('nodes and state', () => {
  test('hazard 6: one throwing branch leaves its siblings alone only with an error handler', async () => {
    const run = async (handler?: () => object): Promise<string[]> => {
      const State = Annotation.Root({ done });
      const options = handler ? { errorHandler: handler } : {};
      const work = async ({ name }: { name: string }): Promise<{ done: string[] }> => {
        if (name === 'bad') throw new Error('boom');
        await new Promise((resolve) => setImmediate(resolve));
        return { done: [name] };
      };
      const graph = new StateGraph(State)
        .addNode('start', () => ({}))
        .addNode('work', work as never, options)
        .addEdge(START, 'start')
        .addConditionalEdges('start', () => ['bad', 'good'].map((name) => new Send('work', { name })), ['work'])
        .addEdge('work', END)
        .compile();
      return (await graph.invoke({})).done;
    };
    await expect(run()).rejects.toThrow('boom');
    expect(await run(() => ({}))).toEqual(['good']);
  });

  test('hazard 7: a node may not bear the name of a state key, and the step limit grows with the plan', () => {
    expect(() => new StateGraph(Outer).addNode('done' as never, () => ({}))).toThrow();
    expect(recursionLimit(24)).toBeGreaterThan(25 + 24 * 6);
  });

  test('hazard 10: a date comes back from a checkpoint as text, so state is plain JSON and parsed when read', async () => {
    const State = Annotation.Root({ at: Annotation<unknown>() });
    const saver = new MemorySaver();
    const graph = new StateGraph(State)
      .addNode('set', () => ({ at: new Date(0) }))
      .addEdge(START, 'set')
      .addEdge('set', END)
      .compile({ checkpointer: saver });
    await graph.invoke({}, threadConfig('t'));
    expect(typeof (await graph.getState(threadConfig('t'))).values.at).toBe('string');
    expect(() => readRunState({ runId: new Date(0) })).toThrow(/graph version/);
  });

  test('hazards 8, 11, 12, 14: no task(), no debug or checkpoint streams, no event streams, no store, no listing, no delta channel', async () => {
    const files = (await readdir(new URL('../../src/orchestration/', import.meta.url), { recursive: true })).filter(
      (name) => name.endsWith('.ts'),
    );
    for (const name of files) {
      const text = (await source(name)).replace(/\/\*\*[\s\S]*?\*\//g, '');
      expect(text, name).not.toMatch(
        /\b(entrypoint|PostgresStore|InMemoryStore|streamEvents|DeltaChannel)\b|from '@langchain\/langgraph\/func|streamMode: '(debug|checkpoints)'|saver\.list\(|\btask\(\{/,
      );
      if (name !== 'resume.ts') expect(text, name).not.toContain('__pregel');
    }
  });
});

async function source(name: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`../../src/orchestration/${name}`, import.meta.url)), 'utf8');
}
