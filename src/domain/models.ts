/** Owns the ports of language models and embeddings. A model writes prose; no figure of any output comes from it. */

/** One request to a chat model for one artifact. */
export interface Composition {
  /** What is composed, such as `CONTENT.draft`; messages name it. */
  readonly purpose: string;
  readonly system: string;
  /** The task in words, for a language model. */
  readonly instructions: string;
  /** Everything that may be said, as plain JSON; figures stand in it with their evidence ids. */
  readonly facts: object;
  /** JSON Schema of the answer. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Writes the answer from the same facts by rules, for the model that needs no network. */
  byRule(): unknown;
}

/** What a model used for one answer. */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A model's answer, still unparsed against the artifact's schema. */
export interface ComposedText {
  readonly json: unknown;
  readonly model: string;
  readonly embedded: boolean;
  readonly usage: ModelUsage;
}

/** How one composition is watched and ended. */
export interface ComposeOptions {
  readonly signal: AbortSignal;
  /** Prose of the answer as it comes, without its JSON; a retry starts it again on a new line. */
  readonly onText?: (delta: string) => void;
  /** What each try used, also of tries that failed. */
  readonly onUsage?: (usage: ModelUsage) => void;
}

/** A model that composes JSON text from facts. */
export interface ChatModel {
  /** Name as artifacts show it, such as `embedded-rules-1` or `gpt-5-mini`. */
  readonly name: string;
  /** Whether it writes by rules without a network. */
  readonly embedded: boolean;
  /** @throws MODEL_FAILED when no usable JSON came back in the allowed tries; TIMEOUT when it was too late. */
  compose(request: Composition, options: ComposeOptions): Promise<ComposedText>;
}

/** A model that turns texts into unit vectors of one dimension. */
export interface Embedder {
  /** Id stored beside each vector; vectors of different ids are never compared. */
  readonly id: string;
  readonly dimensions: number;
  embed(texts: readonly string[], options: { signal: AbortSignal }): Promise<Float32Array[]>;
}
