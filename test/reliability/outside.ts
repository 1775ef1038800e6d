/** Owns an outside world that survives its caller: what arrived is rows, so that a killed process cannot forget it. */
import type { ChannelPort } from '../../src/domain/channel.ts';
import type { InUnit } from '../../src/domain/unit.ts';

/** A channel whose other end is the table of sandbox calls. `arrived` is called when an action was carried out, before anybody is told. */
export function outsideChannel(
  units: (workspaceId: string) => InUnit,
  arrived: (key: string) => Promise<void>,
): ChannelPort {
  const known = async (workspaceId: string, key: string): Promise<boolean> =>
    (
      await units(workspaceId)('app', (unit) =>
        unit.em.execute<unknown[]>('select 1 from sandbox_call where idempotency_key = ?', [key]),
      )
    ).length > 0;
  return {
    name: 'outside',
    accepts: () => true,
    async send({ workspaceId, idempotencyKey: key, action }) {
      await units(workspaceId)('app', (unit) =>
        unit.em.execute(
          'insert into sandbox_call (workspace_id, idempotency_key, action, reference) values (?::uuid, ?, ?::jsonb, ?)',
          [workspaceId, key, JSON.stringify(action), `ref-${key}`],
        ),
      );
      await arrived(key);
      return { status: 'DONE', reference: `ref-${key}`, detail: 'Carried out.' };
    },
    async reconcile({ workspaceId, idempotencyKey: key }) {
      return (await known(workspaceId, key))
        ? { status: 'DONE', reference: `ref-${key}`, detail: 'Was carried out.' }
        : null;
    },
  };
}
