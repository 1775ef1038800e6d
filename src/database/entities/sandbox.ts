/** Owns the entities of the sandbox channel: its market's state, and the calls it has carried out. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { createdAt, day, json, whole } from './columns.ts';

/** The whole state of a demo workspace's simulated market. */
export const SandboxMarketEntity = defineEntity({
  name: 'SandboxMarket',
  tableName: 'sandbox_market',
  properties: { workspaceId: p.uuid().primary(), seed: whole(), state: json(), advancedThrough: day() },
});
export type SandboxMarketRow = InferEntity<typeof SandboxMarketEntity>;

/** One call that the sandbox has carried out; the key makes a second try answer the same. */
export const SandboxCallEntity = defineEntity({
  name: 'SandboxCall',
  tableName: 'sandbox_call',
  properties: {
    workspaceId: p.uuid().primary(),
    idempotencyKey: p.text().primary(),
    action: json(),
    reference: p.text(),
    at: createdAt(),
  },
});
export type SandboxCallRow = InferEntity<typeof SandboxCallEntity>;
