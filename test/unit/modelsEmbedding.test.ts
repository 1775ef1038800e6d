/** One conformance suite for embedders, run on the embedded one and on the OpenAI one against a stand-in. */
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embedder } from '../../src/domain/models.ts';
import { cosine, embeddedEmbedder } from '../../src/models/embeddedEmbedder.ts';
import { openAiEmbedder } from '../../src/models/openAiEmbedder.ts';

const SECRET = 'sk-test-000111222333';
let mock: LLMock;
beforeAll(async () => {
  mock = await LLMock.create({ port: 0, host: '127.0.0.1' });
});
afterAll(() => mock.stop());

const remote = (dimensions = 1536): Embedder =>
  openAiEmbedder({
    baseUrl: `${mock.url}/v1`,
    apiKey: SECRET,
    model: 'embed-test',
    dimensions,
    bounds: { firstWaitMs: 1 },
  });
const signal = (): AbortSignal => AbortSignal.timeout(8000);

describe.each([
  ['embedded', () => embeddedEmbedder],
  ['openai', () => remote()],
])('every embedder (%s)', (_name, make) => {
  test('gives one unit vector of its length for each text, in order, also for an empty one', async () => {
    const embedder = make();
    const texts = ['Growth without waste', '', ...Array.from({ length: 140 }, (_, i) => `text ${i}`)];
    const vectors = await embedder.embed(texts, { signal: signal() });
    expect(vectors).toHaveLength(texts.length);
    for (const vector of vectors) {
      expect(vector).toHaveLength(embedder.dimensions);
      expect(cosine(vector, vector)).toBeCloseTo(1, 4);
    }
    const [again] = await embedder.embed([texts[0] ?? ''], { signal: signal() });
    expect(cosine(again!, vectors[0]!)).toBeCloseTo(1, 5);
  });

  test('stops when it is cancelled', () =>
    expect(make().embed(['a'], { signal: AbortSignal.abort() })).rejects.toThrow());
});

describe('the embedded embedder', () => {
  const similarity = async (a: string, b: string): Promise<number> => {
    const [x, y] = await embeddedEmbedder.embed([a, b], { signal: signal() });
    return cosine(x!, y!);
  };

  test('brings forms of a word and typing errors together and keeps the rest apart', async () => {
    const same = await similarity('campaign budgets were shifted', 'shifting the campaign budget');
    const typo = await similarity('Nordlicht Analytics', 'nordlich analitics');
    const other = await similarity('campaign budgets were shifted', 'fresh coffee from the mountains');
    expect(same).toBeGreaterThan(0.6);
    expect(typo).toBeGreaterThan(0.3);
    expect(Math.abs(other)).toBeLessThan(0.25);
  });
});

describe('the OpenAI embedder', () => {
  test('refuses vectors of another length and names the setting', async () => {
    mock.onEmbedding(/.*/, { embedding: [0.6, 0.8] });
    await expect(remote(3).embed(['a'], { signal: signal() })).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      hint: expect.stringContaining('OPENAI_EMBEDDING_MODEL') as string,
    });
    expect(Array.from((await remote(2).embed(['a'], { signal: signal() }))[0] ?? [])).toEqual([
      expect.closeTo(0.6, 5),
      expect.closeTo(0.8, 5),
    ]);
  });

  test('tries again after 500 and never tells the key', async () => {
    mock.reset().nextRequestError(500, { message: `no ${SECRET}` });
    expect(await remote().embed(['a'], { signal: signal() })).toHaveLength(1);
    mock.onEmbedding(/.*/, { error: { message: `bad ${SECRET}` }, status: 401 });
    await expect(remote().embed(['a'], { signal: signal() })).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      message: expect.not.stringContaining(SECRET) as string,
    });
  });
});
