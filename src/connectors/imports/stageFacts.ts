/** Owns the writing of one batch of facts under a load that readers do not see yet. All that needs no database is done before. */
import { hash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { executeBound, type BoundValue } from '../../database/boundStatement.ts';
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

/** Measures of a row by name. */
type Measures = Record<string, bigint | number>;

/** A performance fact with its key worked out and its measures by name. */
interface Row {
  readonly fact: PerformanceFact;
  readonly identity: string;
  readonly ids: { readonly campaign: string | null; readonly audience: string | null; readonly message: string | null };
  readonly values: Measures;
}

/** An insert that still lacks its load: `$1` is the workspace, `$2` the load. */
interface Insert {
  readonly sql: string;
  readonly values: readonly BoundValue[];
}

/** A batch that is ready to be written. */
export interface FactBatch {
  readonly rows: number;
  readonly hasPerformance: boolean;
  readonly inserts: readonly Insert[];
}

/** Makes a batch ready, whose entities must be known; measures of facts of one identity are added up. */
export function batchOf(facts: readonly Fact[], entities: EntityIds): FactBatch {
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
  const parts = [
    ...performanceInserts(performanceRows(performance, entities)),
    ...seriesInserts(KPI, kpis),
    ...seriesInserts(CONTROL, controls),
    ...seriesInserts(MEDIA, media),
  ];
  return {
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    hasPerformance: performance.length > 0,
    inserts: parts.map((part) => part.insert),
  };
}

/** Writes a batch; measures of an identity that an earlier batch of the load had are added to it. */
export async function writeBatch(em: EntityManager, load: StagedLoad, batch: FactBatch): Promise<void> {
  for (const { sql, values } of batch.inserts) await executeBound(em, sql, [load.workspaceId, load.id, ...values]);
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
    const values: Measures = { ...fact.counts, ...fact.money, ...fact.fractional };
    if (held) addMeasures(held.values, values);
    else rows.set(identity, { fact, identity, ids, values });
  }
  return [...rows.values()];
}

function addMeasures(to: Measures, values: Measures): void {
  for (const [measure, value] of Object.entries(values)) {
    const before = to[measure];
    to[measure] =
      before === undefined
        ? value
        : typeof before === 'bigint' && typeof value === 'bigint'
          ? before + value
          : Number(before) + Number(value);
  }
}

/** An insert with the rows that it writes. */
interface Part {
  readonly rows: number;
  readonly insert: Insert;
}

/** Inserts by shape: rows of one tool know the same measures, and columns that no row fills cost as much as others. */
function performanceInserts(rows: readonly Row[]): Part[] {
  const shapes = Map.groupBy(rows, ({ fact, values }) => `${fact.sourceKind}|${Object.keys(values).join('|')}`);
  return [...shapes.values()].map((alike) => ({ rows: alike.length, insert: performanceInsert(alike) }));
}

function performanceInsert(rows: readonly Row[]): Insert {
  const known = rows[0]?.values ?? {};
  const measures = MEASURE_COLUMNS.filter(({ measure }) => measure in known);
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
      values: rows.map(({ values }) => values[measure]?.toString() ?? null),
    })),
  ];
  const sums = measures.map(
    ({ column: name }) =>
      `${name} = case when t.${name} is null then excluded.${name} when excluded.${name} is null then t.${name} else t.${name} + excluded.${name} end`,
  );
  return insertOf({
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

/** The insert of rows: columns that vary go as one array each, columns that are the same in all rows as one value. */
function insertOf(batch: { table: string; columns: readonly BatchColumn[]; onConflict: readonly string[] }): Insert {
  const varying = batch.columns.filter(({ values }, at) => at === 0 || values.some((value) => value !== values[0]));
  const constant = batch.columns.filter((column) => !varying.includes(column));
  const names = varying.map(({ name }) => name).join(', ');
  const types = varying.map(({ type }, at) => `$${at + 3}::${type}[]`).join(', ');
  const constants = constant.map(({ type }, at) => `, $${at + 3 + varying.length}::${type}`).join('');
  return {
    sql: `insert into ${batch.table} as t (workspace_id, load_id, ${[...varying, ...constant].map(({ name }) => name).join(', ')})
     select $1::uuid, $2::uuid, u.*${constants} from unnest(${types}) as u(${names})
     on conflict (workspace_id, identity, load_id) do update set ${batch.onConflict.join(', ')}`,
    values: [
      ...varying.map(({ type, values }) => (type === 'text' ? textArray(values) : plainArray(values))),
      ...constant.map(({ values }) => values[0] ?? null),
    ],
  };
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

function seriesInserts<F extends KpiFact | ControlFact | MediaInputFact>(
  series: Series<F>,
  given: readonly F[],
): Part[] {
  const byIdentity = new Map(
    given.map((fact) => [
      digest(`${fact.source}|${fact.grain}|${fact.start}|${fact.geo ?? ''}|${series.nameOf(fact)}`),
      fact,
    ]),
  );
  if (byIdentity.size === 0) return [];
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
  const onConflict = series.values.slice(1).map(({ name }) => `${name} = excluded.${name}`);
  return [{ rows: facts.length, insert: insertOf({ table: series.table, columns, onConflict }) }];
}

/** Digest of what a row says; a measure that it does not know is left out. */
function contentOf(values: Measures): string {
  let text = '';
  for (const { measure } of MEASURE_COLUMNS) {
    const value = values[measure];
    if (value !== undefined) text += `${measure}=${value}|`;
  }
  return digest(text);
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
