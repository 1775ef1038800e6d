/** Owns the claims of the demo brand: what may be said, what proves it, and until when. Dates are relative to the demo's business date. */
import { addDays, type CalendarDay } from '../kernel/calendar.ts';

/** A claim with its evidence, as the brand book lists it. */
export interface DemoClaim {
  readonly id: string;
  readonly text: string;
  readonly market: string;
  readonly evidence: readonly {
    readonly title: string;
    readonly date: CalendarDay;
    readonly strength: 'TEST' | 'MEASUREMENT' | 'SURVEY' | 'DOCUMENT';
  }[];
  /** Last day on which the evidence holds; null for no end. */
  readonly expiresOn: CalendarDay | null;
  /** How it must be worded, or what must stand beside it. */
  readonly condition: string;
}

/** Claims as they stand on a business date. One has run out, one is about to: a reviewer should notice both. */
export function demoClaims(today: CalendarDay): readonly DemoClaim[] {
  const ago = (days: number): CalendarDay => addDays(today, -days);
  return [
    {
      id: 'claim-glare',
      text: 'UGR below 16 at the screen, measured at three desk layouts.',
      market: 'ALL',
      evidence: [
        { title: 'Photometric report of an accredited laboratory, three layouts', date: ago(210), strength: 'TEST' },
      ],
      expiresOn: addDays(today, 520),
      condition: 'Name the three layouts on the page that the copy leads to.',
    },
    {
      id: 'claim-energy',
      text: 'Customers used 38% less lighting energy in the first year.',
      market: 'ALL',
      evidence: [
        {
          title: 'Meter readings of 14 floors, twelve months before and after',
          date: ago(330),
          strength: 'MEASUREMENT',
        },
      ],
      expiresOn: addDays(today, 35),
      condition: 'Say that it is the mean of 14 floors; never "up to", never as a promise for the reader\'s floor.',
    },
    {
      id: 'claim-retrofit',
      text: 'Rail mounts on standard ceiling grids with no new wiring.',
      market: 'ALL',
      evidence: [
        {
          title: 'Installation manual, revision 6, and certificate of the mounting clip',
          date: ago(120),
          strength: 'DOCUMENT',
        },
      ],
      expiresOn: null,
      condition: 'For ceilings with a 600 or 625 mm grid; others need a site check.',
    },
    {
      id: 'claim-parts',
      text: 'Ten years of spare parts for every Noonward Arc.',
      market: 'ALL',
      evidence: [{ title: 'Spare-parts undertaking, signed by operations', date: ago(200), strength: 'DOCUMENT' }],
      expiresOn: addDays(today, 3450),
      condition: 'Parts, not labour.',
    },
    {
      id: 'claim-price',
      text: 'From €219 a desk, with light, sensor and Console for a year.',
      market: 'ALL',
      evidence: [{ title: 'Price list, current quarter', date: ago(40), strength: 'DOCUMENT' }],
      expiresOn: addDays(today, 90),
      condition: 'Without VAT and fitting; say so within one screen of the price.',
    },
    {
      id: 'claim-survey',
      text: '41 floors answered our desk survey before and after the change.',
      market: 'ALL',
      evidence: [{ title: 'Desk survey, 41 floors, 2,960 answers', date: ago(260), strength: 'SURVEY' }],
      expiresOn: addDays(today, 460),
      condition: 'A survey says what people said. It says nothing about health.',
    },
    {
      id: 'claim-trial',
      text: 'Try Arc on your own desk for 30 days; returns are free.',
      market: 'ALL',
      evidence: [{ title: 'Terms of the sample kit', date: ago(90), strength: 'DOCUMENT' }],
      expiresOn: null,
      condition: 'One kit for each company.',
    },
    {
      id: 'claim-focus',
      text: 'Teams report 12% longer focus time under Noonward light.',
      market: 'ALL',
      evidence: [{ title: 'Diary study, two floors', date: ago(760), strength: 'SURVEY' }],
      expiresOn: ago(20),
      condition: 'Run out: the study is older than two years and too small. Do not use.',
    },
  ];
}
