/** Owns what audience insight computes: the Brain's ranking by cost of a qualified response, traps, and what a trap costs. */
import type { AudienceInsight, AudienceQuality } from '../../domain/artifacts/audienceInsight.ts';
import { rankAudiences, type AudienceQuality as RankedAudience } from '../../brain/audience.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import { definitionOf, exclusionAction } from './definition.ts';
import { weeksOf } from '../windows.ts';
import type { AudienceCell, AudienceMaterial } from './gather.ts';

/** One audience as the evidence holds it. */
interface AudienceLine extends RankedAudience {
  readonly id: string;
  readonly reach: number;
  readonly clicks: number;
  readonly qualified: number;
  readonly sales: number | null;
  readonly spend: number;
  readonly clickRate: number | null;
  readonly saleRate: number | null;
  readonly spendPerWeek: number;
  /** Qualified responses a week that the same money brings at the mean of the other audiences, less those it brings here. */
  readonly qualifiedLostPerWeek: number | null;
}

/** The ranking with its evidence. */
export interface AudienceStanding {
  readonly evidence: Evidence;
  readonly lines: readonly AudienceLine[];
  readonly audiences: readonly AudienceQuality[];
  readonly definition: AudienceInsight['definition'];
  readonly proposal: AudienceInsight['proposal'];
}

/** Ranks the audiences; null where no cell has both people and results. */
export function standingOf(
  context: SpecialistContext,
  book: EvidenceBook,
  material: AudienceMaterial,
): AudienceStanding | null {
  const usable = material.cells.filter((cell) => cell.reach !== null && cell.qualified !== null);
  if (usable.length === 0) return null;
  const ranking = rankAudiences(
    usable.map((cell) => ({
      audience: cell.name,
      ...(cell.channel === null ? {} : { parent: cell.channel }),
      reach: cell.reach ?? 0,
      click: cell.clicks,
      engaged: cell.engaged,
      qualified: cell.qualified ?? 0,
      sale: cell.sales,
      spend: cell.spend ?? 0,
    })),
    { seed: context.run.seed },
  );
  const lines = linesOf(material, usable, ranking.audiences);
  const evidence = book.add({
    kind: 'brain.audiences',
    tier: 'OBSERVED',
    input: { window: material.window, present: material.present, cells: usable },
    output: { interval: ranking.interval, audiences: lines },
    seed: ranking.seed,
    loadIds: material.coverage.loadIds,
    asOf: material.window.to,
  });
  const audiences = lines.map((line, index) =>
    qualityOf(context, evidence, { line, index, lines, level: ranking.interval }),
  );
  const trapIndex = lines.findIndex((line) => line.trap && line.spendPerWeek > 0);
  return { evidence, lines, audiences, ...proposalOf(context, evidence, { material, lines, audiences, trapIndex }) };
}

function linesOf(
  material: AudienceMaterial,
  cells: readonly AudienceCell[],
  ranked: readonly RankedAudience[],
): AudienceLine[] {
  const total = (rows: readonly AudienceCell[], stage: 'reach' | 'clicks' | 'qualified' | 'spend' | 'sales'): number =>
    rows.reduce((sum, row) => sum + (row[stage] ?? 0), 0);
  const weeks = weeksOf(material.present);
  return ranked.map((entry) => {
    const own = cells.filter((cell) => cell.name === entry.audience);
    const others = cells.filter((cell) => cell.name !== entry.audience);
    const id = own[0]?.id ?? entry.audience;
    const spendPerWeek = (material.presentSpend.get(id) ?? 0) / weeks;
    const ownRate = total(own, 'spend') > 0 ? total(own, 'qualified') / total(own, 'spend') : null;
    const otherRate = total(others, 'spend') > 0 ? total(others, 'qualified') / total(others, 'spend') : null;
    const saleKnown = own.some((cell) => cell.sales !== null);
    return {
      ...entry,
      id,
      reach: total(own, 'reach'),
      clicks: total(own, 'clicks'),
      qualified: total(own, 'qualified'),
      sales: saleKnown ? total(own, 'sales') : null,
      spend: total(own, 'spend'),
      clickRate: total(own, 'reach') > 0 ? total(own, 'clicks') / total(own, 'reach') : null,
      saleRate: saleKnown && total(own, 'qualified') > 0 ? total(own, 'sales') / total(own, 'qualified') : null,
      spendPerWeek,
      qualifiedLostPerWeek:
        ownRate !== null && otherRate !== null ? Math.max(0, (otherRate - ownRate) * spendPerWeek) : null,
    };
  });
}

