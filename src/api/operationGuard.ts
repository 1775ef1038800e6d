/** Owns the checks that every operation passes once it is parsed, over HTTP, sockets and SSE alike: cost, budget, introspection. */
import {
  GraphQLError,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { costOf, type Budgets, type CostReport } from './limits/cost.ts';
import { characterFault } from '../domain/text.ts';
import { principalId } from '../domain/principal.ts';
import { AppError, toError } from '../kernel/errors.ts';
import type { Caller } from '../useCases/callers.ts';
import type { ApiContext } from './context.ts';

/** Characters of one text variable, entries of one list, levels of one input. */
const TEXT_LIMIT = 20_000;
const LIST_LIMIT = 500;
const INPUT_DEPTH_LIMIT = 6;
/** Faults of variables that one refusal names. */
const FAULT_LIMIT = 5;

/** Budget of callers without a token. */
const ANONYMOUS = 'anonymous';

/**
 * Charges the operation to its caller and returns what it cost.
 * @throws COST_EXCEEDED, RATE_LIMITED, BAD_USER_INPUT for variables that are too large or do not fit their types
 */
export async function guardOperation(
  schema: GraphQLSchema,
  budgets: Budgets,
  context: ApiContext,
  operation: { document: DocumentNode; variables: Record<string, unknown>; operationName?: string },
): Promise<CostReport> {
  checkInput(operation.variables, '$', 0);
  checkLiterals(operation.document);
  const chosen = getOperationAST(operation.document, operation.operationName);
  if (chosen) checkTypes(schema, chosen, operation.variables);
  const cost = costOf(schema, operation.document, operation.variables, operation.operationName);
  return budgets.spend(payerOf(context.caller), cost, chosen?.operation === OperationTypeNode.MUTATION);
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
  if (typeof value === 'string') checkCharacters(`The variable ${path}`, value);
  if (Array.isArray(value) && value.length > LIST_LIMIT) throw tooLarge(path, 'entries', value.length, LIST_LIMIT);
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) checkInput(inner, `${path}.${key}`, depth + 1);
  }
}

/** Texts may also stand in the document itself. */
function checkLiterals(document: DocumentNode): void {
  visit(document, { StringValue: ({ value }) => checkCharacters('A text in the document', value) });
}

function checkCharacters(what: string, text: string): void {
  const fault = characterFault(text);
  if (fault !== null)
    throw new GraphQLError(`${what} is refused: ${fault}`, {
      extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
    });
}

/** Refuses variables that do not fit their types, before their cost is reckoned; suggestions would tell of types that the caller may not see. */
function checkTypes(schema: GraphQLSchema, of: OperationDefinitionNode, variables: Record<string, unknown>): void {
  const { errors } = getVariableValues(schema, of.variableDefinitions ?? [], variables, { maxErrors: FAULT_LIMIT });
  const first = errors?.[0];
  if (!errors || !first) return;
  throw new GraphQLError(errors.map(({ message }) => message.replace(/ Did you mean .*\?$/, '')).join('\n'), {
    ...(first.originalError ? { originalError: first.originalError } : {}),
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

function tooLarge(path: string, what: string, found: number, allowed: number): GraphQLError {
  return new GraphQLError(`The variable ${path} has ${found} ${what}; ${allowed} are allowed.`, {
    extensions: { code: 'BAD_USER_INPUT', limit: `variable ${what}`, found, allowed, http: { status: 400 } },
  });
}
