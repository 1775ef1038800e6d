/** Owns turning a client's text into an operation that may run on a socket or an event stream, under the same limits as HTTP. */
import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
} from 'graphql';
import type { ApiContext } from './context.ts';
import type { Budgets } from './limits/cost.ts';
import { documentLimitRules, TOKEN_LIMIT } from './limits/documentLimits.ts';
import { guardOperation } from './operationGuard.ts';

/** What a client sends to start an operation. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}

/** Arguments for graphql-js, or the errors that refuse the operation. */
export async function prepareOperation(
  schema: GraphQLSchema,
  budgets: Budgets,
  context: ApiContext,
  request: OperationRequest,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const document = parsed(request.query);
  if (document instanceof GraphQLError) return [document];
  const errors = validate(schema, document, [...specifiedRules, ...documentLimitRules], {
    maxErrors: 5,
    hideSuggestions: true,
  });
  if (errors.length > 0) return errors;
  const variables = request.variables ?? {};
  const named = request.operationName ? { operationName: request.operationName } : {};
  try {
    await guardOperation(schema, budgets, context, { document, variables, ...named });
  } catch (refusal) {
    if (refusal instanceof GraphQLError) return [refusal];
    throw refusal;
  }
  return { schema, document, variableValues: variables, contextValue: context, ...named };
}

function parsed(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text, { maxTokens: TOKEN_LIMIT });
  } catch (error) {
    return error instanceof GraphQLError ? error : new GraphQLError('The document could not be read.');
  }
}
