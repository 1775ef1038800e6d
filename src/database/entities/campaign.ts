/** Owns the entities of where money goes: channels, campaigns and budgets. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { createdAt, day, id, whole, workspaceId } from './columns.ts';

/** A channel; `key` is upper snake case and what facts name. */
export const ChannelEntity = defineEntity({
  name: 'Channel',
  tableName: 'channel',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    key: p.text(),
    title: p.text(),
    kind: p.text().$type<'PAID' | 'OWNED' | 'EARNED'>().default('PAID'),
    unit: p.text().default('MONEY'),
    createdAt: createdAt(),
  },
});
export type ChannelRow = InferEntity<typeof ChannelEntity>;

/** The budget in force of a campaign; `amountMicros` is decimal text. */
export interface BudgetInForce {
  readonly amountMicros: string;
  readonly currency: string;
  readonly period: 'DAY' | 'WEEK';
  readonly status: 'OBSERVED' | 'APPROVED';
  readonly validFrom: string;
}

/** A campaign; imports add OBSERVED ones, other statuses come from executed effects. */
export const CampaignEntity = defineEntity({
  name: 'Campaign',
  tableName: 'campaign',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    channel: p.text(),
    externalId: p.text().strictNullable(),
    name: p.text(),
    status: p.text().$type<'OBSERVED' | 'ACTIVE' | 'PAUSED' | 'ENDED'>().default('OBSERVED'),
    objective: p.text().strictNullable(),
    market: p.text().default('ALL'),
    launchedOn: day().strictNullable(),
    version: p.integer().default(1),
    createdAt: createdAt(),
    /** What its platform last said of it by an export; read only where `populate` names it. */
    reportedStatus: p
      .text()
      .$type<'ACTIVE' | 'PAUSED' | 'ENDED' | null>()
      .formula((campaign) => `(select r.status from campaign_reported r where r.campaign_id = ${campaign.id})`)
      .lazy()
      .persist(false)
      .nullable(),
    /** The newest approved budget, else the newest observed one; read only where `populate` names it, with its campaign. */
    budgetInForce: p
      .json()
      .$type<BudgetInForce | null>()
      .formula(
        (
          campaign,
        ) => `(select jsonb_build_object('amountMicros', b.amount_micros::text, 'currency', b.currency, 'period', b.period,
          'status', b.status, 'validFrom', b.valid_from) from budget b where b.campaign_id = ${campaign.id}
          and b.status in ('APPROVED', 'OBSERVED') order by b.status, b.valid_from desc, b.created_at desc limit 1)`,
      )
      .lazy()
      .persist(false)
      .nullable(),
  },
});
export type CampaignRow = InferEntity<typeof CampaignEntity>;

/** A budget of a campaign, or of a channel where the data has no campaigns; the newest `validFrom` that has come stands. */
export const BudgetEntity = defineEntity({
  name: 'Budget',
  tableName: 'budget',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    channel: p.text(),
    campaignId: p.manyToOne(CampaignEntity).mapToPk().fieldName('campaign_id').strictNullable(),
    status: p.text().$type<'OBSERVED' | 'APPROVED' | 'SUPERSEDED'>(),
    period: p.text().$type<'DAY' | 'WEEK'>(),
    amountMicros: whole(),
    currency: p.text(),
    validFrom: day(),
    changeSetId: p.uuid().strictNullable(),
    /** The load that observed it; null for one that no import brought. */
    loadId: p.uuid().strictNullable(),
    createdAt: createdAt(),
  },
});
export type BudgetRow = InferEntity<typeof BudgetEntity>;
