/** Owns token buckets: each holds so much, refills steadily, and gives what it holds. Kept in this process. */
import { monotonicMs } from '../../kernel/clock.ts';

/** What taking from a bucket gave: what is left, or how long to wait until it holds enough (then nothing was taken). */
export interface Take {
  readonly left: number;
  readonly waitSeconds: number;
}

interface Bucket {
  level: number;
  atMs: number;
}

/** Buckets that are kept at the most before full ones are forgotten: a full one is as good as none. */
const KEPT = 10_000;

/** One bucket a key, full at first. */
export function tokenBuckets(size: { holds: number; perSecond: number }): { take(key: string, amount: number): Take } {
  const buckets = new Map<string, Bucket>();
  const levelOf = (bucket: Bucket, nowMs: number): number =>
    Math.min(size.holds, bucket.level + ((nowMs - bucket.atMs) / 1000) * size.perSecond);
  const forgetFull = (nowMs: number): void => {
    for (const [key, bucket] of buckets) if (levelOf(bucket, nowMs) >= size.holds) buckets.delete(key);
  };
  return {
    take: (key, amount) => {
      const nowMs = monotonicMs();
      if (buckets.size > KEPT) forgetFull(nowMs);
      const known = buckets.get(key);
      const level = known ? levelOf(known, nowMs) : size.holds;
      const enough = level >= amount;
      buckets.set(key, { level: enough ? level - amount : level, atMs: nowMs });
      return { left: enough ? level - amount : level, waitSeconds: enough ? 0 : (amount - level) / size.perSecond };
    },
  };
}
