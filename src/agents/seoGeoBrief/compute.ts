/** Owns what the search brief computes: keywords by term statistics and search demand, candidate questions and answers, and what not to claim. */
import type { Keyword, SeoGeoBrief } from '../../domain/artifacts/seoGeoBrief.ts';
import type { GoalKpi } from '../../domain/goals.ts';
import { addDays } from '../../kernel/calendar.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import { closestPassages, entitiesOf, factPassages, passagesOf, type Passage } from '../passages.ts';
import { provenClaims } from '../content/lines.ts';
import { overlapOf, weighTerms, type CorpusText } from '../terms.ts';
import type { SearchDemand, SeoMaterial } from './gather.ts';

const KEYWORDS_SHOWN = 10;
const CANDIDATES = 80;
/** Days for which a brief holds when no proof runs out earlier. */
const FRESH_DAYS = 180;
const QUESTIONS_SHOWN = 6;

/** Everything of the brief that needs no wording. */
export interface SeoFindings {
  readonly evidence: Evidence;
  readonly keywords: readonly Keyword[];
  readonly intent: SeoGeoBrief['intent'];
  readonly funnelStage: SeoGeoBrief['funnelStage'];
  /** Questions that own texts or the goal ask, closest to the goal first. */
  readonly questions: readonly Passage[];
  /** Owned statements that can answer. */
  readonly answers: readonly Passage[];
  readonly entities: SeoGeoBrief['entities'];
  readonly proofs: SeoGeoBrief['evidence'];
  readonly doNotClaim: SeoGeoBrief['doNotClaim'];
  readonly freshUntil: string;
}

/** Computes the brief's parts. */
export function computeSeo(context: SpecialistContext, book: EvidenceBook, material: SeoMaterial): SeoFindings {
  const { evidence, keywords } = keywordsOf(context, book, material);
  const passages = passagesOf(material.texts);
  const topic = [context.goal.text, ...keywords.slice(0, 4).map((keyword) => keyword.term)].join(' ');
  const today = context.workspace.businessDate;
  const expiries = material.claims.map((claim) => claim.expiresOn).filter((day) => day !== null && day >= today);
  return {
    evidence,
    keywords,
    ...intentOf(context.goal.kpi, topic),
    questions: closestPassages(
      topic,
      passages.filter(
        (passage) =>
          passage.isQuestion && passage.next !== '' && !isRefused(context, `${passage.text} ${passage.next}`),
      ),
      QUESTIONS_SHOWN,
    ),
    answers: closestPassages(
      topic,
      factPassages(passages).filter((passage) => !isRefused(context, passage.text)),
      14,
    ),
    entities: entitiesOf(passages, 6),
    proofs: proofsOf(material, topic, today),
    doNotClaim: forbiddenOf(material, today),
    freshUntil:
      [addDays(today, FRESH_DAYS), ...expiries.filter((day) => day !== null)].toSorted()[0] ??
      addDays(today, FRESH_DAYS),
  };
}

/** Whether a review objected to words of the text in an earlier round. */
function isRefused(context: SpecialistContext, text: string): boolean {
  return (context.revision?.findings ?? []).some(
    (finding) =>
      finding.severity === 'BLOCK' && finding.quote !== '' && text.toLowerCase().includes(finding.quote.toLowerCase()),
  );
}

function keywordsOf(
  context: SpecialistContext,
  book: EvidenceBook,
  material: SeoMaterial,
): { evidence: Evidence; keywords: Keyword[] } {
  const terms = weighTerms(corpusOf(context, material), CANDIDATES).map((term) => {
    const demand = demandFor(term.term, material.demand);
    const nearness = overlapOf(term.term, `${context.goal.text} ${context.task.question}`);
    return {
      ...term,
      searchClicks: demand.clicks,
      searchLeads: demand.qualifiedLeads,
      nearness,
      score: term.weight * (1 + nearness) * (1 + Math.log1p(demand.clicks) / 5),
    };
  });
  const ranked = terms.toSorted((a, b) => b.score - a.score || a.term.localeCompare(b.term));
  const evidence = book.add({
    kind: 'memory.termWeights',
    tier: 'OBSERVED',
    input: {
      documents: material.texts.map((text) => text.documentId),
      messages: material.messages.length,
      window: material.window,
      weight: 'tf-idf',
      score: 'weight, nearness to the goal, clicks of own search campaigns',
    },
    output: { terms: ranked },
    loadIds: material.coverage.loadIds,
  });
  const keywords = ranked.slice(0, KEYWORDS_SHOWN).map((term, index): Keyword => ({
    term: term.term,
    role: index === 0 ? 'PRIMARY' : 'SECONDARY',
    weight: evidence.need({ label: `weight of "${term.term}"`, path: `terms.${index}.score`, unit: 'INDEX' }),
    documents: term.documents,
    source: term.source,
  }));
  return { evidence, keywords };
}

