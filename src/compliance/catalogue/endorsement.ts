/** Owns rules on endorsements and reviews. */
import type { Rule } from '../rule.ts';

const DISCLOSED = ['#(?:ad|ads|sponsored|werbung|anzeige|advertisement)(?![\\p{L}])', '(?:paid (?:partnership|promotion|ad|advertisement)|sponsored(?: by| post)?|advertisement|anzeige|werbung|in paid partnership|gifted by|bezahlte partnerschaft|i (?:was|am) (?:paid|compensated)|material connection|ad:)'];

/** Rules on people who speak for a product. */
export const endorsementRules: readonly Rule[] = [
  {
    id: 'ENDORSEMENT.CONNECTION', category: 'ENDORSEMENT', severity: 'WARN', enforcement: 'MUST', confidence: 0.8,
    patterns: ['(?:use|with) my (?:code|link|discount)', 'my (?:discount |promo |affiliate )?code', '(?:affiliate|referral) links?', 'link in (?:my )?bio', '(?:thanks?|thank you|shout ?out|big thanks) (?:so much )?to @?\\p{L}+ for (?:sending|gifting|the (?:gift|free|pr))', '(?:they|brand|@\\p{L}+) (?:sent|gifted|gave) me', 'gifted', 'brand ambassador', 'mein (?:rabattcode|code|gutscheincode)', 'mit meinem code', 'partner(?:ing|ed) with @?\\p{L}+', 'so excited to (?:partner|team up|work) with', '(?:influencers?|creators?) (?:post|share|promote)\\p{L}* ~5(?:product|brand|us)'],
    unlessInText: DISCLOSED, notAs: ['gifted (?:students?|child|children|writer|team|and talented)', 'partner(?:ing|ed) with (?:our|your|local|leading|a|the|customers|clients)'],
    reason: 'A tie between endorser and brand must be disclosed clearly and first.', lawRef: '16 CFR 255.5; UK CAP Code 2.1, 2.4; UCPD Annex I 11; UWG \u00a7 5a(4)', evidenceNeeded: ['contract or gift record'],
    suggestion: 'Begin with "Ad" or "Paid partnership with ..." (in German "Anzeige").',
  },
  {
    id: 'ENDORSEMENT.FAKE_REVIEW', category: 'ENDORSEMENT', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.9,
    patterns: ['(?:leave|write|post|give|submit)(?: us)? ~4(?:5|five)[- ]?stars?(?: reviews?| ratings?)? ~6(?:get|receive|earn|win|for|in exchange|and we|gift|discount|voucher)', '(?:get|receive|earn|win|free|discount|voucher|refund|gift ?card|rabatt|gutschein)(?: \\p{L}+| \\S+){0,6} (?:for|in exchange for|in return for|f\u00fcr)(?: \\p{L}+){0,3} (?:positive|good|5[- ]?star|five[- ]?star|great|gute|positive|5[- ]?sterne)[- ]?(?:\\p{L}+ )?(?:reviews?|ratings?|feedback|bewertung\\p{L}*)', '(?:buy|bought|purchase|order|kaufen) ~3(?:reviews?|followers?|likes|bewertungen|follower)', '(?:fake|invented|ai[- ](?:generated|written)) (?:reviews?|testimonials?|bewertungen)', 'reviews? written by (?:our (?:team|staff|ai)|employees|ai|chatgpt)', '(?:hide|delete|remove|suppress) ~2(?:negative|bad|critical|1[- ]?star|one[- ]?star) (?:reviews?|ratings?|comments)', '(?:make up|invent|generate|write) ~4(?:customer )?(?:reviews?|testimonials?) (?:as|from|by) (?:customers?|happy|fake|if)', '(?:positive|gute|5[- ]sterne)[- ]?bewertung\\p{L}* ~4(?:gutschein|rabatt|geschenk|gratis)'],
    negatable: true,
    reason: 'Bought, conditional, invented or suppressed reviews are unfair in themselves.', lawRef: '16 CFR 465; UCPD Annex I 23b, 23c; UK DMCC Act 2024 Sch. 20', evidenceNeeded: [],
    suggestion: 'Ask every customer alike for an honest review, without a condition on what it says.',
  },
  {
    id: 'ENDORSEMENT.TYPICAL', category: 'ENDORSEMENT', severity: 'WARN', enforcement: 'MUST', confidence: 0.7, claimable: true, negatable: false,
    patterns: ['"[^"\\n]{0,160}(?:\\d+(?:[.,]\\d+)?\\s?(?:%|x|kg|lbs?|pounds|\u20ac|euros?|dollars)|[$\u20ac\u00a3]\\s?[\\d.,]+|changed my life|life[- ]changing|doubled|tripled)[^"\\n]{0,160}"', '(?:i|we) (?:lost|earned|made|saved|gained|doubled|tripled|quit my job)(?: \\p{L}+| [$\u20ac\u00a3]?[\\d.,]+%?\\p{L}*){0,6} (?:in|within|after|thanks to|with) ', 'celebrities (?:love|use|swear by)', '(?:as )?seen on (?:tv|cnn|bbc|forbes|shark tank)', 'ich habe (?:in )?~4(?:verloren|verdient|gespart)'],
    unlessInText: ['results (?:may|will|can) vary', 'typical results?', 'not typical', 'individual results', 'on average,? (?:customers|users)', 'ergebnisse k\u00f6nnen'],
    reason: 'A result told by one person is read as what most will get; the typical result must be stated.', lawRef: '16 CFR 255.2(b); UK CAP Code 3.45-3.47', evidenceNeeded: ['typical result with sample', 'written release of the person'],
    suggestion: 'State the typical result and hold the person\'s signed statement.',
  },
];
