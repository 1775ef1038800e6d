/** Owns reading what actions would replace, for all of them at once: states of campaigns, texts of messages, documents of strategies. */
import type { Action } from '../domain/actions.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { isId } from '../kernel/ids.ts';

/** Texts of a message. */
export interface MessageText {
  readonly headline: string | null;
  readonly body: string | null;
  readonly callToAction: string | null;
}

/** What is there now; nothing for what is not there. */
export interface PriorState {
  statusOf(campaignId: string): string | null;
  messageOf(messageId: string): MessageText | undefined;
  strategyOf(strategyId: string): unknown;
  activeStrategyOf(market: string): unknown;
}

type Kind = 'CAMPAIGN' | 'MESSAGE' | 'STRATEGY' | 'ACTIVE_STRATEGY';

/** Reads it in one statement; in none where no action replaces anything that is read. */
export async function readPriorState(unit: UnitOfWork, actions: readonly Action[]): Promise<PriorState> {
  const keys = keysOf(actions);
  const found = new Map<string, unknown>();
  if (Object.values(keys).some((set) => set.size > 0)) {
    const ids = (kind: Kind): string => `{${[...keys[kind]].filter(isId).join(',')}}`;
    const rows = await unit.em.execute<{ kind: Kind; key: string; value: unknown }[]>(
      `select 'CAMPAIGN' as kind, id::text as key, to_jsonb(status) as value from campaign where id = any (?::uuid[])
       union all select 'MESSAGE', id::text, jsonb_build_object('headline', headline, 'body', body, 'callToAction', call_to_action)
         from message where id = any (?::uuid[])
       union all select 'STRATEGY', id::text, document from strategy where id = any (?::uuid[])
       union all select 'ACTIVE_STRATEGY', market, document from strategy where status = 'ACTIVE' and market in (?)`,
      [ids('CAMPAIGN'), ids('MESSAGE'), ids('STRATEGY'), [...keys.ACTIVE_STRATEGY, '']],
    );
    for (const { kind, key, value } of rows) found.set(`${kind}:${key}`, value);
  }
  return {
    statusOf: (id) => (found.get(`CAMPAIGN:${id}`) as string | undefined) ?? null,
    messageOf: (id) => found.get(`MESSAGE:${id}`) as MessageText | undefined,
    strategyOf: (id) => found.get(`STRATEGY:${id}`) ?? null,
    activeStrategyOf: (market) => found.get(`ACTIVE_STRATEGY:${market}`) ?? null,
  };
}

/** Id of the message that a published one stands in for. */
export function replacedMessage(action: Extract<Action, { kind: 'message.publish' }>): string {
  return action.replacesMessageId ?? action.target.id;
}

function keysOf(actions: readonly Action[]): Record<Kind, Set<string>> {
  const keys: Record<Kind, Set<string>> = {
    CAMPAIGN: new Set(),
    MESSAGE: new Set(),
    STRATEGY: new Set(),
    ACTIVE_STRATEGY: new Set(),
  };
  for (const action of actions) {
    if (action.kind === 'campaign.pause' || action.kind === 'campaign.resume') keys.CAMPAIGN.add(action.target.id);
    if (action.kind === 'message.publish') keys.MESSAGE.add(replacedMessage(action));
    if (action.kind === 'strategy.activate') {
      keys.STRATEGY.add(action.target.id);
      keys.ACTIVE_STRATEGY.add(action.market);
    }
  }
  return keys;
}
