/**
 * Owns what a first strategy can draft of personas and offers: from own documents, proven claims and the audiences in the data,
 * each with its source, and a sentence for what is missing. It invents neither a need nor an offer.
 */
import { sentencesOf } from '../agents/passages.ts';
import { overlapOf } from '../agents/terms.ts';
import type { BrandText } from '../agents/tools.ts';
import { lastWeeks } from '../agents/windows.ts';
import type { Span } from '../domain/artifacts/shape.ts';
import type { ClaimRecord } from '../domain/compliance.ts';
import type { Strategy } from '../domain/strategies.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import type { CalendarDay } from '../kernel/calendar.ts';
import { brandTexts } from '../memory/brandDocuments.ts';
import { claimsOf } from '../memory/claims.ts';
import { audienceFunnels, type FunnelRow } from '../metrics/funnels.ts';
import { numberText } from '../models/phrases.ts';

/** Weeks over which audiences are judged, and qualified responses below which one is not. */
const QUALITY_WEEKS = 26;
const ENOUGH_RESPONSES = 30;
/** Personas from documents, personas from audiences, and offers, at the most. */
const LIMITS = { stated: 4, audiences: 3, offers: 5 };
const PERSONA_HEADING =
  /\b(?:personas?|target (?:groups?|audiences?)|our (?:customers?|buyers?|readers?)|who (?:we sell to|buys)|zielgruppen?)\b/i;
const NEED = /\b(?:needs?|wants?|braucht|bedarf)\s*:\s*([^.!?]{3,240})/i;
const TRIGGER = /\b(?:triggers?|ausl\u00f6ser|anlass)\s*:\s*([^.!?]{3,240})/i;
/** What makes a proven sentence an offer: a price, a trial, a return, a warranty. */
const OFFER =
  /\b(?:free|trial|try|sample|demo|returns?|guarantee\w*|warranty|spare parts|discount|subscription|per (?:month|desk|seat|user)|kostenlos|gratis|testen|probe\w*|r\u00fcckgabe|garantie|rabatt)\b|[\u20ac$\u00a3]\s?\d|\d\s?(?:\u20ac|eur|usd|gbp)\b/i;
const OFFER_HEADING = /\b(?:offers?|pricing|prices?|angebote?|preise?)\b/i;
/** Parts that tell of the past or of others. */
const NO_OFFER_PART = /\b(?:learn\w*|taught|past|campaigns?|competitors?|wettbewerb\w*)\b/i;

/** What the draft is read from. */
export interface StrategyMaterial {
  readonly window: Span;
  readonly currency: string;
  readonly audiences: readonly FunnelRow[];
  readonly texts: readonly BrandText[];
  readonly claims: readonly ClaimRecord[];
}

/** Personas and offers of a draft, with notes: where each comes from, and what is missing. */
export type DraftedMaterial = Pick<Strategy, 'personas' | 'offers' | 'draftNotes'>;

/** Reads the material of the unit's workspace. */
export async function readStrategyMaterial(
  unit: UnitOfWork,
  { currency, dataThrough }: { currency: string; dataThrough: CalendarDay },
): Promise<StrategyMaterial> {
  const window = lastWeeks(dataThrough, QUALITY_WEEKS);
  const texts = await brandTexts(unit);
  return {
    window,
    currency,
    audiences: await audienceFunnels(unit, window),
    texts: texts.filter((text) => text.trust === 'OWNED'),
    claims: await claimsOf(unit),
  };
}

/** Drafts personas and offers; claims count while their proof holds on the last day of the window. */
export function draftMaterial(material: StrategyMaterial): DraftedMaterial {
  const personas = draftPersonas(material);
  const offers = draftOffers(material);
  return {
    personas: personas.map(({ name, need, trigger }) => ({ name, need, trigger })),
    offers: offers.map((offer) => offer.text),
    draftNotes: [
      ...(personas.length > 0
        ? personas.map((persona) => `Draft persona \u201c${persona.name}\u201d: ${persona.source}`)
        : [
            'No persona could be drafted: no own document describes whom the brand serves, and no audience of the data has enough qualified responses. A persona document, or performance data by audience, would fill this.',
          ]),
      ...(offers.length > 0
        ? offers.map((offer) => `Draft offer \u201c${offer.text}\u201d: ${offer.source}`)
        : [
            'No offer could be drafted: no proven claim and no own document names a price, a trial or a guarantee. A price list or product sheet with its evidence would fill this.',
          ]),
    ],
  };
}

interface DraftedPersona {
  readonly name: string;
  readonly need: string;
  readonly trigger: string;
  readonly source: string;
}

