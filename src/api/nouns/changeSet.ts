/** Owns change sets and effects in the schema: what exactly is to change, and what was carried out. */
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql';
import {
  changeSetStates,
  effectsOf,
  effectsOfChangeSets,
  listChangeSets,
  type ChangeSetRow,
  type ChangeSetState,
  type DiffRow,
  type EffectRow,
} from '../../useCases/approvals.ts';
import { diffOfChange, keepChanges } from '../changeLoads.ts';
import { loadOne, readWith, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { GateEnum, InstantScalar } from '../scalars.ts';
import { ChangeDiff } from './changeDiff.ts';

const ChangeSetStateEnum = Object.fromEntries(changeSetStates.map((state) => [state, state])) as Record<
  ChangeSetState,
  ChangeSetState
>;
registerEnumType(ChangeSetStateEnum, {
  name: 'ChangeSetState',
  description: 'Where a change set stands; those after EXECUTION_UNKNOWN are final.',
});

/** Change sets that a list returns at the most. */
const LIST_LIMIT = 100;

@ObjectType('Effect', { description: 'One action carried out on a channel, at most once.' })
export class EffectType {
  @Field(() => Int, { description: 'Which action of the change set.' })
  actionIndex!: number;

  @Field(() => String, { description: 'Kind of action, such as budget.set.' })
  kind!: string;

  @Field(() => String, { description: 'PENDING, DONE, REFUSED or UNKNOWN.' })
  status!: string;

  @Field(() => String, { nullable: true, description: 'Adapter that carried it out; `baton` for its own rows.' })
  channel!: string | null;

  @Field(() => String, { nullable: true, description: 'What the outside answered.' })
  outcome!: string | null;

  @Field(() => String, { nullable: true, description: 'What the outside calls it.' })
  reference!: string | null;

  @Field(() => String, { description: 'Key under which the outside carries it out once, however often it is sent.' })
  idempotencyKey!: string;

  @Field(() => Int, { description: 'Times it was sent or asked for.' })
  attempts!: number;

  @Field(() => InstantScalar, { nullable: true, description: 'When the outcome was recorded.' })
  recordedAt!: string | null;
}

@ObjectType('ChangeSet', { description: 'The exact actions proposed for approval, bound by a digest.' })
export class ChangeSetType {
  @Field(() => Int, { description: 'Counts from 1; every edit is a new one and voids earlier verdicts.' })
  revision!: number;

  @Field(() => ChangeSetStateEnum, { description: 'Where it stands.' })
  state!: ChangeSetState;

  @Field(() => String, { description: 'Title.' })
  title!: string;

  @Field(() => String, { description: 'Why it is proposed.' })
  reason!: string;

  @Field(() => String, { description: 'What happens when people say no.' })
  ifRejected!: string;

  @Field(() => String, {
    description: 'SHA-256 of its canonical bytes (RFC 8785): what is shown, hashed and executed.',
  })
  digest!: string;

  @Field(() => [GateEnum], { description: 'Gates that must be met.' })
  requiredGates!: readonly (keyof typeof GateEnum)[];

  @Field(() => String, { description: 'Version of the rules it was submitted under.' })
  policyVersion!: string;

  @Field(() => String, { nullable: true, description: 'Why it ended without being executed.' })
  settledReason!: string | null;

  @Field(() => InstantScalar, { description: 'When this revision was submitted.' })
  submittedAt!: string;

  @Field(() => InstantScalar, { description: 'When the request lapses.' })
  decideBy!: string;
}

@Resolver(() => ChangeSetType)
export class ChangeSetResolver {
  @Query(() => [ChangeSetType], { nullable: true, description: 'Change sets, newest first; at most 100.' })
  async changeSets(
    @Ctx() context: ApiContext,
    @Arg('runId', () => ID, { nullable: true, description: 'Only of this run.' }) runId?: string | null,
    @Arg('states', () => [ChangeSetStateEnum], { nullable: true, description: 'Only in these states.' }) states?:
      | ChangeSetState[]
      | null,
  ): Promise<ChangeSetRow[]> {
    const filter = {
      limit: LIST_LIMIT,
      ...(runId ? { runId: fromGlobalId('Run', runId) } : {}),
      ...(states ? { states } : {}),
    };
    return keepChanges(context, await readWith(context, 'runs:read', (unit) => listChangeSets(unit, filter)));
  }

  @Query(() => [EffectType], {
    nullable: true,
    description: 'What was carried out for a change set, in order of its actions.',
  })
  effects(
    @Arg('changeSetId', () => ID, { description: 'The change set.' }) changeSetId: string,
    @Ctx() context: ApiContext,
  ): Promise<EffectRow[]> {
    return readWith(context, 'runs:read', (unit) => effectsOf(unit, fromGlobalId('ChangeSet', changeSetId)));
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() change: ChangeSetRow): string {
    return toGlobalId('ChangeSet', change.id);
  }

  @FieldResolver(() => [ChangeDiff], { description: 'Every line of the change, for all gates.' })
  diff(@Root() change: ChangeSetRow, @Ctx() context: ApiContext): Promise<readonly DiffRow[]> {
    return diffOfChange(context, change.id);
  }

  @FieldResolver(() => [EffectType], {
    name: 'effects',
    description: 'What was carried out; empty before it is executed.',
  })
  async effectsOfChange(@Root() change: ChangeSetRow, @Ctx() context: ApiContext): Promise<EffectRow[]> {
    return (await loadOne(context, 'effectsOfChangeSet', change.id, effectsOfChangeSets)) ?? [];
  }
}

@Resolver(() => EffectType)
export class EffectResolver {
  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() effect: EffectRow): string {
    return toGlobalId('Effect', effect.id);
  }
}
