/** Owns what audience insight reads: funnels of audiences by channel, and their definitions. It reads no text from outside and cannot act. */
import type { Span } from '../../domain/artifacts/shape.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Allowed, AudienceFact, DataCoverage } from '../tools.ts';
import { lastWeeks } from '../windows.ts';

/** Tools of this specialist. */
export const AUDIENCE_TOOLS = [
  'metrics.coverage',
  'metrics.query',
  'metrics.audienceFunnels',
  'metrics.messageFunnels',
  'catalogue.audiences',
] as const;
type AudienceTools = Allowed<(typeof AUDIENCE_TOOLS)[number]>;

/** Weeks over which quality is judged, and over which present spend is read. */
const QUALITY_WEEKS = 26;
const PRESENT_WEEKS = 4;

/** Counts of one audience in one channel. */
export interface AudienceCell {
  readonly id: string;
  readonly name: string;
  readonly channel: string | null;
  readonly reach: number | null;
  readonly clicks: number | null;
  readonly engaged: number | null;
  readonly qualified: number | null;
  readonly sales: number | null;
  readonly spend: number | null;
}

/** What the insight works on. */
export interface AudienceMaterial {
  readonly coverage: DataCoverage;
  readonly window: Span;
  readonly present: Span;
  readonly cells: readonly AudienceCell[];
  readonly audiences: readonly AudienceFact[];
  /** Spend by audience id over the present weeks. */
  readonly presentSpend: ReadonlyMap<string, number>;
}

/** Reads it all; null where the data hold no audiences. */
export async function gatherAudiences(
  context: SpecialistContext,
  tools: AudienceTools,
): Promise<AudienceMaterial | null> {
  const coverage = await tools['metrics.coverage']();
  if (!coverage.span || !coverage.hasAudiences) return null;
  const window = lastWeeks(coverage.span.to, QUALITY_WEEKS);
  const present = lastWeeks(coverage.span.to, PRESENT_WEEKS);
  context.signal.throwIfAborted();
  const spend = await tools['metrics.query']({ metrics: ['SPEND'], dimensions: ['AUDIENCE'], ...present });
  return {
    coverage,
    window,
    present,
    cells: await cellsOf(tools, { coverage, window }),
    audiences: await tools['catalogue.audiences'](),
    presentSpend: new Map(
      spend.rows.flatMap((row) => (row.audience ? [[row.audience.id, row.values.SPEND ?? 0] as const] : [])),
    ),
  };
}

/** Cells by channel where messages name both; else one cell an audience. */
async function cellsOf(tools: AudienceTools, at: { coverage: DataCoverage; window: Span }): Promise<AudienceCell[]> {
  const whole = await tools['metrics.audienceFunnels'](at.window);
  if (!at.coverage.hasMessages) return whole.map((row) => ({ ...row, channel: null }));
  const names = new Map(whole.map((row) => [row.id, row.name]));
  const byMessage = (await tools['metrics.messageFunnels'](at.window)).filter((row) => row.audienceId !== null);
  const groups = Map.groupBy(byMessage, (row) => `${row.audienceId ?? ''} ${row.channel ?? ''}`);
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    if (!first || first.audienceId === null) return [];
    const sum = (stage: 'reach' | 'clicks' | 'engaged' | 'qualified' | 'sales' | 'spend'): number | null =>
      rows.every((row) => row[stage] === null) ? null : rows.reduce((total, row) => total + (row[stage] ?? 0), 0);
    return [
      {
        id: first.audienceId,
        name: names.get(first.audienceId) ?? first.audienceId,
        channel: first.channel,
        reach: sum('reach'),
        clicks: sum('clicks'),
        engaged: sum('engaged'),
        qualified: sum('qualified'),
        sales: sum('sales'),
        spend: sum('spend'),
      },
    ];
  });
}
