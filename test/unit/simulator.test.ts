/** Claims: the simulated market replays to the byte, resumes from JSON, obeys its campaigns, and hides the truth that it promises. */
import { describe, expect, it } from 'vitest';
import type { PerformanceFact } from '../../src/domain/facts.ts';
import { strategySchema } from '../../src/domain/strategies.ts';
import { canonicalJson } from '../../src/kernel/canonicalJson.ts';
import { addDays } from '../../src/kernel/calendar.ts';
import { brandBook } from '../../src/simulator/brandBook.ts';
import { brandRules } from '../../src/simulator/brandRules.ts';
import { excludeAudience, publishMessage, setDailyBudget, setPaused } from '../../src/simulator/campaignChanges.ts';
import { demoAudiences } from '../../src/simulator/demoAudiences.ts';
import { demoCampaigns, demoChannels } from '../../src/simulator/demoCampaigns.ts';
import { demoClaims } from '../../src/simulator/demoClaims.ts';
import { demoMessages } from '../../src/simulator/demoMessages.ts';
import { demoStrategy } from '../../src/simulator/demoStrategy.ts';
import { TRAP_AUDIENCE_ID } from '../../src/simulator/demoTruth.ts';
import { advanceMarket, createMarket } from '../../src/simulator/market.ts';
import type { Market, MarketState } from '../../src/simulator/marketTypes.ts';

const start = '2024-11-25';
const market = createMarket({ seed: 11, startDay: start, days: 728 });
const rows = market.rows();
const performance = rows.filter((row): row is PerformanceFact => row.table === 'performance');

