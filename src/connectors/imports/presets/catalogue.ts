/** Owns the list of presets and the lookup from a folded header to a field. */
import { foldText, headerName } from '../headerNames.ts';
import { ga4 } from './ga4.ts';
import { googleAds } from './googleAds.ts';
import { hubspotContacts, hubspotDeals } from './hubspot.ts';
import { klaviyo } from './klaviyo.ts';
import { longFormat } from './longFormat.ts';
import { metaAds } from './metaAds.ts';
import type { Preset } from './preset.ts';
import { panelFormat, wideFormat } from './wideFormat.ts';

/** All presets, tools before plain formats. */
export const presets: readonly Preset[] = [
  googleAds,
  metaAds,
  ga4,
  hubspotDeals,
  hubspotContacts,
  klaviyo,
  longFormat,
  panelFormat,
  wideFormat,
];

/** Header lookups of one preset: folded name to field (a lower rank wins where two columns name one field), folded names that are known and not loaded, and the tool's own names. */
export interface PresetNames {
  readonly fields: ReadonlyMap<string, { readonly field: string; readonly rank: number }>;
  readonly ignored: ReadonlySet<string>;
  readonly distinctive: ReadonlySet<string>;
  readonly channels: ReadonlyMap<string, string>;
}

const namesByPreset = new Map<Preset, PresetNames>();

/** The lookups of a preset, made once. */
export function namesOf(preset: Preset): PresetNames {
  const known = namesByPreset.get(preset);
  if (known) return known;
  const fields = new Map<string, { field: string; rank: number }>();
  for (const [field, aliases] of Object.entries(preset.aliases)) {
    aliases.forEach((alias, rank) => {
      if (!fields.has(headerName(alias).key)) fields.set(headerName(alias).key, { field, rank });
    });
  }
  const names: PresetNames = {
    fields,
    ignored: new Set(preset.ignored.map((name) => headerName(name).key)),
    distinctive: new Set(preset.distinctive.map((name) => headerName(name).key)),
    channels: new Map(Object.entries(preset.channelNames).map(([name, channel]) => [foldText(name), channel])),
  };
  namesByPreset.set(preset, names);
  return names;
}
