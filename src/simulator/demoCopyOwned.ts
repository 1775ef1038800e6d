/** Owns the demo's copy for e-mail and partners. */
import type { Copy } from './demoCopyPaid.ts';

/** Copy of one medium, in the demo's order. */
export const emailCopy: readonly Copy[] = [
  [
    'msg-email-letter',
    'E-mail: monthly letter',
    'proof',
    'What 41 floors taught us about light',
    'One finding, one chart and one mistake of ours, once a month. This month: why north-facing desks complain most.',
    'Read the letter',
    ['claim-survey'],
  ],
  [
    'msg-email-letter-short',
    'E-mail: letter, short form',
    'proof',
    'One chart about your ceiling',
    'The finding of the month in eighty words, with the chart first.',
    'See the chart',
    ['claim-survey'],
  ],
  [
    'msg-email-plan',
    'E-mail: plan reminder',
    'ease',
    'Your floor plan, priced',
    'The plan you began now has a price per desk and a fitting date. Nothing expires.',
    'Open your plan',
    ['claim-price'],
  ],
  [
    'msg-email-plan-colleague',
    'E-mail: send to a colleague',
    'ease',
    'Who else needs to see this plan?',
    'Most floors are decided by three people. Send them a read-only link with the numbers they will ask for.',
    'Share the plan',
  ],
  [
    'msg-email-sample',
    'E-mail: sample kit',
    'craft',
    'A lamp, a lux meter and a return label',
    'Try Arc on your own desk for 30 days. If you keep nothing, you pay nothing.',
    'Order the kit',
    ['claim-trial'],
  ],
  [
    'msg-email-winback',
    'E-mail: a year on',
    'price',
    'You asked us about light last year',
    'Two things changed: the price per desk and the fitting time. Here are both, and a person to ask.',
    'See what changed',
    ['claim-price'],
  ],
];

/** Copy of one medium, in the demo's order. */
export const partnersCopy: readonly Copy[] = [
  [
    'msg-affiliate-review',
    'Affiliate: test reports',
    'proof',
    'Tested on 20 desks for six weeks',
    'Independent workplace magazines lend our kit, publish what they measure and link to the raw data.',
    'Read the test',
  ],
  [
    'msg-affiliate-bundle',
    'Affiliate: fit-out bundle',
    'price',
    'Rail with your next fit-out',
    'Partner price for projects above 40 desks, with planning support included.',
    'Ask for the partner price',
    ['claim-price'],
  ],
];
