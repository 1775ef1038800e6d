/** Owns what a run needs of performance memory; main.ts fills it. */
import type { Learning } from '../domain/learnings.ts';
import type { InUnit } from '../domain/unit.ts';

/** What a learning is written from. */
export interface LearningEntry {
  readonly id: string;
  readonly runId: string;
  readonly learning: Learning;
  readonly learnedOn: string;
}

/** Memory of what finished decisions taught. */
export interface PerformanceMemory {
  /** Embeds outside any unit, then stores; writing the same id again changes nothing. */
  write(inUnit: InUnit, entry: LearningEntry, signal: AbortSignal): Promise<void>;
}
