/** Owns the demo brand's rules as data: what the brand book states and what a reviewer checks are the same list. */
import type { BrandRule } from '../domain/compliance.ts';

/** Rules of the brand book; `source` is the document in which they stand. */
export const brandRules: readonly BrandRule[] = [
  rule(
    'NW-V1',
    'MUST',
    'voice.md',
    'Do not promise effects on health, mood, sleep or performance.',
    'boost productivity',
    'improves sleep',
    'human-centric',
    'reduces stress',
    'heals',
    'biohack',
  ),
  rule(
    'NW-V2',
    'MUST',
    'voice.md',
    'Do not use stock phrases of the trade.',
    'game-changer',
    'revolutionary',
    'seamless',
    'cutting-edge',
    'unlock the power',
    'next-level',
  ),
  rule(
    'NW-V3',
    'MUST',
    'voice.md',
    'Do not press the reader with time or scarcity.',
    'act now',
    'last chance',
    'only today',
    "don't miss out",
    'while stocks last',
  ),
  rule('NW-V4', 'SHOULD', 'voice.md', "Begin with the reader's room and bring the product in later."),
  rule('NW-V5', 'SHOULD', 'voice.md', 'Keep a headline under 60 characters and a sentence under 22 words.'),
  rule('NW-V6', 'SHOULD', 'voice.md', 'End with one action that takes less than ten minutes.', 'contact sales'),
  rule('NW-V7', 'MAY', 'voice.md', 'Use one dry joke a text, where nobody has to get it.'),
  rule(
    'NW-P1',
    'MUST',
    'products-and-claims.md',
    'State a figure only as a claim of the list above, with its condition.',
    'up to 60%',
    'save up to',
    'guaranteed savings',
  ),
  rule(
    'NW-P2',
    'MUST',
    'products-and-claims.md',
    'Do not say or imply that Console knows who sits at a desk.',
    'track employees',
    'employee monitoring',
    'see who is in',
  ),
  rule(
    'NW-P3',
    'MUST',
    'products-and-claims.md',
    'Do not call the products green, sustainable or climate neutral; say what was measured.',
    'eco-friendly',
    'climate neutral',
    'sustainable lighting',
    'carbon neutral',
  ),
  rule('NW-P4', 'MUST', 'products-and-claims.md', 'A price names what it leaves out: VAT and fitting.'),
  rule(
    'NW-P5',
    'SHOULD',
    'products-and-claims.md',
    'Do not name competitors; compare by what is measured.',
    'better than the competition',
    'unlike other brands',
  ),
  rule('NW-D1', 'MUST', 'visual.md', 'Show real rooms; mark rendered or generated pictures as such.'),
  rule('NW-D2', 'MUST', 'visual.md', 'Give every picture an alternative text that says what the light does.'),
  rule('NW-D3', 'SHOULD', 'visual.md', 'Use the colour noon for one element on a page.'),
];

function rule(
  id: string,
  enforcement: BrandRule['enforcement'],
  source: string,
  text: string,
  ...bannedPhrases: string[]
): BrandRule {
  return { id, enforcement, source, text, bannedPhrases };
}
