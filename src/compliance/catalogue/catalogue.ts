/** Owns the whole catalogue and its version. */
import { brandRules } from './brand.ts';
import { claimRules } from './claims.ts';
import { dataRules } from './data.ts';
import { endorsementRules } from './endorsement.ts';
import { environmentalRules } from './environmental.ts';
import { financialRules } from './financial.ts';
import { healthRules } from './health.ts';
import { offerRules } from './offers.ts';
import { protectedRules } from './protected.ts';
import { rankingRules } from './rankings.ts';
import type { Rule } from '../rule.ts';

/** Version of the catalogue as findings carry it; raised with every change of a rule. */
export const CATALOGUE_VERSION = '2026.1';

/** Every rule, by category group. Not legal advice: dates and references need a lawyer's check. */
export const catalogue: readonly Rule[] = [
  ...rankingRules,
  ...claimRules,
  ...healthRules,
  ...financialRules,
  ...environmentalRules,
  ...endorsementRules,
  ...offerRules,
  ...protectedRules,
  ...dataRules,
  ...brandRules,
];
