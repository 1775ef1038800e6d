/** Owns the channel port: the one way in which an approved action reaches the outside. */
import type { Action } from './actions.ts';

/** One approved action on its way out. */
export interface ChannelRequest {
  readonly workspaceId: string;
  readonly effectId: string;
  /** The same for every try of the same action: the outside system must carry it out at most once. */
  readonly idempotencyKey: string;
  readonly changeSetId: string;
  readonly digest: string;
  readonly action: Action;
}

/** What the outside answered: carried out (now or before), refused, or not known. */
export type ChannelOutcome =
  | { readonly status: 'DONE'; readonly reference: string; readonly detail: string }
  | { readonly status: 'REFUSED'; readonly detail: string }
  | { readonly status: 'UNKNOWN'; readonly detail: string };

/** An adapter to one outside system. Implementations: sandbox, webhook, file. */
export interface ChannelPort {
  /** An effect keeps the name that it was first sent under: the same outside system has the same name after a restart. */
  readonly name: string;
  /** Whether it carries out actions of that workspace. @default of every one */
  serves?(workspaceId: string): Promise<boolean>;
  /** Whether this adapter carries out that kind of action. */
  accepts(action: Action): boolean;
  /** Sends the action; answers UNKNOWN rather than throwing when it cannot be told whether it arrived. */
  send(request: ChannelRequest, signal: AbortSignal): Promise<ChannelOutcome>;
  /** Asks what became of a key after an unknown outcome; null when the outside has never seen it. */
  reconcile(request: ChannelRequest, signal: AbortSignal): Promise<ChannelOutcome | null>;
}