/** Facts by heading, copy that runs, names of search campaigns, the goal; rules for writers are no topic. */
function corpusOf(context: SpecialistContext, material: SeoMaterial): CorpusText[] {
  const facts = Map.groupBy(
    factPassages(passagesOf(material.texts)),
    (passage) => `${passage.documentId} ${passage.heading}`,
  );
  return [
    ...[...facts].map(([id, passages]): CorpusText => ({
      id,
      source: 'BRAND',
      text: passages.map((passage) => passage.text).join(' '),
    })),
    ...material.demand.map((campaign): CorpusText => ({
      id: `campaign ${campaign.name}`,
      source: 'MESSAGE',
      text: topicOf(campaign.name),
    })),
    ...provenClaims(material.claims, context.workspace.businessDate).map((claim): CorpusText => ({
      id: claim.id,
      source: 'BRAND',
      text: claim.text,
    })),
    ...material.messages.map((message): CorpusText => ({
      id: message.id,
      source: 'MESSAGE',
      text: [message.headline, message.body].filter((part) => part !== null).join('. '),
    })),
    { id: 'goal', source: 'GOAL', text: context.goal.text },
  ];
}

function demandFor(term: string, demand: readonly SearchDemand[]): { clicks: number; qualifiedLeads: number } {
  const matching = demand.filter((campaign) => overlapOf(term, topicOf(campaign.name)) >= 0.5);
  return {
    clicks: matching.reduce((sum, campaign) => sum + campaign.clicks, 0),
    qualifiedLeads: matching.reduce((sum, campaign) => sum + campaign.qualifiedLeads, 0),
  };
}

/** What a search campaign is about: its name without the channel in front. */
function topicOf(name: string): string {
  return (
    name
      .split(/[|:]/)
      .at(-1)
      ?.replace(/\bterms?\b/gi, '')
      .trim() ?? name
  );
}

function intentOf(kpi: GoalKpi, topic: string): Pick<SeoFindings, 'intent' | 'funnelStage'> {
  if (/\b(?:buy|order|price|prices|quote|shop|trial)\b/i.test(topic) && (kpi === 'REVENUE' || kpi === 'CONVERSIONS'))
    return { intent: 'TRANSACTIONAL', funnelStage: 'DECISION' };
  if (kpi === 'SESSIONS') return { intent: 'INFORMATIONAL', funnelStage: 'AWARENESS' };
  return { intent: 'COMMERCIAL', funnelStage: 'CONSIDERATION' };
}

function proofsOf(material: SeoMaterial, topic: string, today: string): SeoGeoBrief['evidence'] {
  return material.claims
    .filter((claim) => claim.evidenceCount > 0 && (claim.expiresOn === null || claim.expiresOn >= today))
    .toSorted((a, b) => overlapOf(topic, b.text) - overlapOf(topic, a.text))
    .slice(0, 6)
    .map((claim) => ({
      claimId: claim.id,
      text: claim.text,
      source: 'Claim register',
      proofs: claim.evidenceCount,
      expiresOn: claim.expiresOn,
    }));
}

function forbiddenOf(material: SeoMaterial, today: string): SeoGeoBrief['doNotClaim'] {
  const unproven = material.claims
    .filter((claim) => claim.evidenceCount === 0)
    .map((claim) => ({ text: claim.text, reason: 'No proof is stored.' }));
  const expired = material.claims
    .filter((claim) => claim.expiresOn !== null && claim.expiresOn < today)
    .map((claim) => ({ text: claim.text, reason: `Its proof ran out on ${claim.expiresOn ?? ''}.` }));
  const banned = material.rules
    .filter((rule) => rule.enforcement === 'MUST' && rule.bannedPhrases.length > 0)
    .flatMap((rule) =>
      rule.bannedPhrases.slice(0, 4).map((phrase) => ({
        text: phrase,
        reason: rule.text.replace(/^(?:MUST|SHOULD|MAY)\s*(?:\([^)]*\))?:\s*/, ''),
      })),
    );
  return [...unproven, ...expired, ...banned].slice(0, 14);
}
