/** Claim: the emitted schema is what the code declares, every sample operation fits it, and front-end conventions hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
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
            ? field.args.filter((arg) => !arg.description).map((arg) => `${type.name}.${field.name}(${arg.name})`)
            : [];
        return [...(field.description ? [] : [`${type.name}.${field.name}`]), ...args];
      });
      return [...own, ...fields];
    });
    expect(silent.filter((name) => !/^(?:Mutation|Query)\.\w+\(input\)|\(query\)$/.test(name))).toEqual([]);
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
    const operation = document.definitions.find((definition) => definition.kind === 'OperationDefinition');
    const named = operation?.kind === 'OperationDefinition' ? (operation.variableDefinitions ?? []) : [];
    const variables = Object.fromEntries(
      named.map((one) => [one.variable.name.value, sample(one.variable.name.value)]),
    );
    expect(() => costOf(schema, document, variables)).not.toThrow();
  });
});

function sample(name: string): unknown {
  const samples: Record<string, unknown> = {
    first: 50,
    query: { metrics: ['SPEND'], from: '2026-01-01', to: '2026-02-01' },
    id: 'aWQ',
    runId: 'aWQ',
    changeSetId: 'aWQ',
    text: 'energy',
    market: 'ALL',
  };
  return name === 'input' ? {} : samples[name];
}
