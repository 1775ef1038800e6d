/** Owns the export of the chain as CloudEvents 1.0 JSON Lines, and reading such a file back. */
import { z } from 'zod';
import type { UnitOfWork } from '../domain/unit.ts';
import { auditEvents, type AuditEvent } from './events.ts';

/** Type of the closing line, which tells how many events the file holds. */
const MANIFEST_TYPE = 'dev.baton.audit.exported.v1';
const EVENT_SCHEMA = 'urn:baton:schema:audit-event:1';
/** Events read at a time. */
const PAGE_SIZE = 1000;

const text = z.string();
const nullableText = z.string().nullable();
const eventSchema = z.strictObject({
  actorId: text,
  actorKind: z.enum(['PERSON', 'TOKEN', 'AGENT', 'SYSTEM']),
  at: text,
  changeId: nullableText,
  dataHash: nullableText,
  dataRef: nullableText,
  digest: nullableText,
  id: text,
  onBehalfOf: nullableText,
  outcome: text,
  policyVersion: nullableText,
  prevHash: text,
  runId: nullableText,
  seq: z.number().int(),
  subjectId: text,
  subjectType: text,
  type: text,
  workspaceId: text,
  hash: text,
});
const manifestSchema = z.object({
  type: z.literal(MANIFEST_TYPE),
  data: z.object({ count: z.number().int(), firstHash: text, lastHash: text }),
});
const lineSchema = z.object({ specversion: z.literal('1.0'), data: eventSchema });

/** One line of an export as it was read. */
export type ExportLine =
  | { readonly kind: 'event'; readonly event: AuditEvent }
  | { readonly kind: 'manifest'; readonly count: number; readonly firstHash: string; readonly lastHash: string }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** The whole chain of the unit's workspace, one JSON line an event in order, then one line with count, first and last hash. */
export async function* exportEvents(unit: UnitOfWork): AsyncGenerator<string> {
  const source = `urn:baton:workspace:${unit.workspace.id}`;
  let count = 0;
  let firstHash = '';
  let lastHash = '';
  let at = '';
  for (let after = 0, full = true; full;) {
    const events = await auditEvents(unit, { after, limit: PAGE_SIZE });
    for (const event of events) {
      yield JSON.stringify(cloudEvent(source, event));
      count += 1;
      firstHash ||= event.hash;
      lastHash = event.hash;
      at = event.at;
    }
    after = events.at(-1)?.seq ?? after;
    full = events.length === PAGE_SIZE;
  }
  const id = `${unit.workspace.id}:${count}`;
  yield JSON.stringify({
    specversion: '1.0',
    type: MANIFEST_TYPE,
    source,
    id,
    ...(at ? { time: at } : {}),
    data: { count, firstHash, lastHash },
  });
}

/** Reads the lines of an export; a line that is no event of Baton is named and does not end the reading. */
export async function* readExport(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<ExportLine> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    yield readLine(line, number);
  }
}

function readLine(line: string, number: number): ExportLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'unreadable', detail: `Line ${number} is no JSON.` };
  }
  const manifest = manifestSchema.safeParse(value);
  if (manifest.success) return { kind: 'manifest', ...manifest.data.data };
  const event = lineSchema.safeParse(value);
  if (event.success) return { kind: 'event', event: event.data.data };
  return {
    kind: 'unreadable',
    detail: `Line ${number} is no audit event: ${event.error.issues[0]?.path.join('.')} ${event.error.issues[0]?.message}`,
  };
}

function cloudEvent(source: string, event: AuditEvent): object {
  return {
    specversion: '1.0',
    type: `dev.baton.${event.type}.v1`,
    source,
    id: event.id,
    time: event.at,
    subject: `${event.subjectType}/${event.subjectId}`,
    datacontenttype: 'application/json',
    dataschema: EVENT_SCHEMA,
    data: event,
  };
}
