/** Owns which channels an installation has, and which of them carries out the actions of a workspace. */
import type { ChannelPort } from '../domain/channel.ts';
import type { InUnit } from '../domain/unit.ts';
import { fileChannel } from './fileChannel.ts';
import { sandboxChannel } from './sandboxChannel.ts';

/**
 * The ports that approved actions go out through: demo workspaces change their simulated market, every other workspace gets
 * a file that a media buyer carries out.
 */
export function channelPorts(options: {
  units: (workspaceId: string) => InUnit;
  folder: string;
}): readonly ChannelPort[] {
  const sandbox = sandboxChannel(options.units);
  const file = fileChannel(options.folder);
  const chosen = async (workspaceId: string): Promise<ChannelPort> =>
    (await sandbox.serves(workspaceId)) ? sandbox : file;
  return [
    {
      name: 'channel',
      accepts: (action) => file.accepts(action),
      send: async (request, signal) => (await chosen(request.workspaceId)).send(request, signal),
      reconcile: async (request, signal) => (await chosen(request.workspaceId)).reconcile(request, signal),
    },
  ];
}
