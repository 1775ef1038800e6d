/** Owns what is true in the demo market and shown to nobody: response, quality, fatigue, and how far platforms overclaim. */
import { seededRandom } from '../kernel/random.ts';
import { demoMessages } from './demoMessages.ts';

/** How one channel truly works. */
export interface ChannelTruth {
  /** Qualified leads a day that the channel brings at saturation. */
  readonly saturationLeads: number;
  /** Effective spend a day (EUR, quality-weighted) at which half of that is reached. */
  readonly halfSaturation: number;
  readonly slope: number;
  /** Days after which half of a day's effect is left. */
  readonly halfLifeDays: number;
  /** How strongly planners follow demand: spend is multiplied by exp(demandChasing x demand). */
  readonly demandChasing: number;
  /** Cost of a thousand impressions in EUR; for EMAIL of a thousand sends. */
  readonly costPerThousand: number;
  readonly clickRate: number;
  /** Share of sessions that look at two pages or more. */
  readonly engagedRate: number;
  /** Conversions that the platform reports for each that it caused. */
  readonly overReporting: number;
  /** Share of organic sales that the platform also counts as its own. */
  readonly poaching: number;
}

/** How one audience truly behaves, relative to the channel's rates. */
export interface AudienceTruth {
  /** Effect of a EUR on qualified leads, 1 is ordinary. */
  readonly quality: number;
  readonly clickRate: number;
  readonly engagedRate: number;
  /** Multiplies the chance that a lead buys. */
  readonly closeRate: number;
  /** Multiplies what tools credit to campaigns without having been caused by them. */
  readonly poaching: number;
}

/** How one message truly behaves. */
export interface MessageTruth {
  readonly clickRate: number;
  readonly quality: number;
  /** Loss of click rate and effect: both fall as exp(-fatigue x impressions seen per person). */
  readonly fatigue: number;
}

/** The trap: many clicks, few qualified leads. */
export const TRAP_AUDIENCE_ID = 'aud-desk-setups';
/** The creative that wears out. */
export const FATIGUED_MESSAGE_ID = 'msg-social-desk-loop';
/** Fatigue per impression per person of that creative, and of all others. */
const WORN_FATIGUE = 0.042;
const ORDINARY_FATIGUE = 0.00015;

/** Standard deviation of the message effects on the logit of the click rate, and on quality. */
const MESSAGE_CLICK_SD = 0.15;
const MESSAGE_QUALITY_SD = 0.1;

/** True response of the demo's channels. */
export const channelTruth: Readonly<Record<string, ChannelTruth>> = {
  PAID_SEARCH: {
    saturationLeads: 186,
    halfSaturation: 2900,
    slope: 1.1,
    halfLifeDays: 1,
    demandChasing: 0.12,
    costPerThousand: 46,
    clickRate: 0.031,
    engagedRate: 0.61,
    overReporting: 1.5,
    poaching: 0.07,
  },
  PAID_SOCIAL: {
    saturationLeads: 285,
    halfSaturation: 5600,
    slope: 1.15,
    halfLifeDays: 4,
    demandChasing: 0.06,
    costPerThousand: 13,
    clickRate: 0.0085,
    engagedRate: 0.42,
    overReporting: 1.9,
    poaching: 0.04,
  },
  VIDEO: {
    saturationLeads: 138,
    halfSaturation: 3600,
    slope: 1.2,
    halfLifeDays: 9,
    demandChasing: 0.03,
    costPerThousand: 16,
    clickRate: 0.0016,
    engagedRate: 0.36,
    overReporting: 1.4,
    poaching: 0.02,
  },
  DISPLAY: {
    saturationLeads: 33,
    halfSaturation: 1900,
    slope: 1,
    halfLifeDays: 3,
    demandChasing: 0.05,
    costPerThousand: 5,
    clickRate: 0.0014,
    engagedRate: 0.29,
    overReporting: 2.5,
    poaching: 0.05,
  },
  EMAIL: {
    saturationLeads: 120,
    halfSaturation: 620,
    slope: 1.1,
    halfLifeDays: 2,
    demandChasing: 0.03,
    costPerThousand: 34,
    clickRate: 0.021,
    engagedRate: 0.66,
    overReporting: 1.7,
    poaching: 0.05,
  },
  AFFILIATE: {
    saturationLeads: 90,
    halfSaturation: 1300,
    slope: 1,
    halfLifeDays: 3,
    demandChasing: 0.08,
    costPerThousand: 24,
    clickRate: 0.011,
    engagedRate: 0.51,
    overReporting: 2.1,
    poaching: 0.05,
  },
  AUDIO: {
    saturationLeads: 66,
    halfSaturation: 1700,
    slope: 1.1,
    halfLifeDays: 10,
    demandChasing: 0.02,
    costPerThousand: 26,
    clickRate: 0.0006,
    engagedRate: 0.44,
    overReporting: 1.2,
    poaching: 0.01,
  },
  CTV: {
    saturationLeads: 114,
    halfSaturation: 2600,
    slope: 1.2,
    halfLifeDays: 14,
    demandChasing: 0.02,
    costPerThousand: 31,
    clickRate: 0.0004,
    engagedRate: 0.4,
    overReporting: 1.3,
    poaching: 0.01,
  },
};

