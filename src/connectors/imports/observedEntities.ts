/** Owns the rows of channels, campaigns, audiences and messages that imports observe. It adds and finds; it never changes or approves one. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EntityRef, Fact } from '../../domain/facts.ts';
import type { UnitOfWork } from '../../domain/unit.ts';
import { newId } from '../../kernel/ids.ts';

/** Names and ids that one load has met, so that each is looked up once. */
export interface EntityIds {
  /** Channel keys that are there. */
  readonly channels: Set<string>;
  /** `type|channel|external id|name` to row id. */
  readonly ids: Map<string, string>;
  /** Names of campaigns that this load was the first to observe. */
  readonly newCampaigns: string[];
}

/** An entity as facts name it. */
interface Asked {
  readonly key: string;
  readonly type: EntityType;
  readonly channel: string;
  readonly source: string;
  readonly externalId: string | null;
  readonly name: string;
  readonly campaignKey: string | null;
}

type EntityType = 'campaign' | 'audience' | 'message';

const OWNED = new Set(['EMAIL', 'SMS', 'MOBILE_PUSH', 'DIRECT', 'OFFLINE']);
const EARNED = /^(ORGANIC|REFERRAL|AI_REFERRAL|UNASSIGNED|OTHER)/;

/** An empty memory for one load. */
export function emptyEntityIds(): EntityIds {
  return { channels: new Set(), ids: new Map(), newCampaigns: [] };
}

/** The row id of an entity of a fact; null where the fact names none. */
export function entityId(
  known: EntityIds,
  type: EntityType,
  at: { channel: string; ref: EntityRef | null },
): string | null {
  return at.ref === null ? null : (known.ids.get(keyOf(type, at.channel, at.ref)) ?? null);
}

/** What a batch of facts names and nobody has looked up yet. */
export interface NewNames {
  readonly channels: ReadonlySet<string>;
  readonly entities: readonly Asked[];
}

/** Collects what a batch names that is not known yet; null where all of it is. */
export function newNames(facts: readonly Fact[], known: EntityIds): NewNames | null {
  const channels = new Set<string>();
  const asked = new Map<string, Asked>();
  for (const fact of facts) {
    if (fact.table !== 'performance' && fact.table !== 'mediaInput') continue;
    if (!known.channels.has(fact.channel)) channels.add(fact.channel);
    if (fact.table === 'mediaInput') continue;
    const campaignKey = fact.campaign === null ? null : keyOf('campaign', fact.channel, fact.campaign);
    for (const [type, ref] of [
      ['campaign', fact.campaign],
      ['audience', fact.audience],
      ['message', fact.message],
    ] as const) {
      if (ref === null) continue;
      const key = keyOf(type, fact.channel, ref);
      if (known.ids.has(key) || asked.has(key)) continue;
      asked.set(key, {
        key,
        type,
        channel: fact.channel,
        source: fact.source,
        externalId: ref.id,
        name: ref.name,
        campaignKey,
      });
    }
  }
  return channels.size === 0 && asked.size === 0 ? null : { channels, entities: [...asked.values()] };
}

/**
 * Finds or adds what is named; the caller merges it into what is known once the unit is committed.
 * An entity is found by a name that a person confirmed, then by its id, then by the same name in the same channel where one of the two has no id.
 */
export async function observeEntities(
  { em, workspace }: UnitOfWork,
  names: NewNames,
  known: EntityIds,
): Promise<EntityIds> {
  const found: EntityIds = { ...emptyEntityIds(), channels: new Set(names.channels) };
  if (found.channels.size > 0) await addChannels(em, workspace.id, [...found.channels]);
  for (const type of ['campaign', 'audience', 'message'] as const) {
    const wanted = names.entities.filter((one) => one.type === type);
    if (wanted.length > 0) await findOrAdd(em, workspace.id, { type, wanted, found, known });
  }
  return found;
}

/** Adds what was found to what is known. */
export function mergeEntityIds(known: EntityIds, found: EntityIds): void {
  for (const channel of found.channels) known.channels.add(channel);
  for (const [key, id] of found.ids) known.ids.set(key, id);
  known.newCampaigns.push(...found.newCampaigns);
}

