/** Owns the diff of a change set: for each action and gate what is before, what comes after, in words and units that a person decides on. */
import type { Action } from '../domain/actions.ts';
import type { Finding } from '../domain/compliance.ts';
import type { Gate } from '../domain/gates.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { assertNever } from '../kernel/errors.ts';
import type { ChangeSetRow } from './changeSetRows.ts';
import { readPriorState, replacedMessage, type PriorState } from './priorState.ts';
import { strategyFields } from './strategyDiff.ts';

interface DiffLine {
  /** Index of the action; null for a line that is about the whole change. */
  readonly actionIndex: number | null;
  readonly label: string;
  /** Null where there was nothing. Amounts are minor units as decimal text. */
  readonly before: string | null;
  readonly after: string;
  /** `TEXT`, `STATUS`, `COLUMN`, `FINDING`, or a currency code for minor units of it. */
  readonly unit: string;
}

/** One line of a diff; `gate` tells which people it is for and which fields it has. */
export type DiffRow = DiffLine &
  (
    | { readonly gate: 'BUDGET_SHIFT'; readonly target: string; readonly period: 'DAY' | 'WEEK' | 'ONCE' }
    | { readonly gate: 'SAFE_STOP'; readonly target: string; readonly period: 'DAY' | 'WEEK' | 'ONCE' }
    | { readonly gate: 'AUDIENCE_DEFINITION'; readonly audience: string }
    | { readonly gate: 'BRAND_CRITICAL'; readonly message: string; readonly campaign: string; readonly field: string }
    | {
        readonly gate: 'REGULATED_CLAIM';
        readonly ruleId: string;
        readonly severity: Finding['severity'];
        readonly lawRef: string;
      }
    | { readonly gate: 'PERSONAL_DATA'; readonly source: string }
    | { readonly gate: 'STRATEGY_CHANGE'; readonly market: string; readonly field: string }
    | { readonly gate: 'POLICY_CHANGE'; readonly rule: string }
  );

type ActionOf<K extends Action['kind']> = Extract<Action, { kind: K }>;

/** Lines of a change set, in order of its actions, then its findings. */
export async function diffOf(unit: UnitOfWork, change: ChangeSetRow): Promise<DiffRow[]> {
  return linesOf(change, await readPriorState(unit, change.actions));
}

/** Lines of several change sets, by id; one statement for all of them. */
export async function diffsOf(unit: UnitOfWork, changes: readonly ChangeSetRow[]): Promise<Map<string, DiffRow[]>> {
  const prior = await readPriorState(
    unit,
    changes.flatMap((change) => change.actions),
  );
  return new Map(changes.map((change) => [change.id, linesOf(change, prior)]));
}

function linesOf(change: ChangeSetRow, prior: PriorState): DiffRow[] {
  const rows = change.actions.flatMap((action, index) => actionDiff(prior, action, index));
  if (change.requiredGates.includes('REGULATED_CLAIM')) rows.push(...claimDiff(change));
  if (change.requiredGates.includes('PERSONAL_DATA') && !rows.some((row) => row.gate === 'PERSONAL_DATA')) {
    rows.push({
      gate: 'PERSONAL_DATA',
      actionIndex: null,
      label: 'Personal data',
      before: null,
      after: 'Attributes or claims of this change concern personal data.',
      unit: 'TEXT',
      source: change.title,
    });
  }
  return rows;
}

/** The lines that one gate's people decide on. */
export function diffFor(rows: readonly DiffRow[], gate: Gate): DiffRow[] {
  return rows.filter((row) => row.gate === gate);
}

function actionDiff(prior: PriorState, action: Action, actionIndex: number): DiffRow[] {
  switch (action.kind) {
    case 'budget.set':
    case 'budget.reduce':
      return [budgetLine(action, actionIndex)];
    case 'campaign.pause':
    case 'campaign.resume':
      return [deliveryLine(prior, action, actionIndex)];
    case 'test.start':
      return [testLine(action, actionIndex)];
    case 'audience.define':
      return [audienceLine(action, actionIndex)];
    case 'message.publish':
      return messageDiff(prior, action, actionIndex);
    case 'strategy.activate':
      return strategyDiff(prior, action, actionIndex);
    case 'import.personal':
      return action.columns.map((column) => columnLine(action, column, actionIndex));
    default:
      return assertNever(action);
  }
}

