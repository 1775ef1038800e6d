/** Owns the diff of a change set in the schema: a union with one member a gate, so that nobody decides on loose JSON. */
import { createUnionType, Field, InterfaceType, Int, ObjectType, type ClassType } from 'type-graphql';
import type { DiffRow } from '../../useCases/approvals.ts';

@InterfaceType({ description: 'One line of a diff: what is before, what comes after, in a unit.' })
export abstract class DiffLine {
  @Field(() => Int, { nullable: true, description: 'Which action of the change set; null when it is about the whole.' })
  actionIndex!: number | null;

  @Field(() => String, { description: 'What changes, for people.' })
  label!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What was there; amounts are minor units as decimal text. Null where there was nothing.',
  })
  before!: string | null;

  @Field(() => String, { description: 'What will be there.' })
  after!: string;

  @Field(() => String, {
    description: 'TEXT, STATUS, COLUMN, FINDING, or the currency that before and after are minor units of.',
  })
  unit!: string;
}

@ObjectType({ implements: DiffLine, description: 'A line that budget owners decide on.' })
export class BudgetShiftDiff extends DiffLine {
  @Field(() => String, { description: 'Campaign or channel.' })
  target!: string;

  @Field(() => String, { description: 'DAY, WEEK, or ONCE.' })
  period!: string;
}

@ObjectType({ implements: DiffLine, description: 'A pause or reduction, which one operator may click at once.' })
export class SafeStopDiff extends DiffLine {
  @Field(() => String, { description: 'Campaign or channel.' })
  target!: string;

  @Field(() => String, { description: 'DAY, WEEK, or ONCE.' })
  period!: string;
}

@ObjectType({ implements: DiffLine, description: 'A line that audience owners decide on.' })
export class AudienceDefinitionDiff extends DiffLine {
  @Field(() => String, { description: 'The audience.' })
  audience!: string;
}

@ObjectType({ implements: DiffLine, description: 'A line that brand owners decide on.' })
export class BrandCriticalDiff extends DiffLine {
  @Field(() => String, { description: 'The message.' })
  message!: string;

  @Field(() => String, { description: 'The campaign it runs in.' })
  campaign!: string;

  @Field(() => String, { description: 'headline, body or callToAction.' })
  field!: string;
}

@ObjectType({ implements: DiffLine, description: 'A finding that compliance decides on.' })
export class RegulatedClaimDiff extends DiffLine {
  @Field(() => String, { description: 'Rule of the catalogue; empty where no review took place.' })
  ruleId!: string;

  @Field(() => String, { description: 'INFO, WARN or BLOCK.' })
  severity!: string;

  @Field(() => String, { description: 'Law or code that the rule comes from.' })
  lawRef!: string;
}

@ObjectType({ implements: DiffLine, description: 'A line that the privacy officer decides on.' })
export class PersonalDataDiff extends DiffLine {
  @Field(() => String, { description: 'Where the personal data come from.' })
  source!: string;
}

@ObjectType({ implements: DiffLine, description: 'A line that strategy owners decide on.' })
export class StrategyChangeDiff extends DiffLine {
  @Field(() => String, { description: 'Market.' })
  market!: string;

  @Field(() => String, {
    description:
      'Field of the strategy, such as positioning or channelMix[EMAIL].maxShare: an entry of a list by what names it.',
  })
  field!: string;
}

@ObjectType({ implements: DiffLine, description: 'A line about the rules themselves.' })
export class PolicyChangeDiff extends DiffLine {
  @Field(() => String, { description: 'The rule.' })
  rule!: string;
}

const members: Readonly<Record<DiffRow['gate'], ClassType<DiffLine>>> = {
  BUDGET_SHIFT: BudgetShiftDiff,
  SAFE_STOP: SafeStopDiff,
  AUDIENCE_DEFINITION: AudienceDefinitionDiff,
  BRAND_CRITICAL: BrandCriticalDiff,
  REGULATED_CLAIM: RegulatedClaimDiff,
  PERSONAL_DATA: PersonalDataDiff,
  STRATEGY_CHANGE: StrategyChangeDiff,
  POLICY_CHANGE: PolicyChangeDiff,
};

/** A line of any gate. */
export const ChangeDiff = createUnionType({
  name: 'ChangeDiff',
  description: 'One line of a change set; the member tells whose decision it is.',
  types: () =>
    [
      BudgetShiftDiff,
      SafeStopDiff,
      AudienceDefinitionDiff,
      BrandCriticalDiff,
      RegulatedClaimDiff,
      PersonalDataDiff,
      StrategyChangeDiff,
      PolicyChangeDiff,
    ] as const,
  resolveType: (row: DiffLine) => members[(row as unknown as DiffRow).gate] as ClassType<BudgetShiftDiff>,
});
