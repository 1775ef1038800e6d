/** Units of work on the real database: one transaction, one workspace, one login. */
import { expect, test } from 'vitest';
import { assertNoUnit } from '../../src/database/currentUnit.ts';
import { useTestDatabase } from '../support/database.ts';

const opened = useTestDatabase();

test('a unit sees its own workspace and no other', async () => {
  const { addWorkspace, units } = opened();
  const [one, other] = [await addWorkspace(), await addWorkspace()];
  const seen = await units(one)('app', ({ em }) => em.execute<{ id: string }[]>('select id from workspace'));
  expect(seen.map(({ id }) => id)).toEqual([one]);
  expect(await units(other)('app', ({ em }) => em.execute('select id from workspace where id = ?', [one]))).toEqual([]);
});

test('each role of a unit runs under its own login', async () => {
  const { addWorkspace, units } = opened();
  const inUnit = units(await addWorkspace());
  const logins = [];
  for (const role of ['app', 'decider', 'executor'] as const) {
    logins.push(...(await inUnit(role, ({ em }) => em.execute<{ name: string }[]>('select session_user as name'))));
  }
  expect(logins.map(({ name }) => name)).toEqual(['baton_app', 'baton_decider', 'baton_executor']);
});

test('a unit inside a unit, a model call inside a unit and a second connection are refused', async () => {
  const { addWorkspace, units } = opened();
  const inUnit = units(await addWorkspace());
  await expect(inUnit('app', () => inUnit('app', async () => 1))).rejects.toMatchObject({ code: 'NESTED_UNIT' });
  await expect(inUnit('app', async () => assertNoUnit('A model call'))).rejects.toMatchObject({ code: 'NESTED_UNIT' });
  await expect(inUnit('app', ({ em }) => em.fork().execute('select 1'))).rejects.toThrow(/second connection/);
  expect(() => assertNoUnit('A model call')).not.toThrow();
});

test('the ORM has no connection outside a unit', async () => {
  await expect(opened().database.orm.em.fork().execute('select 1')).rejects.toThrow(/outside a unit/);
});

test('a unit that throws leaves nothing behind', async () => {
  const { addWorkspace, units } = opened();
  const workspace = await addWorkspace({ isDemo: true });
  const inUnit = units(workspace);
  const failing = inUnit('app', async ({ em }) => {
    await em.execute("update workspace set business_date = '2030-01-01' where id = ?", [workspace]);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  const rows = await inUnit('app', ({ em }) =>
    em.execute<{ day: string | null }[]>('select business_date as day from workspace'),
  );
  expect(rows).toEqual([{ day: null }]);
});

test('values come back as they are documented', async () => {
  const { addWorkspace, units } = opened();
  const rows = await units(await addWorkspace())('app', ({ em }) =>
    em.execute<unknown[]>(
      "select ?::bigint as whole, ?::jsonb as json, '2026-01-31'::date as day, 1.5::numeric as exact, ?::bytea as bytes, ?::text[] as list, '\\?' as mark",
      [9_007_199_254_740_993n, { a: [1] }, Buffer.from('hi'), '{a,b}'],
    ),
  );
  expect(rows).toEqual([
    {
      whole: '9007199254740993',
      json: { a: [1] },
      day: '2026-01-31',
      exact: '1.5',
      bytes: Buffer.from('hi'),
      list: ['a', 'b'],
      mark: '?',
    },
  ]);
});
