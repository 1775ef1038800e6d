/** Owns the GraphQL schema: the list of resolvers, and the text that is emitted to schema/schema.graphql. */
import 'reflect-metadata';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { createPubSub } from '@graphql-yoga/subscription';
import { buildSchema, type NonEmptyArray } from 'type-graphql';
import { resolvers } from './resolvers.ts';

export { errorCatalogueText } from './errorCatalogue.ts';

let built: Promise<GraphQLSchema> | undefined;

/** The schema, built once a process. */
export function apiSchema(): Promise<GraphQLSchema> {
  built ??= buildSchema({
    resolvers: [...resolvers] as unknown as NonEmptyArray<() => void>,
    // Every subscription has its own source; the library asks for one all the same.
    pubSub: createPubSub(),
    validate: false,
    orphanedTypes: [],
  });
  return built;
}

/** The sorted schema text with every description; what front-end teams generate code from. */
export async function schemaText(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(await apiSchema()))}\n`;
}
