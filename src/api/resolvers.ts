/** Owns the list of resolver classes that make up the schema. */
import { ApiTokenResolver } from './nouns/apiToken.ts';
import { ApprovalResolver } from './nouns/approval.ts';
import { ApprovalEventResolver } from './nouns/approvalEvent.ts';
import { ArtifactResolver, EvidenceResolver } from './nouns/artifact.ts';
import { AudienceResolver, MessageResolver } from './nouns/audience.ts';
import { CampaignResolver } from './nouns/campaign.ts';
import { ChangeSetResolver, EffectResolver } from './nouns/changeSet.ts';
import { DecisionResolver } from './nouns/decision.ts';
import { ForecastResolver } from './nouns/forecast.ts';
import { GoalResolver } from './nouns/goal.ts';
import { ImportResolver } from './nouns/import.ts';
import { LearningResolver, PlaybookResolver } from './nouns/learning.ts';
import { BrandDocumentResolver, MemoryResolver } from './nouns/memory.ts';
import { MetricResolver } from './nouns/metric.ts';
import { RecommendationResolver } from './nouns/recommendation.ts';
import { GoalRunsResolver, RunResolver } from './nouns/run.ts';
import { SafeStopResolver } from './nouns/safeStop.ts';
import { DecisionScoreResolver, ScorecardResolver } from './nouns/scorecard.ts';
import { StrategyResolver } from './nouns/strategy.ts';
import { TaskResolver } from './nouns/task.ts';
import { MemberResolver, ViewerResolver, WorkspaceResolver } from './nouns/viewer.ts';

/** All of them; the schema is what they declare. */
export const resolvers = [
  ApiTokenResolver,
  ApprovalEventResolver,
  ApprovalResolver,
  ArtifactResolver,
  AudienceResolver,
  BrandDocumentResolver,
  CampaignResolver,
  ChangeSetResolver,
  DecisionResolver,
  DecisionScoreResolver,
  EffectResolver,
  EvidenceResolver,
  ForecastResolver,
  GoalResolver,
  GoalRunsResolver,
  ImportResolver,
  LearningResolver,
  MemberResolver,
  MemoryResolver,
  MessageResolver,
  MetricResolver,
  PlaybookResolver,
  RecommendationResolver,
  RunResolver,
  SafeStopResolver,
  ScorecardResolver,
  StrategyResolver,
  TaskResolver,
  ViewerResolver,
  WorkspaceResolver,
] as const;