/** Personas that documents state, each with the audience that is closest to it; then the best audiences that none of them covers. */
function draftPersonas(material: StrategyMaterial): DraftedPersona[] {
  const ranked = rankedAudiences(material.audiences);
  const stated = statedPersonas(material.texts);
  const closest = (text: string): FunnelRow | undefined =>
    ranked
      .map((audience) => ({ audience, overlap: overlapOf(audience.name, text) }))
      .filter(({ overlap }) => overlap >= 0.3)
      .toSorted((a, b) => b.overlap - a.overlap)[0]?.audience;
  const described = stated.map((persona) => ({ ...persona, audience: closest(`${persona.name} ${persona.text}`) }));
  const covered = new Set(described.flatMap(({ audience }) => (audience ? [audience.id] : [])));
  const best = ranked.slice(0, Math.min(LIMITS.audiences, Math.ceil(ranked.length / 2)));
  return [
    ...described.map(({ name, need, trigger, source, audience }) => ({
      name,
      need,
      trigger,
      source: `from ${source}; ${audience ? `closest in the data is ${qualityText(material, ranked, audience)}` : 'no audience of the data matches it, so its worth is not known'}.`,
    })),
    ...best
      .filter((audience) => !covered.has(audience.id))
      .map((audience) => ({
        name: audience.name,
        need: '',
        trigger: '',
        source: `from the data: ${qualityText(material, ranked, audience)}. What these people need and what makes them act is not in the data; a persona document, interviews or sales notes would fill this.`,
      })),
  ];
}

/** Sections below a heading on personas; where some name a need or a trigger, those that name neither are told about and not aimed at. */
function statedPersonas(texts: readonly BrandText[]): (DraftedPersona & { readonly text: string })[] {
  const sections = texts
    .filter((text) => text.headingPath.slice(0, -1).some((heading) => PERSONA_HEADING.test(heading)))
    .map((text) => {
      const plain = text.text.replace(/\*\*|__/g, '').replace(/\s+/g, ' ');
      return {
        name: (text.headingPath.at(-1) ?? '').trim(),
        need: raised(NEED.exec(plain)?.[1] ?? ''),
        trigger: raised(TRIGGER.exec(plain)?.[1] ?? ''),
        source: `${text.title}, ${text.headingPath.slice(0, -1).at(-1) ?? ''} (${text.addedAt.slice(0, 10)})`,
        text: plain,
      };
    });
  const labelled = sections.filter((section) => section.need !== '' || section.trigger !== '');
  const kept =
    labelled.length > 0
      ? labelled
      : sections.map((section) => ({ ...section, need: sentencesOf(section.text)[0] ?? '' }));
  return kept.slice(0, LIMITS.stated);
}

/** Audiences with enough responses and spend, cheapest qualified response first. */
function rankedAudiences(audiences: readonly FunnelRow[]): FunnelRow[] {
  return audiences
    .filter((audience) => (audience.qualified ?? 0) >= ENOUGH_RESPONSES && (audience.spend ?? 0) > 0)
    .toSorted((a, b) => costOf(a) - costOf(b));
}

function costOf(audience: FunnelRow): number {
  return (audience.spend ?? 0) / (audience.qualified ?? 1);
}

function qualityText(
  { window, currency }: StrategyMaterial,
  ranked: readonly FunnelRow[],
  audience: FunnelRow,
): string {
  return `${audience.name}, with ${numberText(audience.qualified ?? 0, 'COUNT')} qualified responses at ${numberText(costOf(audience), currency)} each from ${window.from} to ${window.to}, rank ${ranked.indexOf(audience) + 1} of ${ranked.length} by that cost`;
}

/** Proven claims that state an offer, then sentences of own documents under a heading on offers or prices; of a claim its register decides. */
function draftOffers({ claims, texts, window }: StrategyMaterial): { text: string; source: string }[] {
  const registered = new Set(claims.map((claim) => claim.text));
  const proven = claims
    .filter((claim) => claim.evidenceCount > 0 && (claim.expiresOn === null || claim.expiresOn >= window.to))
    .filter((claim) => OFFER.test(claim.text))
    .map((claim) => ({
      text: claim.text,
      source: `from the claim register, ${claim.expiresOn ? `proven until ${claim.expiresOn}` : 'proven without an end date'}.`,
    }));
  const stated = texts
    .filter((text) => OFFER_HEADING.test(text.headingPath.at(-1) ?? ''))
    .filter((text) => ![text.title, ...text.headingPath].some((part) => NO_OFFER_PART.test(part)))
    .flatMap((text) =>
      sentencesOf(text.text)
        .filter((sentence) => OFFER.test(sentence) && !registered.has(sentence))
        .map((sentence) => ({
          text: sentence,
          source: `from ${text.title}, ${text.headingPath.at(-1) ?? ''} (${text.addedAt.slice(0, 10)}); no proof of it is on file yet.`,
        })),
    );
  return [...new Map([...proven, ...stated].map((offer) => [offer.text, offer])).values()].slice(0, LIMITS.offers);
}

function raised(text: string): string {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
}