/** True behaviour of the demo's audiences. */
export const audienceTruth: Readonly<Record<string, AudienceTruth>> = {
  'aud-facilities': { quality: 1.15, clickRate: 1, engagedRate: 1.1, closeRate: 1.1, poaching: 1 },
  'aud-architects': { quality: 1.05, clickRate: 0.9, engagedRate: 1.15, closeRate: 1.2, poaching: 0.7 },
  'aud-people-leads': { quality: 0.9, clickRate: 1.15, engagedRate: 1, closeRate: 0.9, poaching: 0.8 },
  'aud-it-operations': { quality: 0.75, clickRate: 0.85, engagedRate: 0.9, closeRate: 0.95, poaching: 0.8 },
  'aud-site-visitors': { quality: 0.8, clickRate: 1.5, engagedRate: 1.2, closeRate: 1.15, poaching: 3.2 },
  [TRAP_AUDIENCE_ID]: { quality: 0.6, clickRate: 3, engagedRate: 0.45, closeRate: 0.5, poaching: 0.3 },
};

/** True message effects of a market: drawn from its seed, except for the creative that wears out. */
export function messageTruth(seed: number): Readonly<Record<string, MessageTruth>> {
  const truths: Record<string, MessageTruth> = {};
  for (const message of demoMessages) {
    const random = seededRandom(seed).split(`message:${message.id}`);
    const clickRate = Math.exp(random.normal(0, MESSAGE_CLICK_SD));
    const quality = Math.exp(random.normal(0, MESSAGE_QUALITY_SD));
    const worn = message.id === FATIGUED_MESSAGE_ID;
    truths[message.id] = {
      clickRate: worn ? Math.max(1.15, clickRate) : clickRate,
      quality: worn ? 1.1 : quality,
      fatigue: worn ? WORN_FATIGUE : ORDINARY_FATIGUE,
    };
  }
  return truths;
}

/** What is true of the whole market. */
export const marketTruth = {
  /** Qualified leads a day without any advertising, before trend, season and events. */
  organicLeads: 430,
  /** Growth of the organic base a year. */
  yearlyGrowth: 0.07,
  /** Effect of one unit of latent demand on the organic base (log). */
  demandEffect: 0.1,
  /** Standard deviation of a day's unexplained shock (log). */
  dailyNoise: 0.035,
  /** Chance a day that an open lead is won, and that it is lost. */
  winHazard: 0.11,
  loseHazard: 0.31,
  /** Mean and log-sd of an order in EUR. */
  orderValue: 470,
  orderSpread: 0.5,
  /** Share of organic leads that the CRM books under some campaign, because its link was clicked last. */
  crmPoaching: 0.16,
} as const;
