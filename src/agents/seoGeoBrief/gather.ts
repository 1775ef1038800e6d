/** Owns what the search brief reads: own texts, claims, rules, the copy that runs, and how search campaigns did. */
import type { BrandRule, ClaimRecord } from '../../domain/compliance.ts';
import type { Span } from '../../domain/artifacts/shape.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Allowed, BrandText, DataCoverage, MessageFact } from '../tools.ts';
import { lastWeeks } from '../windows.ts';

/** Tools of this specialist. */
export const SEO_TOOLS = [
  'metrics.coverage',
  'metrics.query',
  'catalogue.messages',
  'memory.brandTexts',
  'memory.brandRules',
  'memory.claims',
] as const;
type SeoTools = Allowed<(typeof SEO_TOOLS)[number]>;

/** Weeks over which search demand is read. */
const DEMAND_WEEKS = 26;

/** Clicks and qualified leads of one search campaign. */
export interface SearchDemand {
  readonly name: string;
  readonly clicks: number;
  readonly qualifiedLeads: number;
}

/** What the brief is made from. */
export interface SeoMaterial {
  readonly coverage: DataCoverage;
  readonly window: Span | null;
  readonly texts: readonly BrandText[];
  readonly messages: readonly MessageFact[];
  readonly claims: readonly ClaimRecord[];
  readonly rules: readonly BrandRule[];
  readonly demand: readonly SearchDemand[];
}

/** Reads it all. */
export async function gatherSeo(context: SpecialistContext, tools: SeoTools): Promise<SeoMaterial> {
  const coverage = await tools['metrics.coverage']();
  const window = coverage.span ? lastWeeks(coverage.span.to, DEMAND_WEEKS) : null;
  context.signal.throwIfAborted();
  return {
    coverage,
    window,
    texts: await tools['memory.brandTexts'](),
    messages: await tools['catalogue.messages'](),
    claims: await tools['memory.claims'](),
    rules: await tools['memory.brandRules'](),
    demand: window && coverage.hasCampaigns ? await searchDemand(tools, window) : [],
  };
}

async function searchDemand(tools: SeoTools, window: Span): Promise<SearchDemand[]> {
  const { rows } = await tools['metrics.query']({
    metrics: ['CLICKS', 'QUALIFIED_LEADS'],
    dimensions: ['CHANNEL', 'CAMPAIGN'],
    ...window,
  });
  return rows
    .filter((row) => row.campaign !== null && /SEARCH/.test(row.channel ?? ''))
    .map((row) => ({
      name: row.campaign?.name ?? '',
      clicks: row.values.CLICKS ?? 0,
      qualifiedLeads: row.values.QUALIFIED_LEADS ?? 0,
    }));
}