function qualityOf(
  context: SpecialistContext,
  evidence: Evidence,
  input: { line: AudienceLine; index: number; lines: readonly AudienceLine[]; level: number },
): AudienceQuality {
  const { line, index, lines, level } = input;
  const at = `audiences.${index}`;
  const ranged = (path: string) => ({ lower: `${at}.${path}.lower`, upper: `${at}.${path}.upper`, level });
  const { currency } = context.workspace;
  return {
    id: line.id,
    name: line.audience,
    rank: line.rank,
    reach: evidence.figure({ label: `people reached in ${line.audience}`, path: `${at}.reach`, unit: 'COUNT' }),
    clickRate: evidence.figure({ label: `click rate of ${line.audience}`, path: `${at}.clickRate`, unit: 'SHARE' }),
    qualifiedRate: evidence.figure({
      label: `qualified share of people reached in ${line.audience}`,
      path: `${at}.qualifiedRate.mean`,
      unit: 'SHARE',
      interval: ranged('qualifiedRate'),
    }),
    saleRate: evidence.figure({
      label: `share of qualified responses of ${line.audience} that buy`,
      path: `${at}.saleRate`,
      unit: 'SHARE',
    }),
    spend: evidence.figure({ label: `spend on ${line.audience}`, path: `${at}.spend`, unit: currency }),
    costPerQualified: evidence.figure({
      label: `cost of a qualified response of ${line.audience}`,
      path: `${at}.costPerQualified.mean`,
      unit: currency,
      interval: ranged('costPerQualified'),
    }),
    verdict: verdictOf(line, lines),
    reasons: [...line.reasons],
  };
}

function verdictOf(line: AudienceLine, lines: readonly AudienceLine[]): AudienceQuality['verdict'] {
  if (line.trap) return 'TRAP';
  if (!line.identified || !line.valuePerCost) return 'TOO_LITTLE_DATA';
  const spend = lines.reduce((sum, other) => sum + other.spend, 0);
  const mean = spend > 0 ? lines.reduce((sum, other) => sum + other.qualified, 0) / spend : 0;
  if (line.valuePerCost.lower > mean) return 'STRONG';
  return line.valuePerCost.upper < mean ? 'WEAK' : 'AVERAGE';
}

function proposalOf(
  context: SpecialistContext,
  evidence: Evidence,
  input: {
    material: AudienceMaterial;
    lines: readonly AudienceLine[];
    audiences: readonly AudienceQuality[];
    trapIndex: number;
  },
): Pick<AudienceStanding, 'definition' | 'proposal'> {
  const { material, lines, audiences, trapIndex } = input;
  const trap = lines[trapIndex];
  const quality = audiences[trapIndex];
  if (!trap || !quality) return { definition: null, proposal: null };
  const known = material.audiences.find((audience) => audience.id === trap.id) ?? null;
  const definition = definitionOf(context, { quality, known, freshThrough: material.coverage.freshness });
  return {
    definition,
    proposal: {
      action: exclusionAction({ quality, known, definition }),
      reason: 'It clicks far more and qualifies far less than other audiences of the same channels.',
      spendPerWeek: evidence.need({
        label: `weekly spend on ${trap.audience}`,
        path: `audiences.${trapIndex}.spendPerWeek`,
        unit: context.workspace.currency,
      }),
      qualifiedLostPerWeek: evidence.figure({
        label: `qualified responses a week that the spend on ${trap.audience} would bring elsewhere at the others\u2019 mean`,
        path: `audiences.${trapIndex}.qualifiedLostPerWeek`,
        unit: 'COUNT',
      }),
    },
  };
}
