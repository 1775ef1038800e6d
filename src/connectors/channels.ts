/** Owns which channels an installation has, and which of them carries out the actions of a workspace. */
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
 * The port that approved actions go out through: a demo workspace changes its simulated market, every other workspace sends
 * to the configured webhook, or where there is none writes a file that a media buyer carries out.
 */
export function channelPorts(options: ChannelOptions): readonly ChannelPort[] {
  const sandbox = sandboxChannel((workspaceId) => options.units(workspaceId));
  const outside = options.webhook ? webhookChannel(options.webhook) : fileChannel(options.folder);
  const chosen = async (workspaceId: string): Promise<ChannelPort> =>
    (await sandbox.serves(workspaceId)) ? sandbox : outside;
  return [
    {
      name: 'channel',
      accepts: (action) => outside.accepts(action),
      send: async (request, signal) => (await chosen(request.workspaceId)).send(request, signal),
      reconcile: async (request, signal) => (await chosen(request.workspaceId)).reconcile(request, signal),
    },
  ];
}
