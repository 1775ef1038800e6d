/** Owns what an operation costs, and the budget of each principal. */
import { fieldExtensionsEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity';
import {
  getNamedType,
  GraphQLError,
  isCompositeType,
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { tokenBuckets, type Take } from './tokenBuckets.ts';

/** Points that one operation may cost: an object is 1, a list its `first` times what it holds, a run start 100. */
export const COST_LIMIT = 5000;
/** Points a principal may spend at once, and gets back a second. */
export const BUCKET_POINTS = 2000;
export const RESTORE_POINTS_PER_SECOND = 100;
/** Mutations a principal may send in a second. */
export const MUTATIONS_PER_SECOND = 20;

/** What the answer says about cost, in `extensions.cost`. */
export interface CostReport {
  readonly requested: number;
  readonly remaining: number;
  readonly restoreRate: number;
}

/** Budgets of all principals of this process. */
export interface Budgets {
  /** Takes the cost from the principal's budget; rejects with RATE_LIMITED and the seconds to wait when it does not hold as much. */
  spend(principal: string, cost: number, isMutation: boolean): Promise<CostReport>;
}

/** Points of one operation. @throws COST_EXCEEDED over the limit */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown>,
  operationName?: string,
): number {
  const cost = getComplexity({
    schema,
    query: document,
    variables,
    ...(operationName === undefined ? {} : { operationName }),
    estimators: [fieldExtensionsEstimator(), objectEstimator, simpleEstimator({ defaultComplexity: 0 })],
  });
  if (cost > COST_LIMIT) {
    throw new GraphQLError(`The operation costs ${cost} points; ${COST_LIMIT} are allowed.`, {
      extensions: { code: 'COST_EXCEEDED', limit: 'cost', found: cost, allowed: COST_LIMIT, http: { status: 400 } },
    });
  }
  return cost;
}

/** Budgets kept in this process. */
export function memoryBudgets(): Budgets {
  const points = tokenBuckets({ holds: BUCKET_POINTS, perSecond: RESTORE_POINTS_PER_SECOND });
  const mutations = tokenBuckets({ holds: MUTATIONS_PER_SECOND, perSecond: MUTATIONS_PER_SECOND });
  return {
    spend: async (principal, cost, isMutation) => {
      if (isMutation) taken(mutations.take(principal, 1), `${MUTATIONS_PER_SECOND} mutations a second`);
      // What costs more than the bucket holds empties it.
      const left = taken(points.take(principal, Math.min(cost, BUCKET_POINTS)), `${BUCKET_POINTS} points`);
      return { requested: cost, remaining: Math.floor(left), restoreRate: RESTORE_POINTS_PER_SECOND };
    },
  };
}

function taken(take: Take, limit: string): number {
  if (take.waitSeconds === 0) return take.left;
  const seconds = Math.ceil(take.waitSeconds);
  throw new GraphQLError(`The limit of ${limit} is used up; try again in ${seconds} s.`, {
    extensions: {
      code: 'RATE_LIMITED',
      retryAfterSeconds: seconds,
      http: { status: 429, headers: new Map([['retry-after', String(seconds)]]) },
    },
  });
}

/** An object costs 1, and a list that takes `first` that many times what it holds; a scalar costs nothing. */
function objectEstimator({
  args,
  childComplexity,
  field,
}: {
  args: Record<string, unknown>;
  childComplexity: number;
  field: { type: GraphQLOutputType };
}): number | undefined {
  if (!isCompositeType(getNamedType(field.type))) return undefined;
  const first = typeof args['first'] === 'number' ? Math.max(1, Math.min(args['first'], 100)) : 1;
  return 1 + first * childComplexity;
}
