/** Owns the demo's eight channels and twenty-four campaigns: names, shares and which audience sees which message. */

/** A pair that a campaign shows: one message to one audience. */
export interface DemoPair {
  readonly audienceId: string;
  readonly messageId: string;
  /** Share of the campaign's spend; the shares of the pairs shown on a day are scaled to 1. */
  readonly share: number;
  /** Weeks before the end of the history at which the pair first runs; from the beginning where it is left out. */
  readonly fromWeeksBeforeEnd?: number;
}

/** One campaign of the demo workspace. */
export interface DemoCampaign {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
  readonly objective: string;
  /** Share of its channel's spend. */
  readonly share: number;
  readonly pairs: readonly DemoPair[];
}

/** One channel: what people call it and how its spend is planned. */
export interface DemoChannel {
  readonly key: string;
  readonly name: string;
  /** Planned spend a day while it runs, in EUR. */
  readonly dailySpend: number;
  /** Weeks on and off of its flights; always on where `offWeeks` is 0. */
  readonly onWeeks: number;
  readonly offWeeks: number;
}

/** The demo's channels. */
export const demoChannels: readonly DemoChannel[] = [
  { key: 'PAID_SEARCH', name: 'Paid search', dailySpend: 3600, onWeeks: 1, offWeeks: 0 },
  { key: 'PAID_SOCIAL', name: 'Paid social', dailySpend: 2800, onWeeks: 1, offWeeks: 0 },
  { key: 'VIDEO', name: 'Online video', dailySpend: 1900, onWeeks: 8, offWeeks: 4 },
  { key: 'DISPLAY', name: 'Display', dailySpend: 1500, onWeeks: 10, offWeeks: 4 },
  { key: 'EMAIL', name: 'E-mail', dailySpend: 450, onWeeks: 1, offWeeks: 0 },
  { key: 'AFFILIATE', name: 'Affiliate and partners', dailySpend: 1000, onWeeks: 1, offWeeks: 0 },
  { key: 'AUDIO', name: 'Podcast and audio', dailySpend: 1200, onWeeks: 8, offWeeks: 6 },
  { key: 'CTV', name: 'Connected TV', dailySpend: 2800, onWeeks: 7, offWeeks: 6 },
];

/** Weeks before the end of the history at which Noonward Arc was launched. */
export const LAUNCH_WEEKS_BEFORE_END = 30;

const pair = (audience: string, message: string, share: number, fromWeeksBeforeEnd?: number): DemoPair => ({
  audienceId: `aud-${audience}`,
  messageId: `msg-${message}`,
  share,
  ...(fromWeeksBeforeEnd === undefined ? {} : { fromWeeksBeforeEnd }),
});

const campaign = (
  id: string,
  channel: string,
  name: string,
  objective: string,
  share: number,
  ...pairs: DemoPair[]
): DemoCampaign => ({
  id: `cmp-${id}`,
  channel,
  name,
  objective,
  share,
  pairs,
});

