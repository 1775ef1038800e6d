/** Claim: the emitted schema is what the code declares, every sample operation fits it, and front-end conventions hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInputType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  typeFromAST,
  validate,
  visit,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { errorCatalogueText, schemaText } from '../../src/api/schema.ts';
import { documentLimitRules } from '../../src/api/limits/documentLimits.ts';
import { costOf } from '../../src/api/limits/cost.ts';

const folder = resolve(import.meta.dirname, '../../schema');
const text = readFileSync(join(folder, 'schema.graphql'), 'utf8');
const schema: GraphQLSchema = buildSchema(text);
const operations = readdirSync(join(folder, 'operations')).filter((name) => name.endsWith('.graphql'));
const ownTypes = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__') && type.astNode);

describe('the emitted schema', () => {
  it('is what the code emits: run `npm run schema` when this fails', async () => {
    expect(await schemaText()).toBe(text);
    expect(errorCatalogueText()).toBe(readFileSync(join(folder, 'ERRORS.md'), 'utf8'));
  });

  it('describes every type, field, argument and input', () => {
    const silent = ownTypes.flatMap((type) => {
      const own = type.description ? [] : [type.name];
      if (isEnumType(type)) return own;
      if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return own;
      const fields = Object.values(type.getFields()).flatMap((field) => {
        const args =
          'args' in field
            ? (field.args as readonly GraphQLArgument[])
                .filter((arg) => !arg.description)
                .map((arg) => `${type.name}.${field.name}(${arg.name})`)
            : [];
        return [...(field.description ? [] : [`${type.name}.${field.name}`]), ...args];
      });
      return [...own, ...fields];
    });
    const spoken = /^(?:Mutation|Query|Subscription)(?:$|\.\w+\((?:input|query)\)$)/;
    expect(silent.filter((name) => !spoken.test(name))).toEqual([]);
  });

  it('lets every root field be null, so that one failure does not empty the answer', () => {
    const query = schema.getQueryType();
    const strict = Object.values(query?.getFields() ?? {}).filter((field) => isNonNullType(field.type));
    expect(strict.map((field) => field.name)).toEqual([]);
  });

  it('gives every mutation one input, and a payload with userErrors', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    expect(mutations.length).toBeGreaterThanOrEqual(9);
    for (const mutation of mutations) {
      expect(mutation.args.map((arg) => arg.name)).toEqual(['input']);
      expect(String(mutation.type)).toMatch(/Payload!$/);
      const payload = schema.getType(String(mutation.type).slice(0, -1));
      expect(isObjectType(payload) && 'userErrors' in payload.getFields(), mutation.name).toBe(true);
    }
  });

  it('never uses Int for money, nor a name that begins with get', () => {
    const fields = ownTypes.flatMap((type) =>
      isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type: type.name, field })) : [],
    );
    expect(
      fields.filter(
        ({ field }) =>
          /Micros$|^minor$/.test(field.name) && /Int\b/.test(String(field.type)) && !/BigInt/.test(String(field.type)),
      ),
    ).toEqual([]);
    expect(fields.filter(({ field }) => /^get[A-Z]/.test(field.name))).toEqual([]);
  });
});

describe('sample operations', () => {
  it('number at least ten', () => {
    expect(operations.length).toBeGreaterThanOrEqual(10);
  });

  it.each(operations)('%s fits the schema and stays inside the limits at first: 50', (name) => {
    const document = parse(readFileSync(join(folder, 'operations', name), 'utf8'));
    expect(validate(schema, document, undefined)).toEqual([]);
    expect(validate(schema, document, [...documentLimitRules])).toEqual([]);
    const variables: Record<string, unknown> = {};
    visit(document, {
      VariableDefinition: (definition) => {
        const type = typeFromAST(schema, definition.type);
        const wanted = definition.type.kind === Kind.NON_NULL_TYPE || definition.variable.name.value === 'first';
        if (wanted && isInputType(type)) variables[definition.variable.name.value] = sampleOf(type, '');
      },
    });
    expect(() => costOf(schema, document, variables)).not.toThrow();
  });
});

/** A value that fits an input type: the least that it asks for. */
function sampleOf(type: GraphQLInputType, name: string): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType, name);
  if (isListType(type)) return [sampleOf(type.ofType, name)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const needed = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return Object.fromEntries(needed.map((field) => [field.name, sampleOf(field.type, field.name)]));
  }
  const samples: Record<string, unknown> = { Int: 50, Float: 1, Boolean: true, Day: '2026-01-01', BigInt: '1' };
  return samples[type.name] ?? 'text';
}
