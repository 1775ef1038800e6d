/** Owns which channels an installation has, and in which order they are chosen. */
import type { ChannelPort } from '../domain/channel.ts';
import type { InUnit } from '../domain/unit.ts';
import { fileChannel } from './fileChannel.ts';
import { sandboxChannel } from './sandboxChannel.ts';
import { webhookChannel, type WebhookOptions } from './webhookChannel.ts';

/** What the channels of an installation need. */
export interface ChannelOptions {
  /** Opens units of one workspace. */
  units(workspaceId: string): InUnit;
  /** Folder that files of approved actions are written to. */
  readonly folder: string;
  /** Where actions are sent instead of to files; null where no address is configured. */
  readonly webhook: WebhookOptions | null;
}

/**
 * The ports that approved actions go out through, first choice first: a demo workspace changes its simulated market, every other
 * workspace sends to the configured webhook, or where there is none writes a file that a media buyer carries out. Each goes by its
 * own name, and an action stays with the one that it was first sent through.
 */
export function channelPorts(options: ChannelOptions): readonly ChannelPort[] {
  return [
    sandboxChannel((workspaceId) => options.units(workspaceId)),
    ...(options.webhook ? [webhookChannel(options.webhook)] : []),
    fileChannel(options.folder),
  ];
}
