/** Claim: personal columns are kept only by a privacy officer's decision on this very file, once, and go with the load. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ImportResult } from '../../src/domain/facts.ts';
import { listChangeSets } from '../../src/governance/changeSetRows.ts';
import { callerOf, type Caller } from '../../src/useCases/callers.ts';
import { importFile, undoImport } from '../../src/useCases/imports.ts';
import type { Services } from '../../src/useCases/services.ts';
import { buildHouse, type House } from '../governance/house.ts';
import { useTestDatabase } from '../support/database.ts';

const test = useTestDatabase();
const contacts = fileURLToPath(new URL('../support/fixtures/imports/hubspot-contacts-en.csv', import.meta.url));

async function open(): Promise<{ house: House; caller: Caller }> {
  const house = await buildHouse(test());
  const services = {
    units: ({ workspaceId, principal }: Parameters<Services['units']>[0]) => test().units(workspaceId, principal),
    owner: { checkpoint: () => Promise.resolve() },
  } as unknown as Services;
  return { house, caller: callerOf(services, house.workspaceId, house.person('STRATEGIST')) };
}

const keep = (caller: Caller): Promise<ImportResult> => importFile(caller, contacts, { keepPersonal: true });
const kept = async (caller: Caller): Promise<Record<string, string>[]> =>
  (
    await caller.inUnit('app', ({ em }) =>
      em.execute<{ cells: Record<string, string> }[]>('select cells from import_personal order by line'),
    )
  ).map(({ cells }) => cells);

/** Decides the newest change set as the privacy officer. */
async function answer(house: House, caller: Caller, verdict: 'APPROVE' | 'REJECT'): Promise<void> {
  const waiting = await caller.inUnit('app', (unit) => listChangeSets(unit, { states: ['NEEDS_APPROVAL'] }));
  expect(waiting).toHaveLength(1);
  const [change] = waiting;
  expect(change?.requiredGates).toEqual(['PERSONAL_DATA']);
  const decided = await house.verdict(house.person('PRIVACY_OFFICER'), { ...change!, created: false }, verdict);
  expect(decided.outcome).toBe('OK');
}

describe('personal columns', () => {
  it('are kept once the privacy officer approved, by the same import, one time, until it is undone', async () => {
    const { house, caller } = await open();
    const asked = await keep(caller);
    expect([asked.status, asked.load]).toEqual(['WAITING_APPROVAL', null]);
    expect((await keep(caller)).status).toBe('WAITING_APPROVAL');
    expect(await kept(caller)).toEqual([]);

    await answer(house, caller, 'APPROVE');
    const loaded = await keep(caller);
    expect(loaded.status).toBe('LOADED');
    expect(loaded.dropped.filter(({ reason }) => reason.startsWith('personal'))).toEqual([]);
    const cells = await kept(caller);
    expect(cells[0]?.['Email']).toMatch(/@example\.com$/);
    expect((await keep(caller)).status).toBe('UNCHANGED');
    expect(await kept(caller)).toEqual(cells);

    await undoImport(caller, loaded.load ?? '');
    expect(await kept(caller)).toEqual([]);
    expect((await keep(caller)).status).toBe('WAITING_APPROVAL');
  });

  it('are never kept after a rejection, and the rest of the file still loads', async () => {
    const { house, caller } = await open();
    await keep(caller);
    await answer(house, caller, 'REJECT');
    expect((await keep(caller)).status).toBe('WAITING_APPROVAL');
    expect((await importFile(caller, contacts, {})).status).toBe('LOADED');
    expect(await kept(caller)).toEqual([]);
  });
});
