/** Owns the six audiences of the demo brand, as a media team would describe them. Their true quality stands in demoTruth.ts. */

/** One audience of the demo workspace. */
export interface DemoAudience {
  /** Stable id, such as `aud-facilities`. */
  readonly id: string;
  readonly name: string;
  /** Who is in it and how it is built, in words. */
  readonly description: string;
  /** Who is left out; exclusion wins over inclusion. */
  readonly exclusions: string;
  /** People that can be reached. */
  readonly size: number;
  /** Where membership comes from: what people said or did, or what a platform infers. */
  readonly basis: 'DECLARED' | 'OBSERVED' | 'INFERRED';
}

/** The demo's audiences, in the order in which they are listed to people. */
export const demoAudiences: readonly DemoAudience[] = [
  {
    id: 'aud-facilities',
    name: 'Facilities and workplace leaders',
    description:
      'Heads of facilities, workplace and property in companies with 200 to 2,000 desks, by job title and company size.',
    exclusions: 'Current customers, students, job seekers',
    size: 410_000,
    basis: 'DECLARED',
  },
  {
    id: 'aud-architects',
    name: 'Architects and fit-out partners',
    description:
      'Interior architects, lighting planners and fit-out contractors with office projects in the last two years.',
    exclusions: 'Residential-only practices',
    size: 165_000,
    basis: 'DECLARED',
  },
  {
    id: 'aud-people-leads',
    name: 'People and wellbeing leads',
    description: 'People operations and workplace wellbeing leads in companies that run hybrid offices.',
    exclusions: 'Agencies, recruiters',
    size: 290_000,
    basis: 'DECLARED',
  },
  {
    id: 'aud-it-operations',
    name: 'IT and smart-building buyers',
    description: 'IT operations and smart-building managers who buy sensors, room booking or building controls.',
    exclusions: 'Resellers, current customers',
    size: 330_000,
    basis: 'INFERRED',
  },
  {
    id: 'aud-site-visitors',
    name: 'Site visitors, last 90 days',
    description:
      'People who viewed a product or price page in the last 90 days and gave consent to advertising cookies.',
    exclusions: 'People who asked for a quote or bought',
    size: 48_000,
    basis: 'OBSERVED',
  },
  {
    id: 'aud-desk-setups',
    name: 'Desk set-up enthusiasts',
    description: 'People who follow desk set-up, gadget and home-office pages, as the platforms infer it.',
    exclusions: 'Under 18, current customers',
    size: 1_900_000,
    basis: 'INFERRED',
  },
];
