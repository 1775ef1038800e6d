/** Owns the actions that a change set can hold, and the gates that each kind needs at the least. */
import { z } from 'zod';
import type { Gate } from './gates.ts';

/** Amounts in a change set: minor units as decimal text, so that the canonical JSON is exact. */
export const moneySchema = z.object({ minor: z.string().regex(/^-?\d+$/), currency: z.string().regex(/^[A-Z]{3}$/) });
export type ActionMoney = z.infer<typeof moneySchema>;

const entityTarget = z.object({
  type: z.enum(['campaign', 'channel', 'audience', 'message', 'strategy']),
  id: z.string(),
  name: z.string(),
});

const budgetSet = z.object({
  kind: z.literal('budget.set'),
  target: entityTarget,
  before: moneySchema,
  after: moneySchema,
  period: z.literal('DAY').or(z.literal('WEEK')),
});
const budgetReduce = z.object({
  kind: z.literal('budget.reduce'),
  target: entityTarget,
  before: moneySchema,
  after: moneySchema,
  period: z.literal('DAY').or(z.literal('WEEK')),
});
const campaignPause = z.object({ kind: z.literal('campaign.pause'), target: entityTarget });
const campaignResume = z.object({ kind: z.literal('campaign.resume'), target: entityTarget });
const audienceDefine = z.object({
  kind: z.literal('audience.define'),
  target: entityTarget,
  before: z.string().nullable(),
  after: z.string(),
  definition: z.record(z.string(), z.unknown()),
});
const messagePublish = z.object({
  kind: z.literal('message.publish'),
  target: entityTarget,
  campaignId: z.string(),
  campaignName: z.string(),
  replacesMessageId: z.string().nullable(),
  headline: z.string(),
  body: z.string(),
  callToAction: z.string(),
  claimIds: z.array(z.string()),
  contentDigest: z.string(),
});
const strategyActivate = z.object({
  kind: z.literal('strategy.activate'),
  target: entityTarget,
  before: z.string().nullable(),
  after: z.string(),
  market: z.string(),
});
const testStart = z.object({
  kind: z.literal('test.start'),
  target: entityTarget,
  design: z.string(),
  days: z.number().int().positive(),
  cost: moneySchema,
});
const importPersonal = z.object({
  kind: z.literal('import.personal'),
  target: z.object({ type: z.literal('upload'), id: z.string(), name: z.string() }),
  columns: z.array(z.string()),
});

/** One change to the outside world or to governed state; the union is what the executor can carry out. */
export const actionSchema = z.discriminatedUnion('kind', [
  budgetSet,
  budgetReduce,
  campaignPause,
  campaignResume,
  audienceDefine,
  messagePublish,
  strategyActivate,
  testStart,
  importPersonal,
]);
export type Action = z.infer<typeof actionSchema>;
export type ActionKind = Action['kind'];

/**
 * Gates of each kind: the floor, held a second time as rows of `action_kind`, which the execution trigger reads.
 * Facts of the change (claim findings, personal data) add to it and never take away.
 */
export const actionGates: Readonly<Record<ActionKind, readonly Gate[]>> = {
  'budget.set': ['BUDGET_SHIFT'],
  'budget.reduce': ['SAFE_STOP'],
  'campaign.pause': ['SAFE_STOP'],
  'campaign.resume': ['BUDGET_SHIFT'],
  'audience.define': ['AUDIENCE_DEFINITION'],
  'message.publish': ['BRAND_CRITICAL'],
  'strategy.activate': ['STRATEGY_CHANGE'],
  'test.start': ['BUDGET_SHIFT'],
  'import.personal': ['PERSONAL_DATA'],
};