function bytesOf(made: Market): string {
  return JSON.stringify([made.rows(), made.state], (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

function sum(facts: readonly PerformanceFact[], value: (fact: PerformanceFact) => number): number {
  return facts.reduce((total, fact) => total + value(fact), 0);
}

const spendOf = (fact: PerformanceFact): number => Number(fact.money.spendMicros ?? 0n) / 1e6;

describe('the demo catalogue', () => {
  it('has 8 channels, 24 campaigns, 6 audiences and 30 messages, all of them in use and joined up', () => {
    expect([demoChannels.length, demoCampaigns.length, demoAudiences.length, demoMessages.length]).toEqual([
      8, 24, 6, 30,
    ]);
    const used = demoCampaigns.flatMap((campaign) => campaign.pairs.map((pair) => pair.messageId));
    expect(new Set(used)).toEqual(new Set(demoMessages.map((message) => message.id)));
    for (const campaign of demoCampaigns) {
      for (const pair of campaign.pairs)
        expect(demoMessages.find((message) => message.id === pair.messageId)?.channel).toBe(campaign.channel);
    }
    const claims = new Set(demoClaims('2026-11-23').map((claim) => claim.id));
    for (const message of demoMessages) for (const claim of message.claimIds) expect(claims).toContain(claim);
  });

  it('has a brand book of some 2,000 words that states every rule and claim, and a strategy that parses', () => {
    const text = brandBook('2026-11-23')
      .map((document) => document.markdown)
      .join('\n');
    const words = text.split(/\s+/).length;
    expect(words).toBeGreaterThan(1500);
    expect(words).toBeLessThan(2700);
    for (const rule of brandRules) expect(text).toContain(rule.id);
    for (const claim of demoClaims('2026-11-23')) expect(text).toContain(claim.text);
    expect(strategySchema.parse(demoStrategy('2026-11-23')).channelMix).toHaveLength(8);
  });

  it('shows no copy that its own rules ban', () => {
    for (const message of demoMessages) {
      const copy = `${message.headline} ${message.body} ${message.callToAction}`.toLowerCase();
      for (const phrase of brandRules.flatMap((rule) => rule.bannedPhrases)) expect(copy).not.toContain(phrase);
    }
  });
});

describe('the simulated market', () => {
  it('gives the same bytes for the same seed, whole or in parts, and others for another seed', () => {
    const short = createMarket({ seed: 3, startDay: start, days: 60 });
    expect(bytesOf(createMarket({ seed: 3, startDay: start, days: 60 }))).toBe(bytesOf(short));
    expect(bytesOf(createMarket({ seed: 4, startDay: start, days: 60 }))).not.toBe(bytesOf(short));
    const whole = advanceMarket(short.state, { fromDay: addDays(short.to, 1), days: 20 });
    const first = advanceMarket(short.state, { fromDay: addDays(short.to, 1), days: 8 });
    const stored = JSON.parse(canonicalJson(first.state)) as MarketState;
    const second = advanceMarket(stored, { fromDay: addDays(first.to, 1), days: 12 });
    expect([...first.rows(), ...second.rows()]).toEqual(whole.rows());
    expect(second.state.day).toBe(whole.state.day);
  });

  it('has unique identities, whole cents, and a third of its rows from each kind of tool', () => {
    const identities = performance.map((fact) =>
      [
        fact.sourceKind,
        fact.account,
        fact.channel,
        fact.campaign?.id,
        fact.audience?.id,
        fact.message?.id,
        fact.start,
      ].join('|'),
    );
    expect(new Set(identities).size).toBe(identities.length);
    for (const fact of performance) for (const micros of Object.values(fact.money)) expect(micros % 10_000n).toBe(0n);
    for (const kind of ['PLATFORM', 'ANALYTICS', 'CRM'])
      expect(performance.filter((fact) => fact.sourceKind === kind).length).toBeGreaterThan(15_000);
    expect(rows.length).toBeLessThan(120_000);
  });

  it('shows one sale in three tools: platforms claim more than the CRM has', () => {
    const paid = performance.filter((fact) => fact.channel !== 'ORGANIC');
    const claimed = sum(paid, (fact) => fact.fractional.platformConversions ?? 0);
    const booked = sum(
      paid.filter((fact) => fact.sourceKind === 'CRM'),
      (fact) => fact.fractional.conversions ?? 0,
    );
    const seen = sum(
      paid.filter((fact) => fact.sourceKind === 'ANALYTICS'),
      (fact) => fact.fractional.conversions ?? 0,
    );
    const caused = demoChannels.reduce(
      (total, channel) => total + market.truth.contribution(channel.key, 'CONVERSIONS'),
      0,
    );
    expect(claimed).toBeGreaterThan(1.2 * caused);
    expect(seen).toBeLessThan(booked);
    expect(booked).toBeGreaterThan(caused);
  });

  it('has a trap audience with three times the clicks and a fifth of the qualified leads a click', () => {
    const social = performance.filter((fact) => fact.channel === 'PAID_SOCIAL');
    const ratesOf = (facts: readonly PerformanceFact[]): { click: number; qualified: number } => {
      const clicks = sum(facts, (fact) => Number(fact.counts.clicks ?? 0n));
      return {
        click: clicks / sum(facts, (fact) => Number(fact.counts.impressions ?? 0n)),
        qualified: sum(facts, (fact) => Number(fact.counts.qualifiedLeads ?? 0n)) / clicks,
      };
    };
    const trap = ratesOf(social.filter((fact) => fact.audience?.id === TRAP_AUDIENCE_ID));
    const others = ratesOf(social.filter((fact) => fact.audience?.id !== TRAP_AUDIENCE_ID));
    expect(trap.click / others.click).toBeGreaterThan(2);
    expect(trap.qualified / others.qualified).toBeLessThan(0.3);
  });

  it('obeys its campaigns: budgets, pauses, exclusions and new messages change the days that follow, not the past', () => {
    const fromDay = addDays(market.to, 1);
    const calm = advanceMarket(market.state, { fromDay, days: 28 });
    let state = setDailyBudget(market.state, 'cmp-search-brand', 2_000_000_000n);
    state = setPaused(state, 'cmp-display-interest', true);
    state = excludeAudience(state, TRAP_AUDIENCE_ID, 'cmp-social-broad');
    state = publishMessage(state, 'cmp-social-prospecting', {
      message: { id: 'msg-new', name: 'A fresh cut', channel: 'PAID_SOCIAL' },
      replacesMessageId: 'msg-social-desk-loop',
    });
    const changed = advanceMarket(state, { fromDay, days: 28 });
    const spent = (made: Market, campaign: string): number =>
      sum(
        made
          .rows()
          .filter((row): row is PerformanceFact => row.table === 'performance' && row.campaign?.id === campaign),
        spendOf,
      );
    expect(spent(changed, 'cmp-search-brand') / 28).toBeGreaterThan(1800);
    expect(spent(changed, 'cmp-display-interest')).toBe(0);
    expect(spent(changed, 'cmp-social-broad')).toBe(0);
    expect(spent(changed, 'cmp-email-letter')).toBe(spent(calm, 'cmp-email-letter'));
    const shown = new Set(
      changed
        .rows()
        .flatMap((row) => (row.table === 'performance' && row.sourceKind === 'PLATFORM' ? [row.message?.id] : [])),
    );
    expect(shown).toContain('msg-new');
    expect(shown).not.toContain('msg-social-desk-loop');
    expect(market.state.campaigns.every((campaign) => !campaign.paused)).toBe(true);
    expect(changed.truth.contribution('DISPLAY', 'QUALIFIED_LEADS')).toBeLessThan(
      calm.truth.contribution('DISPLAY', 'QUALIFIED_LEADS'),
    );
  });

  it('refuses to make a day twice, to skip one, and to change what is not there', () => {
    expect(() => advanceMarket(market.state, { fromDay: market.to, days: 1 })).toThrow(/can go on from/);
    expect(() => advanceMarket(market.state, { fromDay: addDays(market.to, 1), days: 0 })).toThrow(/0 days/);
    expect(() => setDailyBudget(market.state, 'cmp-none', 1n)).toThrow(/no campaign cmp-none/);
    expect(() =>
      publishMessage(market.state, 'cmp-email-letter', {
        message: { id: 'x', name: 'x', channel: 'EMAIL' },
        replacesMessageId: 'msg-none',
      }),
    ).toThrow(/does not run message msg-none/);
  });

  it('tells a truth that adds up: rising, concave in the end, nothing from nothing', () => {
    for (const channel of demoChannels) {
      const at = [0, 0.5, 1, 2, 4].map((multiple) => market.truth.response(channel.key, multiple * channel.dailySpend));
      expect(at[0]).toBe(0);
      for (let i = 1; i < at.length; i += 1) expect(at[i]!).toBeGreaterThan(at[i - 1]!);
      expect(at[4]! - at[3]!).toBeLessThan(2 * (at[3]! - at[2]!));
      expect(market.truth.contribution(channel.key, 'QUALIFIED_LEADS')).toBeGreaterThan(0);
    }
  });
});
