/** Owns what a preset is: the names by which one tool calls its columns, and how its rows are dated, levelled and credited. */
import type { FactSource, SourceKind } from '../../../domain/facts.ts';

export const presetNames = [
  'google-ads',
  'meta-ads',
  'ga4',
  'hubspot-deals',
  'hubspot-contacts',
  'klaviyo',
  'long',
  'wide',
  'panel',
] as const;
export type PresetName = (typeof presetNames)[number];

/** How rows become facts: as they are, as counts of dated records, as series of a mix-model file, or as a KPI panel. */
export type RowShape = 'PERFORMANCE' | 'RECORDS' | 'WIDE' | 'PANEL';

/** One tool's export. Header names are compared after folding, so they may be written as the tool writes them. */
export interface Preset {
  readonly name: PresetName;
  /** The tool's name for messages. */
  readonly label: string;
  readonly shape: RowShape;
  readonly source: FactSource;
  readonly sourceKind: SourceKind;
  /** Header names of each field, in the languages known; the first match of a field wins. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** Known headers that are never loaded: rates and averages, which Baton computes from their parts, and settings. */
  readonly ignored: readonly string[];
  /** Headers that no other tool uses: they count more in telling the tool. */
  readonly distinctive: readonly string[];
  /** Of each group at least one field must be there. */
  readonly required: readonly (readonly string[])[];
  /** Channel of every row where the file has no such column. */
  readonly channel: string | null;
  /** Channel names of the tool that are not simply upper snake case of what it writes. */
  readonly channelNames: Readonly<Record<string, string>>;
  /** Entity fields from coarse to fine: a row that leaves the finest one blank is a summary. */
  readonly levels: readonly string[];
  /** The setting in the tool that gives day rows, for the note on period files. */
  readonly dailyHint: string;
  /** Account of all rows where no column names one. */
  readonly account: string;
}

/** Values that stand for "nothing" in a text cell. */
export const EMPTY_CELLS: ReadonlySet<string> = new Set([
  '',
  '-',
  '--',
  '—',
  '(not set)',
  '(none)',
  'n/a',
  '(direct)',
  '(organic)',
  '(referral)',
  '(not provided)',
]);
