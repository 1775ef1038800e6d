/** Owns the facts that brief and copy are written from: what is replaced, what does best, and the lines that copy may be built of. */
import type { Evidence } from '../evidence.ts';
import type { SpecialistContext } from '../contract.ts';
import { goalFacts } from '../labels.ts';
import { factPassages, passagesOf } from '../passages.ts';
import { contentWords, weighTerms } from '../terms.ts';
import type { ContentFacts } from './compose.ts';
import type { CopyPlan } from './copy.ts';
import type { ContentMaterial } from './gather.ts';
import { claimLines, factLines, type Line, type LineSources } from './lines.ts';
import type { RankedMessage } from './messageRank.ts';
import type { VariantPlan } from './plan.ts';

/** Goal figures that content is set against. */
export interface Setting {
  readonly evidence: Evidence;
  readonly baseline: ContentFacts['baseline'];
  readonly target: ContentFacts['target'];
  readonly budget: ContentFacts['target'];
}

/** Everything that may be said in brief and copy. */
export function factsOf(
  context: SpecialistContext,
  input: {
    material: ContentMaterial;
    ranked: readonly RankedMessage[];
    plans: readonly VariantPlan[];
    sources: LineSources;
    setting: Setting;
  },
): ContentFacts {
  const { material, ranked, plans, sources, setting } = input;
  const replaced = plans.find((plan) => plan.replaces !== null)?.replaces ?? null;
  const winners = ranked.filter((message) => message.id !== replaced?.messageId && message.index > 1);
  const copyOf = (id: string) => material.messages.find((message) => message.id === id);
  const winner = winners.find((message) => copyOf(message.id)?.headline != null);
  const strategy = context.strategy?.document;
  const best =
    material.audience?.audiences.find((audience) => audience.verdict === 'STRONG') ??
    material.audience?.audiences[0] ??
    null;
  const persona = strategy?.personas[0];
  const topic = [
    context.goal.text,
    persona?.need ?? '',
    replaced?.headline ?? '',
    replaced?.body ?? '',
    winner ? (copyOf(winner.id)?.headline ?? '') : '',
  ].join(' ');
  const pool: LinePool = {
    claims: claimLines(sources, topic).slice(0, 8),
    lines: factLines(sources, topic).slice(0, 24),
    hashtags: hashtagsOf(material),
  };
  return {
    goal: goalFacts(context.goal),
    brand: brandOf(material),
    audience: best
      ? { name: best.name, need: persona?.need ?? '' }
      : persona
        ? { name: persona.name, need: persona.need }
        : null,
    baseline: setting.baseline,
    target: setting.target,
    replaced: replaced
      ? {
          name: replaced.messageName,
          headline: replaced.headline,
          campaign: replaced.campaignName,
          reason: replaced.reason,
          figure: replaced.figure,
        }
      : null,
    winner: winner
      ? { name: winner.name, headline: copyOf(winner.id)?.headline ?? winner.name, rate: winner.rate }
      : null,
    offers: strategy?.offers ?? [],
    positioning: strategy?.positioning ?? '',
    toneRules: material.rules
      .filter((rule) => rule.bannedPhrases.length === 0)
      .map((rule) => rule.text)
      .slice(0, 12),
    banned: material.rules.flatMap((rule) => rule.bannedPhrases).slice(0, 60),
    plans: plans.map((plan) => copyPlanOf(plan, { material, winners, pool, kpi: context.goal.kpi })),
    sentBack:
      context.revision?.findings.map((finding) => ({
        quote: finding.quote,
        reason: finding.reason,
        suggestion: finding.suggestion,
      })) ?? [],
  };
}

interface LinePool {
  readonly claims: readonly Line[];
  readonly lines: readonly Line[];
  readonly hashtags: readonly string[];
}

function copyPlanOf(
  plan: VariantPlan,
  input: { material: ContentMaterial; winners: readonly RankedMessage[]; pool: LinePool; kpi: string },
): CopyPlan {
  const { material, winners, pool } = input;
  const copies = [
    ...winners.filter((message) => message.channel === plan.channel),
    ...winners.filter((message) => message.channel !== plan.channel),
  ].flatMap((message) => material.messages.find((entry) => entry.id === message.id) ?? []);
  const calls = [...copies, ...material.messages].flatMap((message) =>
    message.callToAction !== null && !message.callToAction.includes('.') ? [message.callToAction] : [],
  );
  return {
    key: plan.key,
    channel: plan.channel,
    form: plan.format.form,
    format: plan.format.key,
    angle: plan.angle,
    slots: plan.format.slots,
    claims: pool.claims,
    lines: pool.lines,
    winners: copies
      .flatMap((message) =>
        message.headline !== null && message.headline !== plan.replaces?.headline ? [message.headline] : [],
      )
      .slice(0, 6),
    callsToAction: [
      ...new Set([...calls, input.kpi === 'REVENUE' || input.kpi === 'CONVERSIONS' ? 'See prices' : 'Ask for details']),
    ].slice(0, 12),
    hashtags: pool.hashtags,
  };
}

/** Topics of own facts as tags. */
function hashtagsOf(material: ContentMaterial): string[] {
  const facts = factPassages(passagesOf(material.texts)).map((passage, index) => ({
    id: String(index),
    source: 'BRAND' as const,
    text: passage.text,
  }));
  return weighTerms(facts, 6).map(
    (term) =>
      `#${contentWords(term.term)
        .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
        .join('')}`,
  );
}

/** The brand's name: the named thing that own material speaks of most. */
function brandOf(material: ContentMaterial): string {
  const counts = new Map<string, number>();
  for (const passage of passagesOf(material.texts))
    for (const match of passage.text.matchAll(/(?<=[\p{Ll},]\s)\p{Lu}\p{Ll}{3,}\b/gu))
      counts.set(match[0], (counts.get(match[0]) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 'Our brand';
}
