/** Owns how many connections a caller, a workspace and the process hold open at once. */
import { principalId } from '../../domain/principal.ts';
import type { Caller } from '../../useCases/callers.ts';

/** Connections that are open, by caller. */
export interface CallerCounts {
  /** Counts one more; false, and not counted, when that passes a limit. */
  add(caller: Caller): boolean;
  /** Takes back one that was counted. */
  remove(caller: Caller): void;
}

/** Counts of one kind of connection. */
export function callerCounts(limits: { perPrincipal: number; perWorkspace: number; inAll: number }): CallerCounts {
  const counts = new Map<string, number>();
  const keys = (caller: Caller): [string, number][] => [
    [`p:${caller.workspaceId}:${principalId(caller.principal)}`, limits.perPrincipal],
    [`w:${caller.workspaceId}`, limits.perWorkspace],
    ['all', limits.inAll],
  ];
  return {
    add: (caller) => {
      if (keys(caller).some(([key, limit]) => (counts.get(key) ?? 0) >= limit)) return false;
      for (const [key] of keys(caller)) counts.set(key, (counts.get(key) ?? 0) + 1);
      return true;
    },
    remove: (caller) => {
      for (const [key] of keys(caller)) {
        const left = (counts.get(key) ?? 1) - 1;
        if (left > 0) counts.set(key, left);
        else counts.delete(key);
      }
    },
  };
}
