/** Owns the contract of a specialist: what it is given, what it gives back. Knows no graph and no API. */
import type { ChatModel, Embedder } from '../domain/models.ts';
import type { Goal } from '../domain/goals.ts';
import type { Finding } from '../domain/compliance.ts';
import type { Action } from '../domain/actions.ts';
import type { EvidenceTier } from '../domain/evidence.ts';
import type { Recommendation } from '../domain/recommendations.ts';
import type { PlannedTask, Specialist } from '../domain/specialists.ts';
import type { Strategy } from '../domain/strategies.ts';
import type { InUnit } from '../domain/unit.ts';

/** An artifact that an earlier task of the same run stored. */
export interface UpstreamArtifact {
  readonly id: string;
  readonly taskKey: string;
  readonly specialist: Specialist;
  readonly kind: string;
  readonly digest: string;
  readonly content: unknown;
}

/** Facts of the workspace that every specialist needs. */
export interface WorkspaceFacts {
  readonly id: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly industry: string;
  readonly market: string;
  readonly businessDate: string;
  /** Last day that any fact reaches, where it was read. */
  readonly dataThrough?: string | null;
  readonly isDemo: boolean;
}

/** What a specialist is handed for one task. */
export interface SpecialistContext {
  readonly workspace: WorkspaceFacts;
  readonly goal: Goal;
  readonly strategy: { readonly id: string; readonly version: number; readonly document: Strategy } | null;
  readonly run: { readonly id: string; readonly seed: number };
  readonly task: PlannedTask & { readonly id: string };
  /** Artifacts of the tasks it depends on, in plan order. */
  readonly upstream: readonly UpstreamArtifact[];
  /** Findings that sent an earlier version back, with that version; null on the first round. */
  readonly revision: {
    readonly round: number;
    readonly findings: readonly Finding[];
    readonly previous: unknown;
  } | null;
  readonly inUnit: InUnit;
  readonly chat: ChatModel;
  readonly embedder: Embedder;
  readonly signal: AbortSignal;
  /** Tells the run's followers how far it is; at most a few a task. */
  progress(message: string): Promise<void>;
  /** Text as a language model writes it; coalesced by the caller. */
  onText(delta: string): void;
}

/** A computation that an artifact's figures rest on; stored by the caller together with the artifact. */
export interface EvidenceDraft {
  /** Made by the specialist with `derivedId(run, task, round, kind, ...)`, so that a retry names the same row. */
  readonly id: string;
  readonly kind: string;
  readonly tier: EvidenceTier;
  readonly input: unknown;
  readonly output: unknown;
  readonly seed: number | null;
  readonly loadIds: readonly string[];
  readonly asOf: string;
}

/** Actions that belong together and are approved as one, with the card they carry out. */
export interface ChangeProposal {
  /** Index into `recommendations` of the same result. */
  readonly recommendation: number;
  readonly title: string;
  readonly reason: string;
  readonly actions: readonly Action[];
  /** What happens when people say no. */
  readonly ifRejected: string;
  readonly evidenceIds: readonly string[];
}

/** What one task leaves. `content` has passed the artifact's schema and the grounding check. */
export interface SpecialistResult {
  readonly kind: string;
  readonly content: unknown;
  readonly model: string;
  readonly embeddedModel: boolean;
  readonly evidence: readonly EvidenceDraft[];
  readonly recommendations: readonly Recommendation[];
  readonly proposals: readonly ChangeProposal[];
  /** Findings of a compliance review, by artifact id; empty for other specialists. */
  readonly findings: readonly { readonly artifactId: string; readonly findings: readonly Finding[] }[];
}

/** One specialist: its own question, its own computation, its own artifact. */
export interface SpecialistDefinition {
  readonly specialist: Specialist;
  /** Job title for people, such as `Audience analyst`. */
  readonly owner: string;
  /** What it reads and computes, in one sentence; shown in plans. */
  readonly purpose: string;
  /** Names of the steps and tools it may use. Nothing else is reachable from it. */
  readonly tools: readonly string[];
  /** @throws MODEL_FAILED, MODEL_LIMIT_REACHED, TIMEOUT, CANCELLED; BAD_USER_INPUT when the workspace's data cannot answer */
  run(context: SpecialistContext): Promise<SpecialistResult>;
}
