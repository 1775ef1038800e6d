/** Owns the entities of governance, for reading: only governance's own functions and triggers write these tables. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Action } from '../../domain/actions.ts';
import type { Gate, GateSeat } from '../../domain/gates.ts';
import { createdAt, id, idList, instant, json, textList, whole, workspaceId } from './columns.ts';
import { MemberEntity } from './member.ts';
import { RecommendationEntity } from './recommendation.ts';
import { RunEntity } from './run.ts';

/** What a change set can be in; NEEDS_APPROVAL and APPROVED are before execution. */
export type ChangeSetState =
  | 'NEEDS_APPROVAL'
  | 'APPROVED'
  | 'EXECUTING'
  | 'EXECUTED'
  | 'EXECUTION_UNKNOWN'
  | 'FAILED'
  | 'REJECTED'
  | 'EXPIRED'
  | 'SUPERSEDED'
  | 'WITHDRAWN';

/** The actions that are approved as one; `canonical` is the text that `digest` is of. */
export const ChangeSetEntity = defineEntity({
  name: 'ChangeSet',
  tableName: 'change_set',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    runId: p.manyToOne(RunEntity).mapToPk().fieldName('run_id').strictNullable(),
    recommendationId: p.manyToOne(RecommendationEntity).mapToPk().fieldName('recommendation_id').strictNullable(),
    revision: p.integer().default(1),
    state: p.text().$type<ChangeSetState>().default('NEEDS_APPROVAL'),
    title: p.text(),
    reason: p.text(),
    ifRejected: p.text(),
    proposerKind: p.text(),
    proposerId: p.text(),
    onBehalfOf: p.manyToOne(MemberEntity).mapToPk().fieldName('on_behalf_of').strictNullable(),
    coProposers: idList().defaultRaw("'{}'"),
    riskFindings: json().defaultRaw("'null'"),
    canonical: p.text(),
    digest: p.text(),
    actions: json<Action[]>().defaultRaw("'[]'"),
    baseRefs: json().defaultRaw("'[]'"),
    evidence: json().defaultRaw("'[]'"),
    requiredGates: textList().defaultRaw("'{}'"),
    policyVersion: p.text().default(''),
    spendDeltaMinor: whole().strictNullable(),
    absDeltaMinor: whole().strictNullable(),
    windowAbsDeltaMinor: whole().strictNullable(),
    windowBaseMinor: whole().strictNullable(),
    currency: p.text().default(''),
    interruptId: p.text().strictNullable(),
    settledReason: p.text().strictNullable(),
    submittedAt: createdAt(),
    decideBy: createdAt(),
    settledAt: instant().strictNullable(),
    createdAt: createdAt(),
  },
});
export type ChangeSetRow = InferEntity<typeof ChangeSetEntity>;

/** One gate of one revision of a change set: what a person finds in the inbox. */
export const ApprovalEntity = defineEntity({
  name: 'Approval',
  tableName: 'approval',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    changeSetId: p.manyToOne(ChangeSetEntity).mapToPk().fieldName('change_set_id'),
    revision: p.integer(),
    gate: p.text().$type<Gate>(),
    seats: json<GateSeat[]>(),
    validHours: p.integer(),
    state: p
      .text()
      .$type<'PENDING' | 'CHANGES_REQUESTED' | 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'VOID'>()
      .default('PENDING'),
    decideBy: instant(),
    createdAt: instant(),
    settledAt: instant().strictNullable(),
  },
});
export type ApprovalRow = InferEntity<typeof ApprovalEntity>;

/** One person's verdict on one approval, on one digest. */
export const DecisionEntity = defineEntity({
  name: 'Decision',
  tableName: 'decision',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    approvalId: p.manyToOne(ApprovalEntity).mapToPk().fieldName('approval_id'),
    changeSetId: p.manyToOne(ChangeSetEntity).mapToPk().fieldName('change_set_id'),
    revision: p.integer(),
    digest: p.text(),
    gate: p.text().$type<Gate>(),
    memberId: p.manyToOne(MemberEntity).mapToPk().fieldName('member_id'),
    actorKind: p.text(),
    verdict: p.text().$type<'APPROVE' | 'REJECT' | 'REQUEST_CHANGES'>(),
    reason: p.text(),
    viewSessionId: p.uuid().strictNullable(),
    viewedMs: whole().strictNullable(),
    authMethod: p.text(),
    authAgeSeconds: whole(),
    decidedAt: instant(),
    validUntil: instant(),
  },
});
export type DecisionRow = InferEntity<typeof DecisionEntity>;

/** One action carried out on a channel, at most once. */
export const EffectEntity = defineEntity({
  name: 'Effect',
  tableName: 'effect',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    changeSetId: p.manyToOne(ChangeSetEntity).mapToPk().fieldName('change_set_id'),
    revision: p.integer(),
    actionIndex: p.integer(),
    kind: p.text(),
    idempotencyKey: p.text(),
    channel: p.text().strictNullable(),
    status: p.text().$type<'PENDING' | 'DONE' | 'REFUSED' | 'UNKNOWN'>().default('PENDING'),
    outcome: p.text().strictNullable(),
    reference: p.text().strictNullable(),
    attempts: p.integer().default(0),
    claimedUntil: instant().strictNullable(),
    createdAt: createdAt(),
    recordedAt: instant().strictNullable(),
  },
});
export type EffectRow = InferEntity<typeof EffectEntity>;
