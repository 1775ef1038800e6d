/** Owns what research computes: what moved the KPI between two windows, which sources contradict each other, what nobody knows. */
import type { Driver, ResearchFinding } from '../../domain/artifacts/researchNote.ts';
import type { Figure } from '../../domain/evidence.ts';
import { numberMentions } from '../../models/numberMentions.ts';
import type { SpecialistContext } from '../contract.ts';
import { changeParts } from '../decomposition.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import { channelTitle, kpiUnit, kpiWords } from '../labels.ts';
import { sentencesOf } from '../passages.ts';
import { overlapOf } from '../terms.ts';
import { SOURCE_JOIN } from './compose.ts';
import type { EntityResult, FoundHit, ResearchMaterial } from './gather.ts';

const DRIVERS_SHOWN = 8;
const QUOTE_LIMIT = 280;
const FINDINGS_SHOWN = 8;
/** Days behind the business date from which data count as late. */
const LATE_DAYS = 14;
/** Content words that two sentences must share to be about the same thing. */
const SAME_SUBJECT = 0.6;
/** Relative difference between credit and booking that is worth a contradiction. */
const CREDIT_GAP = 0.2;

/** The driver scan: KPI in both windows, and who moved it. */
export interface DriverScan {
  readonly evidence: Evidence;
  readonly now: Figure;
  readonly before: Figure;
  readonly change: Figure;
  /** Relative change, or null where the KPI was zero. */
  readonly changeShare: Figure | null;
  readonly drivers: readonly Driver[];
}

/** Decomposes the change of the KPI by channel and campaign; null where there are no data. */
export function scanDrivers(
  context: SpecialistContext,
  book: EvidenceBook,
  material: ResearchMaterial,
): DriverScan | null {
  const { now: latest, before: earlier } = material.totals;
  if (!material.windows || latest === null || earlier === null) return null;
  const total = { now: latest, before: earlier };
  const change = total.now - total.before;
  const drivers = joined(material.now, material.before)
    .map(({ key, now, before }) => ({
      level: key.level,
      id: key.id,
      name: key.name,
      now,
      before,
      shareOfChange: change === 0 ? null : (now.result - before.result) / change,
      ...changeParts({ now, before }),
    }))
    .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change));
  const evidence = book.add({
    kind: 'metrics.drivers',
    tier: 'OBSERVED',
    input: { kpi: context.goal.kpi, windows: material.windows },
    output: {
      total: { ...total, change, changeShare: total.before > 0 ? change / total.before : null },
      credited: material.credited,
      drivers,
    },
    loadIds: material.coverage.loadIds,
    ...(material.coverage.span ? { asOf: material.coverage.span.to } : {}),
  });
  const unit = kpiUnit(context.goal);
  const words = kpiWords(context.goal.kpi);
  const shown = drivers.map((driver, index) => ({ driver, index })).filter(({ driver }) => driver.change !== 0);
  const pick = (level: Driver['level']): Driver[] =>
    shown
      .filter(({ driver }) => driver.level === level)
      .slice(0, DRIVERS_SHOWN)
      .map(({ driver, index }) => driverOf(evidence, { driver, index, unit }));
  return {
    evidence,
    now: evidence.need({ label: `${words}, latest weeks`, path: 'total.now', unit }),
    before: evidence.need({ label: `${words}, weeks before`, path: 'total.before', unit }),
    change: evidence.need({ label: `change of ${words}`, path: 'total.change', unit }),
    changeShare: evidence.figure({ label: `relative change of ${words}`, path: 'total.changeShare', unit: 'SHARE' }),
    drivers: [...pick('CHANNEL'), ...pick('CAMPAIGN')],
  };
}

/** Findings from data, one a driver that matters. */
export function dataFindings(scan: DriverScan, material: ResearchMaterial): ResearchFinding[] {
  const leading = scan.drivers.filter((driver) => driver.level === 'CHANNEL').slice(0, 3);
  return leading.map((driver, index) => ({
    id: `data-${index + 1}`,
    statement: '',
    source: `Own performance data, ${material.windows?.now.from ?? ''} to ${material.windows?.now.to ?? ''}`,
    sourceKind: 'DATA',
    date: material.coverage.span?.to ?? '',
    trust: 'COMPUTED',
    tier: 'OBSERVED',
    quote: null,
    figures: [driver.change, driver.volumeEffect, driver.efficiencyEffect].filter((figure) => figure !== null),
  }));
}

/** Findings from material: the sentences of each hit that speak to its query, quoted to the letter. */
export function materialFindings(hits: readonly FoundHit[]): ResearchFinding[] {
  return hits
    .map(({ query, hit }) => ({ hit, ...bestSentence(query, hit.text) }))
    .filter(
      ({ overlap, quote }, index, all) => overlap > 0 && all.findIndex((other) => other.quote === quote) === index,
    )
    .toSorted((a, b) => weightOf(b) - weightOf(a))
    .slice(0, FINDINGS_SHOWN)
    .map(({ hit, quote }, index) => ({
      id: `source-${index + 1}`,
      statement: '',
      source: [hit.provenance.title, ...hit.provenance.headingPath.slice(-1)]
        .filter((part, at, all) => all.indexOf(part) === at)
        .join(SOURCE_JOIN),
      sourceKind: hit.kind,
      date: hit.provenance.addedAt.slice(0, 10),
      trust: hit.provenance.trust,
      tier: hit.kind === 'LEARNING' ? 'OBSERVED' : 'PRIOR',
      quote,
      figures: [],
    }));
}

