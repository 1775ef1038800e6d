/** A run from goal to end on the embedded database: waves, gates, effects, measurement. */
import { describe, expect, test } from 'vitest';
import { useTestDatabase } from '../support/database.ts';
import { buildRunHouse } from './runHouse.ts';

const database = useTestDatabase();

describe('a run', () => {
  test('plans nine specialists in waves, waits for people, executes what they approve, and ends', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    expect(await runs.advance(runId)).toBe('WAITING');
    expect(await runs.status(runId)).toBe('WAITING_APPROVAL');
    await runs.approveAll(runId);
    expect(await runs.advance(runId)).toBe('ENDED');
    console.log((await runs.events(runId)).map((e) => `${e.seq} ${e.type} ${e.message} ${JSON.stringify(e.data)}`).join('\n'));
    expect(await runs.status(runId)).toBe('SUCCEEDED');
  });
});
