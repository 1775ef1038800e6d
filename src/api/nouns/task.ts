/** Owns tasks of a run's plan in the schema. */
import { Ctx, Field, FieldResolver, ID, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { artifactsById, type ArtifactView, type TaskView } from '../../useCases/runs.ts';
import { loadOne, type ApiContext } from '../context.ts';
import { toGlobalId } from '../globalIds.ts';
import { InstantScalar, SpecialistEnum, StageEnum, TaskStatusEnum } from '../scalars.ts';
import { ArtifactType } from './artifact.ts';

@ObjectType('Task', { description: 'One node of a plan: a specialist, its question, what it waits for.' })
export class TaskType {
  @Field(() => String, { description: 'Its name within the plan; dependsOn refers to it.' })
  key!: string;

  @Field(() => SpecialistEnum, { description: 'Who does it.' })
  specialist!: TaskView['specialist'];

  @Field(() => StageEnum, { description: 'Stage of the goal it belongs to.' })
  stage!: TaskView['stage'];

  @Field(() => TaskStatusEnum, { description: 'Where it stands.' })
  status!: TaskView['status'];

  @Field(() => String, { description: 'The question it answers.' })
  question!: string;

  @Field(() => String, { description: 'Why the goal needs it.' })
  reason!: string;

  @Field(() => [String], { description: 'Keys of the tasks that must be done first.' })
  dependsOn!: string[];

  @Field(() => String, { description: 'Who owns it.' })
  owner!: string;

  @Field(() => String, { nullable: true, description: 'What it waits for now; null while it works or is done.' })
  waitsFor!: string | null;

  @Field(() => Int, { description: 'How often it was begun; more than 1 after a restart or a revision.' })
  attempt!: number;

  @Field(() => String, { nullable: true, description: 'Why it failed; null unless it did.' })
  error!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Code of that: TIMEOUT, MODEL_FAILED, MODEL_LIMIT_REACHED when the run has used up what it may ask of a language model, and others.',
  })
  errorCode!: string | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When it began.' })
  startedAt!: Date | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When it ended.' })
  endedAt!: Date | null;
}

@Resolver(() => TaskType)
export class TaskResolver {
  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() task: TaskView): string {
    return toGlobalId('Task', task.id);
  }

  @FieldResolver(() => ArtifactType, { nullable: true, description: 'What it left; null before it is done.' })
  async artifact(@Root() task: TaskView, @Ctx() context: ApiContext): Promise<ArtifactView | null> {
    return task.artifactId ? ((await loadOne(context, 'artifact', task.artifactId, artifactsById)) ?? null) : null;
  }
}
