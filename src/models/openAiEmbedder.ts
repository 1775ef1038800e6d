/** Owns embeddings behind any OpenAI-compatible endpoint. */
import { OpenAIEmbeddings } from '@langchain/openai';
import type { Embedder } from '../domain/models.ts';
import { toUnit } from './embeddedEmbedder.ts';
import { ModelFault, placeOf, type ModelEndpoint } from './modelFault.ts';
import { withRetries, type RetryBounds } from './modelRetry.ts';

/** Settings of the embedder. */
export interface OpenAiEmbedderOptions extends ModelEndpoint {
  /** Length of the model's vectors. @default 1536, that of text-embedding-3-small */
  readonly dimensions?: number;
  readonly bounds?: RetryBounds;
}

/** Texts of one request. */
const BATCH_SIZE = 128;
/** Models whose vectors can be asked for in another length. */
const SHORTENS = /^text-embedding-3/;

/** An embedder over the endpoint; vectors are scaled to length 1. */
export function openAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const dimensions = options.dimensions ?? 1536;
  return {
    id: `openai:${options.model}:${dimensions}`,
    dimensions,
    async embed(texts, { signal }) {
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += BATCH_SIZE) {
        const batch = texts.slice(start, start + BATCH_SIZE);
        const call = {
          what: `Embedding ${batch.length} texts`,
          endpoint: options,
          bounds: options.bounds ?? {},
          signal,
        };
        const found = await withRetries(call, (inner) => embedBatch(options, dimensions, { batch, signal: inner }));
        vectors.push(...found);
      }
      return vectors;
    },
  };
}

async function embedBatch(
  options: OpenAiEmbedderOptions,
  dimensions: number,
  { batch, signal }: { batch: readonly string[]; signal: AbortSignal },
): Promise<Float32Array[]> {
  const client = new OpenAIEmbeddings({
    model: options.model,
    apiKey: options.apiKey ?? 'none',
    maxRetries: 0,
    batchSize: BATCH_SIZE,
    stripNewLines: false,
    // The client asks for base64 otherwise, which many compatible servers do not know.
    encodingFormat: 'float',
    ...(SHORTENS.test(options.model) ? { dimensions } : {}),
    configuration: {
      ...(options.baseUrl === undefined ? {} : { baseURL: options.baseUrl }),
      // The client takes no signal of its own.
      fetch: (input: string | URL | Request, init?: RequestInit) =>
        fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
    },
  });
  // An empty text is refused by the API; a space embeds to something harmless.
  const found = await client.embedDocuments(batch.map((text) => (text.trim() === '' ? ' ' : text)));
  return found.map((vector) => {
    if (vector.length === dimensions && vector.every(Number.isFinite)) return toUnit(Float32Array.from(vector));
    throw new ModelFault(
      `${placeOf(options)} gave a vector of ${vector.length} numbers where ${dimensions} were expected.`,
      {
        retry: false,
        hint: 'Set the length of the vectors to that of OPENAI_EMBEDDING_MODEL.',
      },
    );
  });
}
