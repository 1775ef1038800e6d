/** Owns what a load is made from, and the answers of loads that ended. */
import type { ImportResult } from '../../domain/facts.ts';
import type { CampaignState } from './observedCampaigns.ts';
import { countFields, fractionalFields, moneyFields } from './fields.ts';
import type { ImportPlan } from './importPlan.ts';
import type { EntityIds } from './observedEntities.ts';

const NEW_CAMPAIGNS_LISTED = 20;

/** What a load is made from: a planned file, or rows that the program itself made. */
export interface LoadOrigin {
  readonly fileName: string;
  /** Digests of the bytes and of the options; the same pair is never loaded twice. */
  readonly fileDigest: string;
  readonly optionsDigest: string;
  readonly preset: string;
  readonly source: string;
  /** Rows of the file, and those of them that became nothing. */
  readonly rows: { readonly read: number; readonly skipped: number };
  readonly skipped: ImportResult['skipped'];
  readonly columns: ImportResult['columns'];
  readonly dropped: ImportResult['dropped'];
  readonly notes: readonly string[];
  /** Measures that the file has columns for; null when every row states all that it knows. */
  readonly measures: ReadonlySet<string> | null;
  readonly combined: boolean;
  readonly restatesWindow: boolean;
  /** What the file says of campaigns beside figures. */
  readonly campaigns?: readonly CampaignState[];
}

/** The origin of rows that the program itself made: each states all that it knows, once. */
export function madeOrigin(
  made: Pick<LoadOrigin, 'fileName' | 'fileDigest' | 'optionsDigest' | 'source'> & { readonly rows: number },
): LoadOrigin {
  return {
    ...made,
    preset: made.source,
    rows: { read: made.rows, skipped: 0 },
    skipped: [],
    columns: [],
    dropped: [],
    notes: [],
    measures: null,
    combined: false,
    restatesWindow: false,
  };
}

/** The origin of a load from a plan. */
export function originOf(plan: ImportPlan, fileName: string): LoadOrigin {
  return {
    fileName,
    fileDigest: plan.fileDigest,
    optionsDigest: plan.optionsDigest,
    preset: plan.preset,
    source: plan.reading.layout.preset.source,
    rows: plan.rows,
    skipped: [...plan.skipped],
    columns: [...plan.columns],
    dropped: [...plan.dropped],
    notes: plan.notes,
    measures: statedMeasures(plan),
    combined: plan.restatesWindow || plan.columns.some(({ field }) => field === 'breakdown' || field === 'variation'),
    restatesWindow: plan.restatesWindow,
    campaigns: plan.campaigns,
  };
}

/** What was written of a load before it became active. */
export interface Staged {
  facts: number;
  rows: number;
  from: string | null;
  to: string | null;
  entities: EntityIds;
}

/** Measures that the columns of the plan can fill; those of records are all that their source has. */
function statedMeasures(plan: ImportPlan): ReadonlySet<string> | null {
  if (plan.restatesWindow) return null;
  return new Set(
    plan.columns.flatMap(({ field }) =>
      [countFields[field], moneyFields[field], fractionalFields[field]].filter((measure) => measure !== undefined),
    ),
  );
}

/** The answer of a load that became active. */
export function resultOf(
  origin: LoadOrigin,
  of: { id: string; staged: Staged; restated: number; unchanged: number },
): ImportResult {
  const { staged, restated, unchanged } = of;
  const fresh = staged.entities.newCampaigns;
  const listed = fresh.slice(0, NEW_CAMPAIGNS_LISTED).join(', ');
  const observed =
    fresh.length === 0
      ? []
      : [
          `Campaigns seen for the first time (${fresh.length}), to be matched by a person where another tool names them differently: ${listed}${fresh.length > NEW_CAMPAIGNS_LISTED ? ', …' : ''}.`,
        ];
  return {
    load: of.id,
    sameAs: null,
    preset: origin.preset,
    rows: {
      read: origin.rows.read,
      added: Math.max(0, staged.rows - restated - unchanged),
      restated,
      unchanged,
      skipped: origin.rows.skipped,
    },
    skipped: [...origin.skipped],
    columns: [...origin.columns],
    dropped: [...origin.dropped],
    from: staged.from,
    to: staged.to,
    notes: [...origin.notes, ...observed],
    status: 'LOADED',
  };
}

/** The answer where the same file was loaded before with the same options. */
export function sameResult(
  origin: Pick<LoadOrigin, 'preset' | 'skipped' | 'columns' | 'dropped'> & {
    readonly rows: Pick<LoadOrigin['rows'], 'read' | 'skipped'>;
  },
  sameAs: string,
): ImportResult {
  return {
    load: null,
    sameAs,
    preset: origin.preset,
    rows: {
      read: origin.rows.read,
      added: 0,
      restated: 0,
      unchanged: origin.rows.read - origin.rows.skipped,
      skipped: origin.rows.skipped,
    },
    skipped: [...origin.skipped],
    columns: [...origin.columns],
    dropped: [...origin.dropped],
    from: null,
    to: null,
    notes: ['This file was loaded before with the same options; nothing changed.'],
    status: 'UNCHANGED',
  };
}