function budgetLine(action: ActionOf<'budget.set' | 'budget.reduce'>, actionIndex: number): DiffRow {
  const target = action.target.name;
  return {
    gate: action.kind === 'budget.set' ? 'BUDGET_SHIFT' : 'SAFE_STOP',
    actionIndex,
    label: `Budget of ${target} per ${action.period === 'DAY' ? 'day' : 'week'}`,
    before: action.before.minor,
    after: action.after.minor,
    unit: action.after.currency,
    target,
    period: action.period,
  };
}

function deliveryLine(
  prior: PriorState,
  action: ActionOf<'campaign.pause' | 'campaign.resume'>,
  actionIndex: number,
): DiffRow {
  const stops = action.kind === 'campaign.pause';
  const target = action.target.name;
  return {
    gate: stops ? 'SAFE_STOP' : 'BUDGET_SHIFT',
    actionIndex,
    label: `Delivery of ${target}`,
    before: prior.statusOf(action.target.id),
    after: stops ? 'PAUSED' : 'ACTIVE',
    unit: 'STATUS',
    target,
    period: 'ONCE',
  };
}

function testLine(action: ActionOf<'test.start'>, actionIndex: number): DiffRow {
  const target = action.target.name;
  return {
    gate: 'BUDGET_SHIFT',
    actionIndex,
    label: `Test on ${target}: ${action.design}, ${action.days} days`,
    before: null,
    after: action.cost.minor,
    unit: action.cost.currency,
    target,
    period: 'ONCE',
  };
}

function audienceLine(action: ActionOf<'audience.define'>, actionIndex: number): DiffRow {
  const audience = action.target.name;
  return {
    gate: 'AUDIENCE_DEFINITION',
    actionIndex,
    label: `Definition of ${audience}`,
    before: action.before,
    after: action.after,
    unit: 'TEXT',
    audience,
  };
}

function columnLine(action: ActionOf<'import.personal'>, column: string, actionIndex: number): DiffRow {
  return {
    gate: 'PERSONAL_DATA',
    actionIndex,
    label: `Column ${column}`,
    before: null,
    after: 'kept',
    unit: 'COLUMN',
    source: action.target.name,
  };
}

function messageDiff(prior: PriorState, action: ActionOf<'message.publish'>, actionIndex: number): DiffRow[] {
  const before = prior.messageOf(replacedMessage(action));
  const line = (field: string, label: string, old: string | null | undefined, after: string): DiffRow => ({
    gate: 'BRAND_CRITICAL',
    actionIndex,
    label: `${label} of ${action.target.name}`,
    before: old ?? null,
    after,
    unit: 'TEXT',
    message: action.target.name,
    campaign: action.campaignName,
    field,
  });
  return [
    line('headline', 'Headline', before?.headline, action.headline),
    line('body', 'Text', before?.body, action.body),
    line('callToAction', 'Call to action', before?.callToAction, action.callToAction),
  ];
}

/** Fields in which the proposed strategy differs from the active one of its market. */
function strategyDiff(prior: PriorState, action: ActionOf<'strategy.activate'>, actionIndex: number): DiffRow[] {
  const fields = strategyFields(prior.activeStrategyOf(action.market), prior.strategyOf(action.target.id));
  const lines = fields.map((one): DiffRow => ({
    gate: 'STRATEGY_CHANGE',
    actionIndex,
    label: one.field,
    market: action.market,
    ...one,
  }));
  if (lines.length > 0) return lines;
  return [
    {
      gate: 'STRATEGY_CHANGE',
      actionIndex,
      label: action.target.name,
      before: action.before,
      after: action.after,
      unit: 'TEXT',
      market: action.market,
      field: '',
    },
  ];
}

function claimDiff(change: ChangeSetRow): DiffRow[] {
  if (!change.riskFindings) {
    return [
      {
        gate: 'REGULATED_CLAIM',
        actionIndex: null,
        label: 'Compliance review',
        before: null,
        after: 'No review took place; every claim must be read by a person.',
        unit: 'TEXT',
        ruleId: '',
        severity: 'WARN',
        lawRef: '',
      },
    ];
  }
  const findings = change.riskFindings.filter((finding) => finding.severity !== 'INFO');
  return findings.map((finding) => ({
    gate: 'REGULATED_CLAIM',
    actionIndex: null,
    label: finding.reason,
    before: null,
    after: finding.quote,
    unit: 'FINDING',
    ruleId: finding.ruleId,
    severity: finding.severity,
    lawRef: finding.lawRef,
  }));
}
