/** Owns the writing of one batch of facts under a load that readers do not see yet. */
import { hash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { executeBound } from '../../database/boundStatement.ts';
import {
  conversionMeasures,
  countMeasures,
  moneyMeasures,
  type ControlFact,
  type Fact,
  type KpiFact,
  type MediaInputFact,
  type PerformanceFact,
} from '../../domain/facts.ts';
import { entityId, type EntityIds } from './observedEntities.ts';

/** Measures of a performance fact and their columns, in one fixed order. */
export const MEASURE_COLUMNS: readonly {
  readonly measure: string;
  readonly column: string;
  readonly type: 'bigint' | 'numeric';
}[] = [
  ...[...countMeasures, ...moneyMeasures].map((measure) => ({
    measure,
    column: snakeCase(measure),
    type: 'bigint' as const,
  })),
  ...conversionMeasures.map((measure) => ({ measure, column: snakeCase(measure), type: 'numeric' as const })),
];

/** The load that rows are written for. */
export interface StagedLoad {
  readonly id: string;
  readonly workspaceId: string;
}

/** A performance fact with its key worked out and its measures by name. */
interface Row {
  readonly fact: PerformanceFact;
  readonly identity: string;
  readonly ids: { readonly campaign: string | null; readonly audience: string | null; readonly message: string | null };
  readonly values: Map<string, bigint | number>;
}

/** A batch in the form of its tables. */
export interface FactRows {
  readonly performance: readonly Row[];
  readonly kpis: readonly KpiFact[];
  readonly controls: readonly ControlFact[];
  readonly media: readonly MediaInputFact[];
}

/** Works out the rows of a batch, whose entities must be known; measures of facts of one identity are added up. */
export function rowsOfFacts(facts: readonly Fact[], entities: EntityIds): FactRows {
  const performance: PerformanceFact[] = [];
  const kpis: KpiFact[] = [];
  const controls: ControlFact[] = [];
  const media: MediaInputFact[] = [];
  for (const fact of facts) {
    if (fact.table === 'performance') performance.push(fact);
    else if (fact.table === 'kpi') kpis.push(fact);
    else if (fact.table === 'control') controls.push(fact);
    else media.push(fact);
  }
  return { performance: performanceRows(performance, entities), kpis, controls, media };
}

/** Writes the rows of a batch; measures of an identity that an earlier batch of the load had are added to it. Gives the rows written. */
export async function writeRows(em: EntityManager, load: StagedLoad, rows: FactRows): Promise<number> {
  return (
    (await stagePerformance(em, load, rows.performance)) +
    (await stageSeries(em, load, { ...KPI, facts: rows.kpis })) +
    (await stageSeries(em, load, { ...CONTROL, facts: rows.controls })) +
    (await stageSeries(em, load, { ...MEDIA, facts: rows.media }))
  );
}

/** SQL of a digest over all measures of a row, for rows whose measures were added up in the database. */
export function contentSql(alias: string): string {
  return `md5(concat_ws('|', ${MEASURE_COLUMNS.map(({ column }) => `coalesce(${alias}.${column}::text, '')`).join(', ')}))::uuid`;
}

/** One row an identity; measures of facts that share it are added. */
function performanceRows(facts: readonly PerformanceFact[], entities: EntityIds): Row[] {
  const rows = new Map<string, Row>();
  for (const fact of facts) {
    const ids = {
      campaign: entityId(entities, 'campaign', { channel: fact.channel, ref: fact.campaign }),
      audience: entityId(entities, 'audience', { channel: fact.channel, ref: fact.audience }),
      message: entityId(entities, 'message', { channel: fact.channel, ref: fact.message }),
    };
    const identity = digest(
      `${fact.source}|${fact.sourceKind}|${fact.account}|${fact.grain}|${fact.start}|${fact.end}|${fact.geo ?? ''}|${fact.channel}|${ids.campaign ?? ''}|${ids.audience ?? ''}|${ids.message ?? ''}|${fact.attribution ?? ''}`,
    );
    const held = rows.get(identity);
    const values: [string, bigint | number][] = [
      ...Object.entries(fact.counts),
      ...Object.entries(fact.money),
      ...Object.entries(fact.fractional),
    ];
    if (!held) {
      rows.set(identity, { fact, identity, ids, values: new Map(values) });
      continue;
    }
    for (const [measure, value] of values) {
      const before = held.values.get(measure);
      held.values.set(
        measure,
        typeof before === 'bigint' && typeof value === 'bigint'
          ? before + value
          : before === undefined
            ? value
            : Number(before) + Number(value),
      );
    }
  }
  return [...rows.values()];
}

/** Writes rows by shape: rows of one tool know the same measures, and columns that no row fills cost as much as others. */
async function stagePerformance(em: EntityManager, load: StagedLoad, rows: readonly Row[]): Promise<number> {
  const shapes = Map.groupBy(rows, ({ fact, values }) => `${fact.sourceKind}|${[...values.keys()].join('|')}`);
  for (const alike of shapes.values()) await insertPerformance(em, load, alike);
  return rows.length;
}

async function insertPerformance(em: EntityManager, load: StagedLoad, rows: readonly Row[]): Promise<void> {
  const measures = MEASURE_COLUMNS.filter(({ measure }) => rows.some(({ values }) => values.has(measure)));
  const columns: BatchColumn[] = [
    { name: 'identity', type: 'uuid', values: rows.map(({ identity }) => identity) },
    { name: 'content', type: 'uuid', values: rows.map(({ values }) => contentOf(values)) },
    ...(['source', 'sourceKind', 'account', 'grain', 'geo', 'channel', 'attribution', 'currency'] as const).map(
      (name) => ({ name: snakeCase(name), type: 'text', values: rows.map(({ fact }) => fact[name]) }),
    ),
    { name: 'start_day', type: 'date', values: rows.map(({ fact }) => fact.start) },
    { name: 'end_day', type: 'date', values: rows.map(({ fact }) => fact.end) },
    ...(['campaign', 'audience', 'message'] as const).map((type) => ({
      name: `${type}_id`,
      type: 'uuid',
      values: rows.map(({ ids }) => ids[type]),
    })),
    ...measures.map(({ measure, column: name, type }) => ({
      name,
      type,
      values: rows.map(({ values }) => values.get(measure)?.toString() ?? null),
    })),
  ];
  const sums = measures.map(
    ({ column: name }) =>
      `${name} = case when t.${name} is null then excluded.${name} when excluded.${name} is null then t.${name} else t.${name} + excluded.${name} end`,
  );
  await insertBatch(em, load, {
    table: 'performance_fact',
    columns,
    onConflict: ['content = md5(t.content::text || excluded.content::text)::uuid', ...sums],
  });
}

/** One column of a batch, as texts. */
interface BatchColumn {
  readonly name: string;
  readonly type: string;
  readonly values: readonly (string | null)[];
}

/** Inserts a batch: columns that vary go as one array each, columns that are the same in all rows as one value. */
async function insertBatch(
  em: EntityManager,
  load: StagedLoad,
  batch: { table: string; columns: readonly BatchColumn[]; onConflict: readonly string[] },
): Promise<void> {
  const varying = batch.columns.filter(({ values }, at) => at === 0 || values.some((value) => value !== values[0]));
  const constant = batch.columns.filter((column) => !varying.includes(column));
  const names = varying.map(({ name }) => name).join(', ');
  const types = varying.map(({ type }, at) => `$${at + 3}::${type}[]`).join(', ');
  const constants = constant.map(({ type }, at) => `, $${at + 3 + varying.length}::${type}`).join('');
  await executeBound(
    em,
    `insert into ${batch.table} as t (workspace_id, load_id, ${[...varying, ...constant].map(({ name }) => name).join(', ')})
     select $1::uuid, $2::uuid, u.*${constants} from unnest(${types}) as u(${names})
     on conflict (workspace_id, identity, load_id) do update set ${batch.onConflict.join(', ')}`,
    [
      load.workspaceId,
      load.id,
      ...varying.map(({ type, values }) => (type === 'text' ? textArray(values) : plainArray(values))),
      ...constant.map(({ values }) => values[0] ?? null),
    ],
  );
}

/** A value column of a series table. */
interface SeriesColumn<F> {
  readonly name: string;
  readonly type: string;
  readonly of: (fact: F) => string | number | null;
}

/** A series table: the name of a series in its identity, and its columns; the first of them is part of the identity. */
interface Series<F> {
  readonly table: string;
  readonly nameOf: (fact: F) => string;
  readonly values: readonly SeriesColumn<F>[];
}

const KPI: Series<KpiFact> = {
  table: 'kpi_fact',
  nameOf: (fact) => `${fact.kpi}|${fact.unit}`,
  values: [
    { name: 'kpi', type: 'text', of: (fact) => fact.kpi },
    { name: 'value', type: 'double precision', of: (fact) => fact.value },
    { name: 'unit', type: 'text', of: (fact) => fact.unit },
  ],
};
const CONTROL: Series<ControlFact> = {
  table: 'control_fact',
  nameOf: (fact) => fact.name,
  values: [
    { name: 'name', type: 'text', of: (fact) => fact.name },
    { name: 'value', type: 'double precision', of: (fact) => fact.value },
    { name: 'category', type: 'text', of: (fact) => fact.category },
  ],
};
const MEDIA: Series<MediaInputFact> = {
  table: 'media_input',
  nameOf: (fact) => `${fact.channel}|${fact.unit}`,
  values: [
    { name: 'channel', type: 'text', of: (fact) => fact.channel },
    { name: 'value', type: 'double precision', of: (fact) => fact.value },
    { name: 'unit', type: 'text', of: (fact) => fact.unit },
  ],
};

async function stageSeries<F extends KpiFact | ControlFact | MediaInputFact>(
  em: EntityManager,
  load: StagedLoad,
  series: Series<F> & { readonly facts: readonly F[] },
): Promise<number> {
  const byIdentity = new Map(
    series.facts.map((fact) => [
      digest(`${fact.source}|${fact.grain}|${fact.start}|${fact.geo ?? ''}|${series.nameOf(fact)}`),
      fact,
    ]),
  );
  if (byIdentity.size === 0) return 0;
  const facts = [...byIdentity.values()];
  const columns: BatchColumn[] = [
    { name: 'identity', type: 'uuid', values: [...byIdentity.keys()] },
    { name: 'source', type: 'text', values: facts.map((fact) => fact.source) },
    { name: 'grain', type: 'text', values: facts.map((fact) => fact.grain) },
    { name: 'start_day', type: 'date', values: facts.map((fact) => fact.start) },
    { name: 'end_day', type: 'date', values: facts.map((fact) => fact.end) },
    { name: 'geo', type: 'text', values: facts.map((fact) => fact.geo) },
    ...series.values.map(({ name, type, of }) => ({
      name,
      type,
      values: facts.map((fact) => of(fact)?.toString() ?? null),
    })),
  ];
  await insertBatch(em, load, {
    table: series.table,
    columns,
    onConflict: series.values.slice(1).map(({ name }) => `${name} = excluded.${name}`),
  });
  return facts.length;
}

function contentOf(values: ReadonlyMap<string, bigint | number>): string {
  return digest(MEASURE_COLUMNS.map(({ measure }) => values.get(measure)?.toString() ?? '').join('|'));
}

/** 128 bits of SHA-256 as the 32 digits of a uuid. */
function digest(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32);
}

/** A Postgres array literal of values that need no quotes. */
function plainArray(values: readonly (string | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

/** A Postgres array literal of texts. */
function textArray(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\u0000', '')}"`)).join(',')}}`;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
