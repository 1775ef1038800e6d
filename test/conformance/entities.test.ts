/** Claim: every entity says of its table exactly what the migrated database says: columns, types, nullability, keys. */
import { ReferenceKind } from '@mikro-orm/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { entities } from '../../src/database/entities/all.ts';
import { GoalEntity } from '../../src/database/entities/goal.ts';
import { PerformanceFactEntity } from '../../src/database/entities/fact.ts';
import { ImportLoadEntity } from '../../src/database/entities/importLoad.ts';
import { RunEntity } from '../../src/database/entities/run.ts';
import { newId } from '../../src/kernel/ids.ts';
import { useTestDatabase } from '../support/database.ts';

interface Column {
  table_name: string;
  column_name: string;
  udt: string;
  is_nullable: 'YES' | 'NO';
  has_default: boolean;
}

/** Tables of a workspace that are read and written by SQL alone, by functions of the database or by the rooms that own them. */
const WITHOUT_ENTITY = [
  'approval_event',
  'approval_head',
  'audit_event',
  'audit_head',
  'campaign_report',
  'change_set_action',
  'change_set_revision',
  'execution',
  'import_personal',
  'metric_coverage',
  'metric_coverage_next',
  'metric_rollup_row',
  'isolation_probe',
  'reservation',
  'rollup_build',
  'task_result',
  'view_session',
];

/** Postgres types by the column types that entities name. */
const families: Record<string, string> = {
  uuid: 'uuid',
  text: 'text',
  bigint: 'int8',
  bigserial: 'int8',
  int: 'int4',
  integer: 'int4',
  smallint: 'int2',
  boolean: 'bool',
  bool: 'bool',
  date: 'date',
  timestamptz: 'timestamptz',
  jsonb: 'jsonb',
  'double precision': 'float8',
  vector: 'vector',
  'text[]': '_text',
  'uuid[]': '_uuid',
  'numeric(20,6)': 'numeric',
};

const test = useTestDatabase();
const tables = new Map<string, Map<string, Column>>();

beforeAll(async () => {
  const { rows } = await test().database.ownerPool.query<Column>(
    `select table_name, column_name, udt_name as udt, is_nullable, column_default is not null as has_default from information_schema.columns
     where table_schema = 'public' and table_name in (select tablename from pg_tables where schemaname = 'public')`,
  );
  for (const row of rows)
    tables.set(row.table_name, (tables.get(row.table_name) ?? new Map<string, Column>()).set(row.column_name, row));
});

describe('entities', () => {
  it.each(entities.map((entity) => entity.meta.tableName))('describe the table %s as it is', (table) => {
    const meta = test()
      .database.orm.getMetadata()
      .getByClassName(entities.find((entity) => entity.meta.tableName === table)!.meta.className);
    const columns = tables.get(table);
    expect(columns, `table ${table} exists`).toBeDefined();
    const described = Object.values(meta.properties)
      .filter(
        (property) =>
          property.persist !== false && [ReferenceKind.SCALAR, ReferenceKind.MANY_TO_ONE].includes(property.kind),
      )
      .map((property) => {
        const name = property.fieldNames[0]!;
        return {
          name,
          type: families[property.columnTypes[0]!] ?? property.columnTypes[0],
          nullable: property.nullable ?? false,
        };
      });
    const actual = [...columns!.values()].map((column) => ({
      name: column.column_name,
      type: column.udt,
      nullable: column.is_nullable === 'YES',
    }));
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
    expect(described.sort(byName)).toEqual(actual.sort(byName));
  });

  it('exist for every table of a workspace that is not read by SQL alone', () => {
    const known = new Set(entities.map((entity) => entity.meta.tableName));
    const missing = [...tables]
      .filter(([name, columns]) => columns.has('workspace_id') && !known.has(name))
      .map(([name]) => name);
    expect(missing.filter((name) => !WITHOUT_ENTITY.includes(name))).toEqual([]);
  });

  it('write rows in the order that their references need, and read them back as they were', async () => {
    const workspaceId = await test().addWorkspace();
    const memberId = newId();
    await test().database.ownerPool.query('insert into member (id, workspace_id, email) values ($1, $2, $3)', [
      memberId,
      workspaceId,
      'strategist@demo.example',
    ]);
    const inUnit = test().units(workspaceId);
    const [goalId, runId, loadId, identity] = [newId(), newId(), newId(), newId()];
    await inUnit('app', async ({ em }) => {
      em.create(RunEntity, {
        id: runId,
        workspaceId,
        goalId,
        kind: 'PLAN_AND_EXECUTE',
        status: 'QUEUED',
        graphVersion: '1',
        threadId: newId(),
        requestedBy: memberId,
      });
      em.create(GoalEntity, {
        id: goalId,
        workspaceId,
        ownerMemberId: memberId,
        kpi: 'REVENUE',
        target: 12.5,
        fromDay: '2026-01-05',
        toDay: '2026-02-01',
        budgetMicros: 9_007_199_254_740_993n,
        currency: 'EUR',
        market: 'ALL',
        text: 'Sell more',
        constraints: ['no discounts', 'a "quoted", one'],
      });
      em.create(ImportLoadEntity, {
        id: loadId,
        workspaceId,
        fileName: 'f.csv',
        fileSha256: 'a',
        optionsSha256: 'b',
        preset: 'long',
        source: 'long',
        status: 'ACTIVE',
        importedBy: 'test',
      });
      em.create(PerformanceFactEntity, {
        workspaceId,
        loadId,
        identity,
        content: newId(),
        source: 'long',
        sourceKind: 'PLATFORM',
        account: 'a',
        grain: 'DAY',
        startDay: '2026-01-05',
        endDay: '2026-01-05',
        channel: 'PAID_SEARCH',
        spendMicros: 1_234_567n,
        platformConversions: 1.25,
      });
    });
    const read = await inUnit('app', async ({ em }) => ({
      run: await em.findOneOrFail(RunEntity, { id: runId }),
      goal: await em.findOneOrFail(GoalEntity, { id: goalId }),
      fact: await em.findOneOrFail(PerformanceFactEntity, { identity }),
    }));
    expect(read.run).toMatchObject({ goalId, requestedBy: memberId, seed: 1n, lastSeq: 0n, plan: null });
    expect(read.run.queuedAt).toBeInstanceOf(Date);
    expect(read.goal).toMatchObject({
      budgetMicros: 9_007_199_254_740_993n,
      fromDay: '2026-01-05',
      target: 12.5,
      constraints: ['no discounts', 'a "quoted", one'],
      stage: 'PLAN',
    });
    expect(read.fact).toMatchObject({
      spendMicros: 1_234_567n,
      platformConversions: 1.25,
      clicks: null,
      startDay: '2026-01-05',
    });
  });
});
