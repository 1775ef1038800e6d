/** Owns the entity of the versioned strategy, one active version a market. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Strategy } from '../../domain/strategies.ts';
import { createdAt, id, instant, json, workspaceId } from './columns.ts';

/** One version of a market's strategy. */
export const StrategyEntity = defineEntity({
  name: 'Strategy',
  tableName: 'strategy',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    market: p.text(),
    version: p.integer(),
    status: p.text().$type<'DRAFT' | 'ACTIVE' | 'RETIRED'>(),
    document: json<Strategy>(),
    digest: p.text(),
    proposedBy: p.text(),
    activatedAt: instant().strictNullable(),
    createdAt: createdAt(),
  },
});
export type StrategyRow = InferEntity<typeof StrategyEntity>;
