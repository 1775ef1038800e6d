/** Owns learnings and playbooks in the schema: what measured decisions taught, and the rules drawn from that. */
import { Arg, Ctx, Field, FieldResolver, Float, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { listLearnings, listPlaybooks, type Playbook, type StoredLearning } from '../../useCases/learnings.ts';
import { readWith, type ApiContext } from '../context.ts';
import { toGlobalId } from '../globalIds.ts';
import { DayScalar, EvidenceTierEnum, InstantScalar, JsonScalar } from '../scalars.ts';

@ObjectType({ description: 'One circumstance under which something was learned.' })
export class LearningCondition {
  @Field(() => String, { description: 'What, such as market.' })
  name!: string;

  @Field(() => String, { description: 'Which.' })
  value!: string;
}

@ObjectType('Learning', { description: 'What one measured decision taught: what was expected, and what came.' })
export class LearningType {
  @Field(() => String, { description: 'OBSERVATION, HYPOTHESIS, RULE or RETIRED.' })
  status!: string;

  @Field(() => DayScalar, { description: 'Business day on which it was learned.' })
  learnedOn!: string;
}

@ObjectType('Playbook', { description: 'A rule drawn from learnings.' })
export class PlaybookType {
  @Field(() => Int, { description: 'Counts from 1.' })
  version!: number;

  @Field(() => String, { description: 'OBSERVATION, HYPOTHESIS or RULE; retired ones are not listed.' })
  status!: string;

  @Field(() => JsonScalar, { description: 'Rule, conditions, effect, counter-evidence and age, as they were written.' })
  content!: unknown;

  @Field(() => InstantScalar, { description: 'When it was written.' })
  createdAt!: string;
}

@Resolver(() => LearningType)
export class LearningResolver {
  @Query(() => [LearningType], {
    nullable: true,
    description: 'What measured decisions taught, newest first.',
    complexity: ({ args, childComplexity }) => 1 + (args as { first: number }).first * childComplexity,
  })
  learnings(
    @Arg('first', () => Int, { defaultValue: 50, description: 'How many, 1 to 100. Default: 50.' }) first: number,
    @Ctx() context: ApiContext,
  ): Promise<StoredLearning[]> {
    return readWith(context, 'memory:read', async (unit) => listLearnings(unit, first));
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() stored: StoredLearning): string {
    return toGlobalId('Learning', stored.id);
  }

  @FieldResolver(() => String, { description: 'What was learned, in one sentence.' })
  statement(@Root() { learning }: StoredLearning): string {
    return learning.statement;
  }

  @FieldResolver(() => String, { description: 'Verb of the card: SCALE, HOLD, PAUSE, REVISE, TEST or SHIFT.' })
  verb(@Root() { learning }: StoredLearning): string {
    return learning.verb;
  }

  @FieldResolver(() => String, { description: 'What the card was about, by name.' })
  target(@Root() { learning }: StoredLearning): string {
    return learning.target.name;
  }

  @FieldResolver(() => [LearningCondition], { description: 'Circumstances, by name.' })
  conditions(@Root() { learning }: StoredLearning): LearningCondition[] {
    return Object.entries(learning.conditions)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, value]) => ({ name, value }));
  }

  @FieldResolver(() => String, { description: 'KPI.' })
  kpi(@Root() { learning }: StoredLearning): string {
    return learning.kpi;
  }

  @FieldResolver(() => Float, { description: 'Mean of the forecast, in the unit of the KPI.' })
  expected(@Root() { learning }: StoredLearning): number {
    return learning.expected.mean;
  }

  @FieldResolver(() => Float, { description: 'What came, in the same unit.' })
  observed(@Root() { learning }: StoredLearning): number {
    return learning.observed;
  }

  @FieldResolver(() => Boolean, { description: 'Whether what came lay inside the interval of the forecast.' })
  insideInterval(@Root() { learning }: StoredLearning): boolean {
    return learning.insideInterval;
  }

  @FieldResolver(() => EvidenceTierEnum, { description: 'Tier of the evidence behind the forecast.' })
  tier(@Root() { learning }: StoredLearning): string {
    return learning.tier;
  }

  @FieldResolver(() => ID, { description: 'Global id of the forecast that was scored.' })
  forecastId(@Root() { learning }: StoredLearning): string {
    return toGlobalId('Forecast', learning.forecastId);
  }

  @FieldResolver(() => ID, { description: 'Global id of the card.' })
  recommendationId(@Root() { learning }: StoredLearning): string {
    return toGlobalId('Recommendation', learning.recommendationId);
  }
}

@Resolver(() => PlaybookType)
export class PlaybookResolver {
  @Query(() => [PlaybookType], {
    nullable: true,
    description: 'Rules drawn from learnings, newest first, without the retired ones.',
    complexity: 20,
  })
  playbooks(@Ctx() context: ApiContext): Promise<Playbook[]> {
    return readWith(context, 'memory:read', listPlaybooks);
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() playbook: Playbook): string {
    return toGlobalId('Playbook', playbook.id);
  }

  @FieldResolver(() => [ID], { description: 'Global ids of the learnings that it stands on.' })
  learningIds(@Root() playbook: Playbook): string[] {
    return playbook.learningIds.map((id) => toGlobalId('Learning', id));
  }
}
