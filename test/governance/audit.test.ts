/** The audit chain: what SQL hashes is what the verifier hashes, and every kind of tampering is found where it was done. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AUDIT_HASH_PREFIX, auditHash, createChainCheck } from '../../src/audit/chain.ts';
import { auditAppend, auditEvents, type AuditEvent } from '../../src/audit/events.ts';
import { exportEvents } from '../../src/audit/exportEvents.ts';
import { verifyChain, verifyExport } from '../../src/audit/verify.ts';
import { canonicalJson } from '../../src/kernel/canonicalJson.ts';
import { newId } from '../../src/kernel/ids.ts';
import { useTestDatabase } from '../support/database.ts';
import { asOwner, setClockOffset } from './house.ts';

const database = useTestDatabase();
const entry = (id: string): Parameters<typeof auditAppend>[1] => ({
  type: 'test.appended',
  subject: { type: 'test', id },
  outcome: 'OK',
});

async function chainOf(length: number): Promise<{ workspaceId: string; events: AuditEvent[] }> {
  const workspaceId = await database().addWorkspace();
  const units = database().units(workspaceId);
  await units('app', async (unit) => {
    for (let n = 1; n <= length; n += 1) await auditAppend(unit, entry(String(n)));
  });
  return { workspaceId, events: await units('app', (unit) => auditEvents(unit)) };
}

function check(events: readonly AuditEvent[]): string[] {
  const chain = createChainCheck();
  for (const event of events) chain.add(event);
  return chain.failures.map((failure) => `${failure.kind} ${failure.seq}`);
}

describe('the chain', () => {
  test('the text that SQL hashes equals RFC 8785, whatever stands in it', async () => {
    const workspaceId = await database().addWorkspace();
    // Postgres text holds no NUL and no lone surrogate.
    const text = fc.string({
      unit: fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        fc.constantFrom('"', '\\', '\n', '\u0001', '\u001f', '\u007f', '\u2028', '/', '😀', 'é'),
      ),
    });
    const usable = text.filter((value) => !value.includes('\0') && value.isWellFormed());
    const samples = fc.sample(fc.record({ id: usable, outcome: usable, ref: fc.option(usable) }), {
      numRuns: 120,
      seed: 11,
    });
    await database().units(workspaceId)('app', async (unit) => {
      for (const sample of samples) {
        await auditAppend(unit, {
          ...entry(sample.id),
          outcome: sample.outcome,
          dataRef: sample.ref,
          runId: newId(),
          changeId: newId(),
          actor: { kind: 'AGENT', agent: 'a', runId: newId(), onBehalfOf: newId() },
        });
      }
      const stored = await unit.em.execute<{ text: string; hash: string }[]>(
        'select audit_canonical(e) as text, hash from audit_event e order by seq',
      );
      const events = await auditEvents(unit, { limit: 1000 });
      const hashed = events.map(({ hash: _hash, ...event }) => canonicalJson(event));
      expect(stored.map((row) => row.text)).toEqual(hashed);
      expect(stored.map((row) => row.hash)).toEqual(events.map(auditHash));
      expect(AUDIT_HASH_PREFIX).toBe('baton-audit-v1');
    });
    expect(await database().units(workspaceId)('app', (unit) => verifyChain(unit))).toEqual({
      status: 'OK',
      events: 120,
      checkpoints: 0,
      failures: [],
    });
  });

  test('an empty chain and an untouched one verify', async () => {
    const workspaceId = await database().addWorkspace();
    expect(await database().units(workspaceId)('app', (unit) => verifyChain(unit))).toEqual({
      status: 'OK',
      events: 0,
      checkpoints: 0,
      failures: [],
    });
    const { events } = await chainOf(12);
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    expect(check(events)).toEqual([]);
  });

  test('an event that is appended while the chain is read does not break it', async () => {
    const { workspaceId } = await chainOf(3);
    const verdict = await database().units(workspaceId)('app', async (unit) => {
      let heads = 0;
      const execute = async (...call: Parameters<typeof unit.em.execute>): Promise<unknown> => {
        const readsHead = typeof call[0] === 'string' && call[0].includes('audit_head');
        if (readsHead) heads += 1;
        // Somebody appends before the events are read, and again after, before the head is.
        if (readsHead && heads === 2) await auditAppend(unit, entry('second'));
        const rows: unknown = await unit.em.execute(...call);
        if (readsHead && heads === 1) await auditAppend(unit, entry('first'));
        return rows;
      };
      return verifyChain({ ...unit, em: { execute } as typeof unit.em });
    });
    expect(verdict).toMatchObject({ status: 'OK', events: 5, failures: [] });
  });

  test('an edit, a cut, a swap, an insertion, a doubling and a clock set back are each found at their place', async () => {
    const { events } = await chainOf(12);
    const edited = events.map((event) => (event.seq === 5 ? { ...event, outcome: 'CHANGED' } : event));
    expect(check(edited)).toEqual(['HASH 5']);
    const rehashed = events.map((event) =>
      event.seq === 5 ? { ...event, outcome: 'CHANGED', hash: auditHash({ ...event, outcome: 'CHANGED' }) } : event,
    );
    expect(check(rehashed)).toEqual(['LINK 6']);
    expect(check(events.filter((event) => event.seq !== 5))).toEqual(['GAP 6', 'LINK 6']);
    expect(check(events.toSpliced(9, 2, events[10]!, events[9]!))).toEqual(
      expect.arrayContaining(['GAP 11', 'LINK 11', 'ORDER 10', 'LINK 10', 'GAP 12', 'LINK 12']),
    );
    expect(check(events.toSpliced(5, 0, events[4]!))).toEqual(['DUPLICATE 5', 'LINK 5']);
    const back = { ...events[11]!, at: '2001-01-01T00:00:00.000Z' };
    expect(check([...events.slice(0, 11), { ...back, hash: auditHash(back) }])).toEqual(['TIME 12']);
  });

  test('an owner who switches the guards off is found at the exact row, and a cut tail by the head', async () => {
    const { workspaceId } = await chainOf(20);
    const guards = (on: string): [string, unknown[]][] => [[`alter table audit_event ${on} trigger user`, []]];
    await asOwner(
      database(),
      workspaceId,
      ...guards('disable'),
      [`update audit_event set outcome = 'CHANGED' where seq = 7`, []],
      ...guards('enable'),
    );
    const edited = await database().units(workspaceId)('app', (unit) => verifyChain(unit));
    expect(edited).toMatchObject({ status: 'BROKEN', events: 20, failures: [{ seq: 7, kind: 'HASH' }] });
    await asOwner(
      database(),
      workspaceId,
      ...guards('disable'),
      ['delete from audit_event where seq = 7 or seq > 18', []],
      ...guards('enable'),
    );
    const cut = await database().units(workspaceId)('app', (unit) => verifyChain(unit));
    expect(cut.failures.map((failure) => `${failure.kind} ${failure.seq}`)).toEqual(['GAP 8', 'LINK 8', 'HEAD 20']);
  });

  test('appends at once make one line without a gap, and a unit that fails leaves nothing', async () => {
    const workspaceId = await database().addWorkspace();
    const units = database().units(workspaceId);
    const tries = Array.from({ length: 12 }, (_, n) =>
      units('app', async (unit) => {
        await auditAppend(unit, entry(String(n)));
        if (n % 4 === 0) throw new Error('rolled back');
      }),
    );
    await Promise.allSettled(tries);
    expect(await units('app', (unit) => verifyChain(unit))).toMatchObject({ status: 'OK', events: 9 });
  });

  test('an export verifies line by line; a changed line, a lost end and rubbish are found', async () => {
    const { workspaceId } = await chainOf(4);
    const lines: string[] = [];
    await database().units(workspaceId)('app', async (unit) => {
      for await (const line of exportEvents(unit)) lines.push(line);
    });
    const now = (JSON.parse(lines[3]!) as { time: string }).time;
    expect(lines).toHaveLength(5);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      specversion: '1.0',
      type: 'dev.baton.test.appended.v1',
      source: `urn:baton:workspace:${workspaceId}`,
      subject: 'test/1',
    });
    expect(await verifyExport(lines, now)).toEqual({ status: 'OK', events: 4, checkpoints: 0, failures: [] });
    const kinds = async (changed: string[]): Promise<string[]> =>
      (await verifyExport(changed, now)).failures.map((failure) => `${failure.kind} ${failure.seq}`);
    expect(await kinds(lines.with(1, lines[1]!.replace('"outcome":"OK"', '"outcome":"NO"')))).toEqual(['HASH 2']);
    expect(await kinds(lines.slice(0, 4))).toEqual(['HEAD 4']);
    expect(await kinds(lines.toSpliced(3, 1))).toEqual(['HEAD 3']);
    expect(await kinds(lines.with(2, 'rubbish'))).toEqual(['GAP 4', 'LINK 4', 'UNREADABLE 2', 'HEAD 4']);
  });

  test('without a checkpoint a chain older than a day is reported as unanchored, not as proven', async () => {
    const { workspaceId } = await chainOf(2);
    const units = database().units(workspaceId);
    await setClockOffset(database(), '25 hours');
    try {
      expect(await units('app', (unit) => verifyChain(unit))).toEqual({
        status: 'UNANCHORED',
        events: 2,
        checkpoints: 0,
        failures: [],
      });
      await units('app', (unit) => auditAppend(unit, entry('later')));
    } finally {
      await setClockOffset(database(), '0');
    }
    // The governed clock never runs back behind the chain, whatever the machine's clock does.
    await units('app', (unit) => auditAppend(unit, entry('after the clock went back')));
    expect((await units('app', (unit) => verifyChain(unit))).failures).toEqual([]);
  });
});
