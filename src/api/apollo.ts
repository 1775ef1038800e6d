/** Owns the Apollo Server over HTTP: its options, the cost plugin, and the end of each operation's shared read. */
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../kernel/log.ts';
import type { ApiContext } from './context.ts';
import { formatError } from './errorFormat.ts';
import type { Budgets } from './limits/cost.ts';
import { documentLimitRules, TOKEN_LIMIT } from './limits/documentLimits.ts';
import { guardOperation } from './operationGuard.ts';

/** Selections after fragments are expanded; stops fragment bombs before they are executed. */
const EXPANDED_SELECTION_LIMIT = 1000;
/** Errors that one refused document lists. */
const ERROR_LIMIT = 5;

/** The Apollo Server of a schema; `introspection` is on outside hardened deployments. */
export function apolloServer(options: {
  app: FastifyInstance;
  schema: GraphQLSchema;
  budgets: Budgets;
  log: Logger;
  introspection: boolean;
}): ApolloServer<ApiContext> {
  const { app, schema, budgets, log, introspection } = options;
  return new ApolloServer<ApiContext>({
    schema,
    introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    maxRecursiveSelections: EXPANDED_SELECTION_LIMIT,
    validationRules: [...documentLimitRules],
    validationOptions: { maxErrors: ERROR_LIMIT },
    parseOptions: { maxTokens: TOKEN_LIMIT },
    formatError: (formatted, thrown) => formatError(formatted, thrown, log),
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer: app.server }),
      ApolloServerPluginLandingPageDisabled(),
      operationPlugin(schema, budgets),
    ],
  });
}

function operationPlugin(schema: GraphQLSchema, budgets: Budgets): ApolloServerPlugin<ApiContext> {
  return {
    requestDidStart: async () => {
      let report: Awaited<ReturnType<typeof guardOperation>> | undefined;
      return {
        didResolveOperation: async ({ request, document, contextValue }) => {
          report = await guardOperation(schema, budgets, contextValue, {
            document,
            variables: request.variables ?? {},
            ...(request.operationName ? { operationName: request.operationName } : {}),
          });
        },
        willSendResponse: async ({ response, contextValue }) => {
          await contextValue.reads?.close();
          if (report && response.body.kind === 'single') {
            response.body.singleResult.extensions = { ...response.body.singleResult.extensions, cost: report };
          }
        },
      };
    },
  };
}
