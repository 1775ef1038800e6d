/** Owns carrying out approved change sets through channels, each action at most once. It reads the database and never a resume value. */
import type { Action } from '../domain/actions.ts';
import type { ChannelOutcome, ChannelPort, ChannelRequest } from '../domain/channel.ts';
import type { InUnit } from '../domain/unit.ts';
import { monotonicMs } from '../kernel/clock.ts';
import { toError } from '../kernel/errors.ts';
import { delay, withTimeout } from '../kernel/waiting.ts';
import { loadChangeSet, type ChangeSetRow } from './changeSetRows.ts';
import {
  claimEffect,
  effectsOf,
  INTERNAL_CHANNEL,
  recordOutcome,
  startExecution,
  type EffectRow,
  type ExecutionRefusal,
  type OurClaim,
} from './effects.ts';

/** What executing needs, and how patient it is. */
export interface Executor {
  readonly inUnit: InUnit;
  readonly channels: readonly ChannelPort[];
  readonly signal: AbortSignal;
  /** Longest time for asking and sending together, ms; shorter than a claim. @default 10_000 */
  readonly sendTimeoutMs?: number;
  /** How long one sender holds an effect, ms; longer than asking and sending, so that nobody else sends meanwhile. @default 15_000 */
  readonly claimMs?: number;
  /** How long to wait for another change on the same base to end, ms. @default 20_000 */
  readonly busyMs?: number;
}

/** Where the change set stands after the call. */
export interface ExecutionResult {
  readonly change: ChangeSetRow;
  /** Why it was not executed; null when it was, or is being. `BUSY` asks to try again later. */
  readonly refusal: ExecutionRefusal | null;
  readonly effects: readonly EffectRow[];
}

const SEND_TIMEOUT_MS = 10_000;
const CLAIM_MS = 15_000;
const BUSY_MS = 20_000;
/** Pause before looking again at what somebody else is doing. */
const POLL_MS = 200;
/** Actions that change Baton's own rows and go to no channel. */
const INTERNAL_KINDS: readonly Action['kind'][] = ['strategy.activate', 'import.personal'];

/**
 * Executes an approved change set: the re-decision, the outbox rows, then each effect outside any unit, and its record in a unit of its own.
 * Safe to call twice, at once, and after a crash: an effect that was tried before is asked for by its key before it is sent again.
 * @throws NOT_FOUND; the signal's reason when it aborts between effects
 */
export async function executeChangeSet(executor: Executor, changeSetId: string): Promise<ExecutionResult> {
  const refusal = await start(executor, changeSetId);
  if (refusal === null) {
    const serving = await servingChannels(executor);
    for (let open = true; open;) {
      executor.signal.throwIfAborted();
      open = await nextEffect({ ...executor, serving }, changeSetId);
    }
  }
  return executor.inUnit('executor', async (unit) => ({
    change: await loadChangeSet(unit, changeSetId),
    refusal,
    effects: await effectsOf(unit, changeSetId),
  }));
}

/** Ends executions that were left between an outbox row and its record; gives the change sets it looked at. */
export async function sweepOrphanedEffects(executor: Executor): Promise<ExecutionResult[]> {
  const orphans = await executor.inUnit('executor', (unit) =>
    unit.em.execute<{ id: string }[]>(
      `select c.id from change_set c where c.state in ('EXECUTING', 'EXECUTION_UNKNOWN') and exists (
         select from effect e where e.change_set_id = c.id and e.status in ('PENDING', 'UNKNOWN') and coalesce(e.claimed_until <= baton_now(), true))
       order by c.created_at, c.id`,
    ),
  );
  const results: ExecutionResult[] = [];
  for (const orphan of orphans) results.push(await executeChangeSet(executor, orphan.id));
  return results;
}

/** Starts, waiting a while for another change on the same base to end. */
async function start(executor: Executor, changeSetId: string): Promise<ExecutionRefusal | null> {
  const until = monotonicMs() + (executor.busyMs ?? BUSY_MS);
  for (;;) {
    const { refusal } = await executor.inUnit('executor', (unit) => startExecution(unit, changeSetId));
    if (refusal !== 'BUSY' || monotonicMs() > until) return refusal;
    await delay(POLL_MS, executor.signal);
  }
}

/** The channels that new actions of this workspace may go out through, first choice first. */
async function servingChannels({ inUnit, channels }: Executor): Promise<ChannelPort[]> {
  const workspaceId = await inUnit('executor', async (unit) => unit.workspace.id);
  const serves = await Promise.all(channels.map(async (port) => (await port.serves?.(workspaceId)) ?? true));
  return channels.filter((_, index) => serves[index]);
}

/** One step; false when nothing is left to do now: all is settled, or an outcome stays unknown. */
async function nextEffect(
  executor: Executor & { serving: readonly ChannelPort[] },
  changeSetId: string,
): Promise<boolean> {
  const claim = await executor.inUnit('executor', (unit) =>
    claimEffect(unit, changeSetId, {
      claimMs: executor.claimMs ?? CLAIM_MS,
      channelOf: (action) => channelOf(executor.serving, action),
    }),
  );
  if (claim.kind === 'NONE') return false;
  if (claim.kind === 'THEIRS') {
    await delay(POLL_MS, executor.signal);
    return true;
  }
  const outcome = await send(executor, claim);
  const recorded = await executor.inUnit('executor', (unit) => recordOutcome(unit, claim.effect, outcome));
  return recorded.status !== 'UNKNOWN';
}

/** Name of the channel that carries out an action; null where none does. */
function channelOf(serving: readonly ChannelPort[], action: Action): string | null {
  if (INTERNAL_KINDS.includes(action.kind)) return INTERNAL_CHANNEL;
  return serving.find((port) => port.accepts(action))?.name ?? null;
}

async function send(executor: Executor, { effect, digest, workspaceId, firstTry }: OurClaim): Promise<ChannelOutcome> {
  if (effect.channel === INTERNAL_CHANNEL) return { status: 'DONE', reference: effect.id, detail: 'Changed in Baton.' };
  if (effect.channel === null)
    return { status: 'REFUSED', detail: `No channel of this installation carries out ${effect.kind}.` };
  const channel = executor.channels.find((port) => port.name === effect.channel);
  if (!channel) return { status: 'UNKNOWN', detail: channelGone(effect.channel) };
  const { id: effectId, idempotencyKey, changeSetId, action } = effect;
  const request: ChannelRequest = { workspaceId, effectId, idempotencyKey, changeSetId, digest, action };
  const askThenSend = async (signal: AbortSignal): Promise<ChannelOutcome> => {
    const known = firstTry ? null : await channel.reconcile(request, signal);
    if (known) return known;
    // A late answer to the question must not start a send that the claim no longer covers.
    signal.throwIfAborted();
    return channel.send(request, signal);
  };
  const timeoutMs = executor.sendTimeoutMs ?? SEND_TIMEOUT_MS;
  try {
    return await withTimeout(`Sending to ${channel.name}`, timeoutMs, askThenSend, executor.signal);
  } catch (error) {
    return { status: 'UNKNOWN', detail: `${channel.name} gave no answer: ${toError(error).message}` };
  }
}

/** Another channel could carry the action out a second time, so a person has to bring the first one back. */
function channelGone(name: string): string {
  return `It was sent through the channel ${name}, which this installation does not have now, and what became of it is not known. Configure that channel as it was (for a webhook the same WEBHOOK_URL) and start again: Baton then asks it. It goes through no other channel.`;
}