/** Past results before guidelines: what was learned says more about a goal than how to write about it. */
function weightOf({ hit, overlap }: { hit: FoundHit['hit']; overlap: number }): number {
  const learned =
    hit.kind !== 'BRAND' ||
    /learn|taught|result|campaign|performance/i.test(`${hit.provenance.title} ${hit.provenance.headingPath.join(' ')}`);
  return overlap + hit.score + (learned ? 0.5 : 0);
}

/** Statements that cannot both hold: other numbers for the same thing, and credit that does not fit the books. */
export function contradictionsOf(
  material: ResearchMaterial,
): { statement: string; between: string[]; parts: readonly string[] }[] {
  const { platform, booked } = material.credited;
  const found: { statement: string; between: string[]; parts: readonly string[] }[] = [];
  if (platform !== null && booked !== null && booked > 0 && Math.abs(platform - booked) / booked > CREDIT_GAP) {
    found.push({ statement: 'CREDIT', between: ['Ad platforms', 'Outcome source'], parts: [] });
  }
  const sentences = material.hits.flatMap(({ hit }) =>
    sentencesOf(hit.text).map((text) => ({ text, title: hit.provenance.title })),
  );
  for (const [index, one] of sentences.entries()) {
    for (const other of sentences.slice(index + 1)) {
      if (one.title !== other.title && disagree(one.text, other.text))
        found.push({ statement: 'NUMBERS', between: [one.title, other.title], parts: [one.text, other.text] });
    }
  }
  return found.slice(0, 6);
}

/** What the material and the data leave open, in words. */
export function unknownsOf(
  context: SpecialistContext,
  material: ResearchMaterial,
  daysBehind: number | null,
): string[] {
  const { coverage } = material;
  const late = daysBehind !== null && daysBehind > LATE_DAYS;
  return [
    coverage.span ? '' : 'No performance data are loaded, so nothing is known of what moved the KPI.',
    late && coverage.span ? `The data end on ${coverage.span.to}; what happened since is not known.` : '',
    coverage.span && material.now.length === 0
      ? 'The KPI is not booked by channel, so which channel moved it is left to the fit of responses.'
      : '',
    coverage.span && !coverage.hasCampaigns
      ? 'The data hold channels and no campaigns, so no campaign can be judged.'
      : '',
    coverage.span && !coverage.hasAudiences ? 'The data hold no audiences, so who responds is not known.' : '',
    coverage.span && !coverage.hasEmail ? 'No e-mail sends are loaded.' : '',
    context.strategy ? '' : 'No strategy is active for this market, so there is nothing to compare the goal with.',
    ...material.unanswered.slice(0, 4).map((query) => `Own material says nothing about: ${query}`),
    ...material.claims
      .filter((claim) => claim.evidenceCount === 0)
      .slice(0, 3)
      .map((claim) => `No proof is stored for the claim: ${claim.text}`),
    ...material.claims
      .filter((claim) => claim.expiresOn !== null && claim.expiresOn < context.workspace.businessDate)
      .slice(0, 3)
      .map((claim) => `The proof has run out for the claim: ${claim.text}`),
  ].filter((line) => line !== '');
}

function driverOf(
  evidence: Evidence,
  input: { driver: { level: Driver['level']; id: string; name: string }; index: number; unit: string },
): Driver {
  const { driver, index, unit } = input;
  const name = driver.level === 'CHANNEL' ? channelTitle(driver.name) : driver.name;
  const at = `drivers.${index}`;
  return {
    level: driver.level,
    id: driver.id,
    name,
    change: evidence.need({ label: `change by ${name}`, path: `${at}.change`, unit }),
    shareOfChange: evidence.figure({
      label: `share of the change by ${name}`,
      path: `${at}.shareOfChange`,
      unit: 'SHARE',
    }),
    volumeEffect: evidence.figure({ label: `effect of spend at ${name}`, path: `${at}.volume`, unit }),
    efficiencyEffect: evidence.figure({ label: `effect of efficiency at ${name}`, path: `${at}.efficiency`, unit }),
  };
}

function joined(
  now: readonly EntityResult[],
  before: readonly EntityResult[],
): { key: EntityResult; now: EntityResult; before: EntityResult }[] {
  const keyOf = (row: EntityResult): string => `${row.level} ${row.id}`;
  const empty = (row: EntityResult): EntityResult => ({ ...row, result: 0, spend: 0 });
  const earlier = new Map(before.map((row) => [keyOf(row), row]));
  const later = new Map(now.map((row) => [keyOf(row), row]));
  return [...new Map([...before, ...now].map((row) => [keyOf(row), row])).entries()].map(([key, row]) => ({
    key: row,
    now: later.get(key) ?? empty(row),
    before: earlier.get(key) ?? empty(row),
  }));
}

function bestSentence(query: string, text: string): { quote: string; overlap: number } {
  const ranked = sentencesOf(text)
    .filter(
      (sentence) =>
        sentence.length > 40 &&
        sentence.length <= QUOTE_LIMIT &&
        /[.!?]$/.test(sentence) &&
        !/^(?:Before|After|Needs|Judged|Trigger|Evidence|Condition|Valid)\b/.test(sentence),
    )
    .map((sentence) => ({ quote: sentence, overlap: overlapOf(query, sentence) }))
    .toSorted((a, b) => b.overlap - a.overlap);
  return ranked[0] ?? { quote: '', overlap: 0 };
}

function disagree(one: string, other: string): boolean {
  if (overlapOf(one, other) < SAME_SUBJECT || overlapOf(other, one) < SAME_SUBJECT) return false;
  const [a] = numberMentions(one);
  const [b] = numberMentions(other);
  if (!a || !b || a.kind !== b.kind) return false;
  return !a.readings.some((left) =>
    b.readings.some((right) => Math.abs(left.value - right.value) <= left.tolerance + right.tolerance),
  );
}
