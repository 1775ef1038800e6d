/** Owns the checks that every operation passes once it is parsed, over HTTP, sockets and SSE alike: cost, budget, introspection. */
import { GraphQLError, getOperationAST, OperationTypeNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import { costOf, type Budgets, type CostReport } from './limits/cost.ts';
import { principalId } from '../domain/principal.ts';
import { AppError, toError } from '../kernel/errors.ts';
import type { Caller } from '../useCases/callers.ts';
import type { ApiContext } from './context.ts';

/** Characters of one text variable, entries of one list, levels of one input. */
const TEXT_LIMIT = 20_000;
const LIST_LIMIT = 500;
const INPUT_DEPTH_LIMIT = 6;

/** Budget of callers without a token. */
const ANONYMOUS = 'anonymous';

/**
 * Charges the operation to its caller and returns what it cost.
 * @throws COST_EXCEEDED, RATE_LIMITED, BAD_USER_INPUT for oversized variables
 */
export async function guardOperation(
  schema: GraphQLSchema,
  budgets: Budgets,
  context: ApiContext,
  operation: { document: DocumentNode; variables: Record<string, unknown>; operationName?: string },
): Promise<CostReport> {
  checkInput(operation.variables, '$', 0);
  const cost = costOf(schema, operation.document, operation.variables, operation.operationName);
  const isMutation =
    getOperationAST(operation.document, operation.operationName)?.operation === OperationTypeNode.MUTATION;
  return budgets.spend(payerOf(context.caller), cost, isMutation);
}

/** Charges a request beside the graph to its caller. @throws RATE_LIMITED, UNAUTHENTICATED without a caller */
export async function chargeRequest(budgets: Budgets, caller: Caller | null, points: number): Promise<Caller> {
  if (!caller)
    throw new AppError('UNAUTHENTICATED', 'No token was sent.', {
      hint: 'Send `Authorization: Bearer TOKEN`: that of a person, or an API token with the scope for it.',
    });
  await budgets.spend(payerOf(caller), points, false).catch((refusal: unknown) => {
    throw new AppError('RATE_LIMITED', toError(refusal).message);
  });
  return caller;
}

function payerOf(caller: Caller | null): string {
  return caller ? `${caller.workspaceId}:${principalId(caller.principal)}` : ANONYMOUS;
}

function checkInput(value: unknown, path: string, depth: number): void {
  if (depth > INPUT_DEPTH_LIMIT + 1) throw tooLarge(path, 'levels', depth, INPUT_DEPTH_LIMIT);
  if (typeof value === 'string' && value.length > TEXT_LIMIT)
    throw tooLarge(path, 'characters', value.length, TEXT_LIMIT);
  if (Array.isArray(value) && value.length > LIST_LIMIT) throw tooLarge(path, 'entries', value.length, LIST_LIMIT);
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) checkInput(inner, `${path}.${key}`, depth + 1);
  }
}

function tooLarge(path: string, what: string, found: number, allowed: number): GraphQLError {
  return new GraphQLError(`The variable ${path} has ${found} ${what}; ${allowed} are allowed.`, {
    extensions: { code: 'BAD_USER_INPUT', limit: `variable ${what}`, found, allowed },
  });
}
