/** Owns what e-mail optimisation reads: sends with every count, by campaign, by variant and over time. */
import type { Span } from '../../domain/artifacts/shape.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Allowed, DataCoverage, EmailRow } from '../tools.ts';
import { lastWeeks } from '../windows.ts';

/** Tools of this specialist. */
export const EMAIL_TOOLS = ['metrics.coverage', 'metrics.email'] as const;
type EmailTools = Allowed<(typeof EMAIL_TOOLS)[number]>;

/** Weeks that variants are compared over. */
const EMAIL_WEEKS = 26;

/** What the report works on. */
export interface EmailMaterial {
  readonly coverage: DataCoverage;
  readonly window: Span;
  readonly campaigns: readonly EmailRow[];
  readonly variants: readonly EmailRow[];
  readonly weeks: readonly EmailRow[];
  /** By day, where the data are daily. */
  readonly days: readonly EmailRow[];
}

/** Reads it all; null where no sends are loaded. */
export async function gatherEmail(context: SpecialistContext, tools: EmailTools): Promise<EmailMaterial | null> {
  const coverage = await tools['metrics.coverage']();
  if (!coverage.span || !coverage.hasEmail) return null;
  const window = lastWeeks(coverage.span.to, EMAIL_WEEKS);
  context.signal.throwIfAborted();
  const campaigns = await tools['metrics.email']({ window, grain: 'TOTAL', byMessage: false });
  if (campaigns.length === 0) return null;
  const daily = coverage.grain === 'DAY';
  return {
    coverage,
    window,
    campaigns,
    variants: coverage.hasMessages ? await tools['metrics.email']({ window, grain: 'TOTAL', byMessage: true }) : [],
    weeks: coverage.grain === 'PERIOD' ? [] : await tools['metrics.email']({ window, grain: 'WEEK', byMessage: false }),
    days: daily ? await tools['metrics.email']({ window, grain: 'DAY', byMessage: false }) : [],
  };
}
