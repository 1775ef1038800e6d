/** Claim: no number reaches an artifact that its facts do not hold, whatever a model writes; tools outside a list are out of reach. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SpecialistContext } from '../../src/agents/contract.ts';
import { composeGrounded, type Draft } from '../../src/agents/grounding.ts';
import { createSpecialists } from '../../src/agents/registry.ts';
import { allow, type Tools } from '../../src/agents/tools.ts';
import type { ChatModel, Composition } from '../../src/domain/models.ts';
import { specialists } from '../../src/domain/specialists.ts';
import { AppError } from '../../src/kernel/errors.ts';

const schema = z.object({ summary: z.string() });
const draft: Draft<{ spend: number }, { summary: string }> = {
  purpose: 'TEST.text',
  instructions: 'Say what was spent.',
  facts: { spend: 1200 },
  figures: [],
  schema,
  composer: (facts) => ({ summary: `${facts.spend} was spent.` }),
};

/** A model that gives these answers in turn and keeps what it was asked. */
function scripted(answers: readonly unknown[]): { chat: ChatModel; asked: Composition[] } {
  const asked: Composition[] = [];
  const chat: ChatModel = {
    name: 'scripted-1',
    embedded: false,
    compose: (request) => {
      asked.push(request);
      return Promise.resolve({
        json: answers[asked.length - 1],
        model: 'scripted-1',
        embedded: false,
        usage: { inputTokens: 1, outputTokens: 1 },
      });
    },
  };
  return { chat, asked };
}

function contextWith(chat: ChatModel): { context: SpecialistContext; told: string[] } {
  const told: string[] = [];
  const context = {
    chat,
    signal: new AbortController().signal,
    onText: () => undefined,
    progress: (message: string) => Promise.resolve(void told.push(message)),
  };
  return { context: context as unknown as SpecialistContext, told };
}

describe('composing', () => {
  it('takes an answer whose numbers all stand in the facts', async () => {
    const { chat, asked } = scripted([{ summary: 'EUR 1,200 was spent.' }]);
    const composed = await composeGrounded(contextWith(chat).context, draft);
    expect(composed).toMatchObject({
      answer: { summary: 'EUR 1,200 was spent.' },
      model: 'scripted-1',
      embedded: false,
      notes: [],
    });
    expect(asked).toHaveLength(1);
  });

  it('tells the model once which number has no source, and takes the mended answer', async () => {
    const { chat, asked } = scripted([{ summary: '1,350 was spent.' }, { summary: '1,200 was spent.' }]);
    const composed = await composeGrounded(contextWith(chat).context, draft);
    expect(composed.answer.summary).toBe('1,200 was spent.');
    expect(asked[1]?.instructions).toContain('1,350');
  });

  it('writes by rules and says so when the model invents numbers twice', async () => {
    const { chat } = scripted([{ summary: '1,350 was spent.' }, { summary: 'About 1,400 was spent.' }]);
    const { context, told } = contextWith(chat);
    const composed = await composeGrounded(context, draft);
    expect(composed).toMatchObject({
      answer: { summary: '1200 was spent.' },
      model: 'embedded-rules-1',
      embedded: true,
    });
    expect(composed.notes[0]).toContain('scripted-1 wrote numbers without a source twice');
    expect(told).toHaveLength(1);
  });

  it('leaves out the one sentence of rules that holds a number without a source', async () => {
    const { chat } = scripted([{ summary: '7 of 9.' }, { summary: '7 of 9.' }]);
    const wrong = { ...draft, composer: () => ({ summary: 'It was 1200. It could be 9000. That is all.' }) };
    expect((await composeGrounded(contextWith(chat).context, wrong)).answer.summary).toBe('It was 1200. That is all.');
  });

  it('says that a text was left out where the form needs one and no sentence of it is supported', async () => {
    const { chat } = scripted([{ summary: '7 of 9.' }, { summary: '7 of 9.' }]);
    const needed = { ...draft, schema: z.object({ summary: z.string().min(1).max(60) }) };
    const wrong = { ...needed, composer: () => ({ summary: 'It could be 9000.' }) };
    expect((await composeGrounded(contextWith(chat).context, wrong)).answer.summary).toMatch(/^Left out/);
    const short = { ...wrong, schema: z.object({ summary: z.string().min(1).max(20) }) };
    const { chat: again } = scripted([{ summary: '7 of 9.' }, { summary: '7 of 9.' }]);
    const failure = await composeGrounded(contextWith(again).context, short).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'MODEL_FAILED', message: expect.stringContaining('TEST.text') as string });
  });

  it('fails with a hint when the answer has another form than was asked for', async () => {
    const { chat } = scripted([{ text: 'hello' }]);
    const failure = await composeGrounded(contextWith(chat).context, draft).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'MODEL_FAILED' });
    expect((failure as AppError).hint).toContain('OPENAI_API_KEY');
  });
});

describe('tools', () => {
  const reached: string[] = [];
  const tools = {
    'memory.claims': () => Promise.resolve(void reached.push('claims')),
    'metrics.coverage': () => Promise.resolve(void reached.push('coverage')),
  } as unknown as Tools;

  it('outside a specialist\u2019s list are refused and not run', async () => {
    const allowed = allow('COMPLIANCE_REVIEW', tools, ['memory.claims']) as unknown as Tools;
    await allowed['memory.claims']();
    expect(() => allowed['metrics.coverage']).toThrow(/COMPLIANCE_REVIEW called the tool metrics.coverage/);
    expect(reached).toEqual(['claims']);
  });

  it('of every specialist only read, and audiences and reports read no text from outside', () => {
    const registry = createSpecialists();
    expect(Object.keys(registry).toSorted()).toEqual([...specialists].toSorted());
    for (const specialist of specialists) expect(registry[specialist].specialist).toBe(specialist);
    for (const closed of ['AUDIENCE_INSIGHT', 'REPORTING'] as const)
      expect(registry[closed].tools.filter((name) => name.startsWith('memory.'))).toEqual([]);
    expect(registry.RESEARCH.tools).not.toContain('metrics.audienceFunnels');
  });
});
