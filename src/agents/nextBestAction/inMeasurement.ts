/** Owns what a plan leaves alone because an earlier change there is still being measured. Pure. */
import type { ActionMaterial } from './gather.ts';

/** Campaigns, or channels as a whole, that an earlier change holds. */
export function heldTargets({ inMeasurement }: ActionMaterial): Set<string> {
  return new Set(inMeasurement.flatMap((change) => change.targets.map((target) => target.id)));
}

/** Channels that are held, as a whole or by one of their campaigns: moving the others would blur what is measured. */
export function heldChannels(material: ActionMaterial): Set<string> {
  const held = heldTargets(material);
  return new Set([
    ...held,
    ...material.campaigns.filter((campaign) => held.has(campaign.id)).map((campaign) => campaign.channel),
  ]);
}
