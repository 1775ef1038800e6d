/** Owns stating a goal: what is checked before anything starts. */
import { GoalEntity, type GoalRow } from '../database/entities/goal.ts';
import { StrategyEntity } from '../database/entities/strategy.ts';
import { goalInputSchema, type GoalInput } from '../domain/goals.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { done, refused, type Outcome, type UserError } from '../domain/userErrors.ts';
import { daysInclusive } from '../kernel/calendar.ts';
import { formatMoney, microsFromUnits } from '../kernel/money.ts';
import { newId } from '../kernel/ids.ts';
import { currentWorkspace } from './workspaces.ts';

/** Days that a goal's window may span: one year and a day. */
const WINDOW_LIMIT_DAYS = 366;
/** A budget above this share of all spend ever seen per day is a typing error, not a plan. */
const BUDGET_SPEND_MULTIPLE = 20;

/** Checks a goal as it was typed and stores it. Nothing is stored when there is anything to mend. */
export async function stateGoal(
  unit: UnitOfWork,
  ownerMemberId: string,
  raw: unknown,
  dailySpendUnits: number | null,
): Promise<Outcome<GoalRow>> {
  const parsed = goalInputSchema.safeParse(raw);
  if (!parsed.success) return { ok: false, errors: parsed.error.issues.map(asUserError) };
  const goal = parsed.data;
  const workspace = await currentWorkspace(unit);
  const complaint =
    currencyComplaint(goal, workspace.currency) ??
    windowComplaint(goal, workspace.today) ??
    budgetComplaint(goal, workspace.currency, dailySpendUnits);
  if (complaint) return complaint;
  const strategy = await unit.em.findOne(StrategyEntity, { market: goal.market, status: 'ACTIVE' });
  const { from: fromDay, to: toDay, ...rest } = goal;
  const row = unit.em.create(GoalEntity, {
    ...rest,
    fromDay,
    toDay,
    id: newId(),
    workspaceId: unit.workspace.id,
    ownerMemberId,
    strategyId: strategy?.id ?? null,
    currency: workspace.currency,
    createdAt: unit.clock.now(),
  });
  await unit.em.flush();
  return done(row);
}

function currencyComplaint(goal: GoalInput, currency: string): Outcome<never> | null {
  if (goal.currency === undefined || goal.currency === currency) return null;
  return refused(
    'INVALID',
    `The budget is in ${goal.currency}; this workspace reckons in ${currency}. State it in ${currency}.`,
    'budget',
  );
}

function windowComplaint(goal: GoalInput, today: string): Outcome<never> | null {
  if (goal.to < goal.from)
    return refused('INVALID', `The window ends on ${goal.to}, before it starts on ${goal.from}.`, 'to');
  if (goal.to < today)
    return refused(
      'IN_THE_PAST',
      `The window ended on ${goal.to}; today is ${today}. State a window that is still ahead.`,
      'to',
    );
  if (goal.from < today)
    return refused(
      'IN_THE_PAST',
      `The window starts on ${goal.from}; today is ${today}. Start it today or later.`,
      'from',
    );
  const days = daysInclusive(goal.from, goal.to);
  return days > WINDOW_LIMIT_DAYS
    ? refused('OUT_OF_RANGE', `The window has ${days} days; ${WINDOW_LIMIT_DAYS} are allowed.`, 'to')
    : null;
}

/** Refuses a budget that no spend of this workspace comes near; without spend on record there is nothing to compare with. */
function budgetComplaint(goal: GoalInput, currency: string, dailySpendUnits: number | null): Outcome<never> | null {
  if (dailySpendUnits === null || dailySpendUnits === 0) return null;
  const ceiling = microsFromUnits(dailySpendUnits * daysInclusive(goal.from, goal.to) * BUDGET_SPEND_MULTIPLE);
  if (goal.budgetMicros <= ceiling) return null;
  const shown = formatMoney(goal.budgetMicros, currency);
  return refused(
    'OUT_OF_RANGE',
    `The budget ${shown} is over ${BUDGET_SPEND_MULTIPLE} times what this workspace ever spent in such a window; ${formatMoney(ceiling, currency)} is the most that is taken.`,
    'budget',
  );
}

function asUserError(issue: { code?: string; message: string; path: PropertyKey[] }): UserError {
  const path = issue.path.map((part) => (part === 'budgetMicros' ? 'budget' : String(part)));
  const missing = issue.code === 'invalid_type' && /undefined/.test(issue.message);
  return {
    code: missing ? 'REQUIRED' : 'INVALID',
    message: missing ? `${path.join('.')} is needed.` : `${path.join('.')}: ${issue.message}`,
    path,
  };
}