/** The demo's campaigns, three a channel. */
export const demoCampaigns: readonly DemoCampaign[] = [
  campaign(
    'search-brand',
    'PAID_SEARCH',
    'Search | Brand terms',
    'Be found by people who ask for us',
    0.2,
    pair('facilities', 'search-brand', 0.6),
    pair('site-visitors', 'search-brand', 0.4),
  ),
  campaign(
    'search-category',
    'PAID_SEARCH',
    'Search | Office lighting',
    'Win people who compare office lighting',
    0.5,
    pair('facilities', 'search-glare', 0.4),
    pair('architects', 'search-compare', 0.3),
    pair('facilities', 'search-retrofit', 0.3),
  ),
  campaign(
    'search-energy',
    'PAID_SEARCH',
    'Search | Energy and retrofit',
    'Win energy-led projects',
    0.3,
    pair('it-operations', 'search-energy', 0.5),
    pair('facilities', 'search-energy', 0.5),
  ),
  campaign(
    'social-prospecting',
    'PAID_SOCIAL',
    'Social | Workplace prospecting',
    'Make new buyers ask for a floor plan',
    0.45,
    pair('facilities', 'social-three-oclock', 0.35),
    pair('facilities', 'social-desk-loop', 0.4, 40),
    pair('people-leads', 'social-people', 0.25),
    pair('it-operations', 'social-empty-desks', 0.2),
  ),
  campaign(
    'social-broad',
    'PAID_SOCIAL',
    'Social | Broad interest',
    'Cheap reach and traffic',
    0.3,
    pair('desk-setups', 'social-three-oclock', 0.6),
    pair('desk-setups', 'social-quiet-upgrade', 0.4),
  ),
  campaign(
    'social-architects',
    'PAID_SOCIAL',
    'Social | Architects',
    'Samples into architects’ hands',
    0.25,
    pair('architects', 'social-architect', 0.7),
    pair('architects', 'social-arc-launch', 0.3, LAUNCH_WEEKS_BEFORE_END),
  ),
  campaign(
    'video-window',
    'VIDEO',
    'Video | Window seat',
    'Tell the glare story',
    0.5,
    pair('facilities', 'video-window', 0.6),
    pair('people-leads', 'video-window', 0.4),
  ),
  campaign(
    'video-energy',
    'VIDEO',
    'Video | Lights out',
    'Tell the energy story',
    0.3,
    pair('it-operations', 'video-night-shift', 0.5),
    pair('facilities', 'video-night-shift', 0.5),
  ),
  campaign(
    'video-arc',
    'VIDEO',
    'Video | Arc',
    'Introduce Arc',
    0.2,
    pair('architects', 'video-arc', 1, LAUNCH_WEEKS_BEFORE_END),
  ),
  campaign(
    'display-prospecting',
    'DISPLAY',
    'Display | Prospecting',
    'Reach workplace titles on trade sites',
    0.45,
    pair('facilities', 'display-glare', 0.5),
    pair('it-operations', 'display-per-desk', 0.5),
  ),
  campaign(
    'display-retargeting',
    'DISPLAY',
    'Display | Retargeting',
    'Bring plan makers back',
    0.35,
    pair('site-visitors', 'display-return', 0.6),
    pair('site-visitors', 'display-per-desk', 0.4),
  ),
  campaign(
    'display-interest',
    'DISPLAY',
    'Display | Interest',
    'Reach desk set-up pages',
    0.2,
    pair('desk-setups', 'display-per-desk', 1),
  ),
  campaign(
    'email-letter',
    'EMAIL',
    'E-mail | Monthly letter',
    'Stay worth reading',
    0.4,
    pair('facilities', 'email-letter', 0.5),
    pair('facilities', 'email-letter-short', 0.5),
  ),
  campaign(
    'email-plan',
    'EMAIL',
    'E-mail | Plan flow',
    'Finish plans that were begun',
    0.4,
    pair('site-visitors', 'email-plan', 0.5),
    pair('site-visitors', 'email-plan-colleague', 0.5),
  ),
  campaign(
    'email-winback',
    'EMAIL',
    'E-mail | A year on',
    'Wake old enquiries',
    0.2,
    pair('people-leads', 'email-winback', 0.5),
    pair('people-leads', 'email-sample', 0.5),
  ),
  campaign(
    'affiliate-press',
    'AFFILIATE',
    'Affiliate | Trade press tests',
    'Let others measure us',
    0.5,
    pair('facilities', 'affiliate-review', 0.5),
    pair('architects', 'affiliate-review', 0.5),
  ),
  campaign(
    'affiliate-fitout',
    'AFFILIATE',
    'Affiliate | Fit-out partners',
    'Be in the contractor’s offer',
    0.35,
    pair('architects', 'affiliate-bundle', 1),
  ),
  campaign(
    'affiliate-deals',
    'AFFILIATE',
    'Affiliate | Deal pages',
    'Catch price seekers',
    0.15,
    pair('site-visitors', 'affiliate-bundle', 1),
  ),
  campaign(
    'audio-workplace',
    'AUDIO',
    'Audio | Workplace podcasts',
    'Be known among facilities people',
    0.5,
    pair('facilities', 'audio-hum', 0.5),
    pair('facilities', 'audio-founder', 0.5),
  ),
  campaign(
    'audio-design',
    'AUDIO',
    'Audio | Design podcasts',
    'Be known among architects',
    0.3,
    pair('architects', 'audio-founder', 1),
  ),
  campaign(
    'audio-news',
    'AUDIO',
    'Audio | Morning news',
    'Broad morning reach',
    0.2,
    pair('people-leads', 'audio-hum', 1),
  ),
  campaign(
    'ctv-business',
    'CTV',
    'CTV | Business news',
    'Fame with decision makers',
    0.5,
    pair('facilities', 'ctv-window', 0.5),
    pair('facilities', 'ctv-weekend', 0.5),
  ),
  campaign(
    'ctv-design',
    'CTV',
    'CTV | Design and architecture',
    'Fame with architects',
    0.3,
    pair('architects', 'ctv-window', 1),
  ),
  campaign(
    'ctv-evening',
    'CTV',
    'CTV | Evening reach',
    'Broad evening reach',
    0.2,
    pair('people-leads', 'ctv-weekend', 1),
  ),
];
