/** Owns reading strategy versions: one active a market; a new one becomes active only through an approved change set. */
import { StrategyEntity, type StrategyRow } from '../database/entities/strategy.ts';
import type { UnitOfWork } from '../domain/unit.ts';

export type StrategyView = StrategyRow;

/** The active strategy of a market, or null. */
export function activeStrategy({ em }: UnitOfWork, market: string): Promise<StrategyView | null> {
  return em.findOne(StrategyEntity, { market, status: 'ACTIVE' });
}

/** Versions of a market's strategy, newest first. */
export function strategyVersions({ em }: UnitOfWork, market: string): Promise<StrategyView[]> {
  return em.find(StrategyEntity, { market }, { orderBy: { version: 'desc' }, limit: 50 });
}
