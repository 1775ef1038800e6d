/** An effect that is carried out while a demo's market runs on: it is never lost, and the days are those of a market that has it. */
import { expect, test } from 'vitest';
import { sandboxChannel } from '../../src/connectors/sandboxChannel.ts';
import { SandboxMarketEntity } from '../../src/database/entities/sandbox.ts';
import { WorkspaceEntity } from '../../src/database/entities/workspace.ts';
import type { ChannelRequest } from '../../src/domain/channel.ts';
import { addDays } from '../../src/kernel/calendar.ts';
import { newId } from '../../src/kernel/ids.ts';
import { setPaused } from '../../src/simulator/campaignChanges.ts';
import { advanceMarket, createMarket } from '../../src/simulator/market.ts';
import { callerOf } from '../../src/useCases/callers.ts';
import { advanceDemoMarket, loadMarketRows } from '../../src/useCases/demoMarket.ts';
import type { Services } from '../../src/useCases/services.ts';
import { useTestDatabase } from '../support/database.ts';

const database = useTestDatabase();

/** Units of an advance that an effect comes before: the first after the state was read, and the one that keeps the new state. */
test.each([2, 5])('an effect before unit %i of the advance counts from its first day on', async (unit) => {
  const workspaceId = await database().addWorkspace({ isDemo: true });
  const inUnit = database().units(workspaceId);
  let opened = 0;
  let effect = async (): Promise<void> => undefined;
  const services = {
    units: () =>
      (async (role, work) => {
        opened += 1;
        if (opened === unit) await effect();
        return inUnit(role, work);
      }) satisfies typeof inUnit,
  } as unknown as Services;

  const history = createMarket({ seed: 3, startDay: '2026-03-02', days: 14 });
  await loadMarketRows(
    callerOf({ units: () => inUnit } as unknown as Services, workspaceId, { kind: 'SYSTEM', service: 'test' }),
    history,
  );
  await inUnit('app', async ({ em }) => {
    em.create(SandboxMarketEntity, { workspaceId, seed: 3n, state: history.state, advancedThrough: history.to });
  });
  const busiest = history.state.campaigns.find((campaign) => !campaign.paused)!;
  const ids = await inUnit('app', ({ em }) =>
    em.execute<{ id: string; name: string }[]>('select id, name from campaign where external_id = ?', [busiest.id]),
  );
  const target = { type: 'campaign' as const, id: ids[0]!.id, name: ids[0]!.name };
  effect = async () => {
    const sent = await sandboxChannel(() => inUnit).send(
      {
        workspaceId,
        idempotencyKey: newId(),
        action: { kind: 'campaign.pause', target },
      } as ChannelRequest,
      new AbortController().signal,
    );
    expect(sent.status).toBe('DONE');
  };

  const through = addDays(history.to, 3);
  await advanceDemoMarket(services, { workspaceId, through }, new AbortController().signal);
  expect(opened).toBeGreaterThan(5);
  const kept = await inUnit('app', async ({ em }) => ({
    market: await em.findOneOrFail(SandboxMarketEntity, { workspaceId }),
    workspace: await em.findOneOrFail(WorkspaceEntity, { id: workspaceId }),
  }));
  const alone = advanceMarket(setPaused(history.state, busiest.id, true), { fromDay: addDays(history.to, 1), days: 3 });
  expect(kept.market.state).toEqual(JSON.parse(JSON.stringify(alone.state)));
  expect([kept.market.advancedThrough, kept.workspace.businessDate]).toEqual([through, addDays(through, 1)]);
  const spent = await inUnit('app', ({ em }) =>
    em.execute<{ n: string }[]>(
      'select count(*) as n from performance_fact_live where campaign_id = ?::uuid and start_day > ?::date',
      [target.id, history.to],
    ),
  );
  const expected = alone.rows().filter((row) => row.table === 'performance' && row.campaign?.id === busiest.id);
  expect(Number(spent[0]!.n)).toBe(expected.length);
});
