/** Owns the list of every entity, for the connection and for the check against the migrated schema. */
import { ArtifactEntity, EvidenceEntity } from './artifact.ts';
import { BrandChunkEntity, BrandDocumentEntity, BrandRuleEntity, ClaimEntity, ClaimEvidenceEntity } from './brand.ts';
import { BudgetEntity, CampaignEntity, ChannelEntity } from './campaign.ts';
import { ControlFactEntity, KpiFactEntity, MediaInputEntity, PerformanceFactEntity } from './fact.ts';
import { GoalEntity, OutcomeEntity } from './goal.ts';
import { ApprovalEntity, ChangeSetEntity, DecisionEntity, EffectEntity } from './governance.ts';
import { EntityAliasEntity, ExperimentResultEntity, ImportLoadEntity } from './importLoad.ts';
import { LearningEntity, MemoryVersionEntity, PlaybookEntity } from './learning.ts';
import { ApiTokenEntity, MemberEntity, MemberRoleEntity } from './member.ts';
import { AssetEntity, AudienceEntity, MessageEntity } from './message.ts';
import { ConflictEntity, ForecastEntity, RecommendationEntity, RecommendationScoreEntity } from './recommendation.ts';
import { RunEntity, RunEventEntity, RunLeaseEntity, TaskEntity } from './run.ts';
import { SandboxCallEntity, SandboxMarketEntity } from './sandbox.ts';
import { StrategyEntity } from './strategy.ts';
import { IdempotencyKeyEntity, UploadEntity, WorkspaceEntity } from './workspace.ts';

/** Every entity that MikroORM knows. */
export const entities = [
  WorkspaceEntity,
  IdempotencyKeyEntity,
  UploadEntity,
  MemberEntity,
  MemberRoleEntity,
  ApiTokenEntity,
  StrategyEntity,
  ChannelEntity,
  CampaignEntity,
  BudgetEntity,
  AudienceEntity,
  MessageEntity,
  AssetEntity,
  ImportLoadEntity,
  EntityAliasEntity,
  ExperimentResultEntity,
  PerformanceFactEntity,
  KpiFactEntity,
  ControlFactEntity,
  MediaInputEntity,
  BrandDocumentEntity,
  BrandChunkEntity,
  BrandRuleEntity,
  ClaimEntity,
  ClaimEvidenceEntity,
  LearningEntity,
  PlaybookEntity,
  MemoryVersionEntity,
  GoalEntity,
  OutcomeEntity,
  RunEntity,
  RunLeaseEntity,
  TaskEntity,
  RunEventEntity,
  EvidenceEntity,
  ArtifactEntity,
  RecommendationEntity,
  ForecastEntity,
  RecommendationScoreEntity,
  ConflictEntity,
  SandboxMarketEntity,
  SandboxCallEntity,
  ChangeSetEntity,
  ApprovalEntity,
  DecisionEntity,
  EffectEntity,
];
