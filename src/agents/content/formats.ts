/** Owns the formats that copy is written for: slots and their limits by channel (UTF-16 units), as the platforms state them. */

/** One slot of a format. */
export interface SlotLimit {
  readonly slot: string;
  readonly limit: number;
}

/** A format: what a channel shows. */
export interface Format {
  readonly key: string;
  readonly form: 'PAID' | 'SOCIAL' | 'EMAIL';
  readonly slots: readonly SlotLimit[];
  /** Where it is published, in words. */
  readonly place: string;
}

const searchAd: Format = {
  key: 'responsive-search-ad',
  form: 'PAID',
  place: 'search results',
  slots: [
    { slot: 'headline', limit: 30 },
    { slot: 'secondHeadline', limit: 30 },
    { slot: 'body', limit: 90 },
    { slot: 'callToAction', limit: 30 },
  ],
};
const socialAd: Format = {
  key: 'feed-post',
  form: 'SOCIAL',
  place: 'the feed',
  slots: [
    { slot: 'headline', limit: 40 },
    { slot: 'body', limit: 180 },
    { slot: 'callToAction', limit: 30 },
  ],
};
const displayAd: Format = {
  key: 'responsive-display-ad',
  form: 'PAID',
  place: 'sites and apps',
  slots: [
    { slot: 'headline', limit: 30 },
    { slot: 'longHeadline', limit: 90 },
    { slot: 'body', limit: 90 },
    { slot: 'callToAction', limit: 30 },
  ],
};
const film: Format = {
  key: 'film-script',
  form: 'PAID',
  place: 'video and television',
  slots: [
    { slot: 'headline', limit: 60 },
    { slot: 'body', limit: 240 },
    { slot: 'callToAction', limit: 40 },
  ],
};
const audio: Format = {
  key: 'audio-script',
  form: 'PAID',
  place: 'podcasts and radio',
  slots: [
    { slot: 'headline', limit: 60 },
    { slot: 'body', limit: 300 },
    { slot: 'callToAction', limit: 60 },
  ],
};
const email: Format = {
  key: 'e-mail',
  form: 'EMAIL',
  place: 'the inbox',
  slots: [
    { slot: 'headline', limit: 60 },
    { slot: 'preheader', limit: 90 },
    { slot: 'body', limit: 700 },
    { slot: 'callToAction', limit: 30 },
  ],
};

const BY_CHANNEL: readonly (readonly [RegExp, Format])[] = [
  [/EMAIL|NEWSLETTER|CRM/, email],
  [/SEARCH|SEM|ADWORDS/, searchAd],
  [/SOCIAL|FACEBOOK|META|INSTAGRAM|LINKEDIN|TIKTOK|SNAP|PINTEREST/, socialAd],
  [/VIDEO|CTV|TV|YOUTUBE/, film],
  [/AUDIO|PODCAST|RADIO/, audio],
];

/** The format for a channel key such as `PAID_SOCIAL`; display where nothing else fits. */
export function formatFor(channel: string): Format {
  return BY_CHANNEL.find(([pattern]) => pattern.test(channel.toUpperCase()))?.[1] ?? displayAd;
}
