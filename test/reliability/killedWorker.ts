/** A worker in a process of its own that stops for ever at one point and says so, to be killed there. Arguments: JSON of `Orders`. */
import { openDatabase } from '../../src/database/connect.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { schemaSteps } from '../../src/orchestration/schemaSteps.ts';
import { startWorker } from '../../src/orchestration/worker.ts';
import type { House } from '../governance/house.ts';
import { outsideChannel } from './outside.ts';
import { runServices } from './runHouse.ts';
import { specialistsOf } from './smallSpecialists.ts';

/** What the process is told. */
export interface Orders {
  readonly dataDir: string;
  readonly campaigns: House['campaigns'];
  /** TASK: in the research specialist. EFFECT: after the outside carried out an action, before its record. GATE: nowhere. */
  readonly stopAt: 'TASK' | 'EFFECT' | 'GATE';
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const forever = (point: string): Promise<never> =>
  new Promise(() => {
    process.send?.(point);
    setInterval(() => undefined, 1_000);
  });

const database = await openDatabase({ dataDir: orders.dataDir, steps: schemaSteps, log: silentLog });
const services = await runServices(database, {
  specialists: specialistsOf(
    orders.stopAt === 'TASK' ? { RESEARCH: { run: () => forever('TASK') } } : {},
    orders.campaigns,
  ),
  channels: [],
});
const units = (workspaceId: string) =>
  services.units({ workspaceId, principal: { kind: 'SYSTEM', service: 'outside' } });
const channel = outsideChannel(units, () => (orders.stopAt === 'EFFECT' ? forever('EFFECT') : Promise.resolve()));
await startWorker({ ...services, channels: [channel] });
process.send?.('READY');