async function addChannels(em: EntityManager, workspaceId: string, keys: readonly string[]): Promise<void> {
  const rows = keys.map((key) => ({
    id: newId(),
    key,
    title: titleOf(key),
    kind: OWNED.has(key) ? 'OWNED' : EARNED.test(key) ? 'EARNED' : 'PAID',
  }));
  await em.execute(
    `insert into channel (id, workspace_id, key, title, kind)
     select id, ?, key, title, kind from jsonb_to_recordset(?::jsonb) as r(id uuid, key text, title text, kind text)
     on conflict (workspace_id, key) do nothing`,
    [workspaceId, JSON.stringify(rows)],
  );
}

async function findOrAdd(
  em: EntityManager,
  workspaceId: string,
  of: { type: EntityType; wanted: readonly Asked[]; found: EntityIds; known: EntityIds },
): Promise<void> {
  const { type, found } = of;
  for (const [key, id] of await findRows(em, type, of.wanted)) found.ids.set(key, id);
  const missing = of.wanted.filter(({ key }) => !found.ids.has(key));
  if (missing.length === 0) return;
  // Two spellings of one entity (by id and by name alone) in a batch must become one row: the one with an id is added first.
  const unique = new Map<string, Asked>();
  for (const one of [...missing].sort((a, b) => Number(a.externalId === null) - Number(b.externalId === null))) {
    const place = `${type === 'campaign' ? one.channel : ''}|${one.externalId ?? ''}|${one.name}`;
    const sameName = [...unique.values()].some(
      (other) =>
        one.externalId === null && other.name === one.name && (type !== 'campaign' || other.channel === one.channel),
    );
    if (!sameName) unique.set(place, one);
  }
  const rows = [...unique.values()].map((one) => ({
    id: newId(),
    channel: one.channel,
    external_id: one.externalId,
    name: one.name,
    campaign_id:
      one.campaignKey === null ? null : (found.ids.get(one.campaignKey) ?? of.known.ids.get(one.campaignKey) ?? null),
  }));
  await em.execute(INSERTS[type], [workspaceId, JSON.stringify(rows)]);
  for (const [key, id] of await findRows(em, type, missing)) found.ids.set(key, id);
  if (type === 'campaign') found.newCampaigns.push(...rows.map(({ name }) => name));
}

/** Existing rows by key. */
async function findRows(em: EntityManager, type: EntityType, wanted: readonly Asked[]): Promise<[string, string][]> {
  const channel = type === 'campaign' ? 'and e.channel = a.channel' : '';
  const rows: { key: string; id: string | null }[] = await em.execute(
    `select a.key, coalesce(m.entity_id, by_id.id, by_name.id) as id
     from jsonb_to_recordset(?::jsonb) as a(key text, channel text, source text, "externalId" text, name text)
     left join entity_alias m on m.entity_type = ? and m.source = a.source and m.name = a.name
     left join lateral (select e.id from ${type} e where e.external_id = a."externalId" ${channel} order by e.created_at, e.id limit 1) by_id on true
     left join lateral (
       select e.id from ${type} e where e.name = a.name ${channel} and (a."externalId" is null or e.external_id is null)
       order by e.external_id nulls last, e.created_at, e.id limit 1) by_name on true`,
    [JSON.stringify(wanted), type],
  );
  return rows.flatMap(({ key, id }) => (id === null ? [] : [[key, id] as [string, string]]));
}

const ROWS =
  'from jsonb_to_recordset(?::jsonb) as r(id uuid, channel text, external_id text, name text, campaign_id uuid) on conflict do nothing';
const INSERTS: Readonly<Record<EntityType, string>> = {
  campaign: `insert into campaign (id, workspace_id, channel, external_id, name) select id, ?, channel, external_id, name ${ROWS}`,
  audience: `insert into audience (id, workspace_id, external_id, name) select id, ?, external_id, name ${ROWS}`,
  message: `insert into message (id, workspace_id, external_id, name, channel, campaign_id) select id, ?, external_id, name, channel, campaign_id ${ROWS}`,
};

function keyOf(type: EntityType, channel: string, ref: EntityRef): string {
  return `${type}|${type === 'campaign' ? channel : ''}|${ref.id ?? ''}|${ref.name}`;
}

/** `PAID_SEARCH` as `Paid search`. */
function titleOf(key: string): string {
  const words = key.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
