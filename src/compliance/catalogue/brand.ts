/** Owns rules on the state of copy and its assets that hold for every brand; a brand's own rules come from its documents. */
import type { Rule } from '../rule.ts';

/** Rules that need no brand book. */
export const brandRules: readonly Rule[] = [
  {
    id: 'BRAND_ASSET.PLACEHOLDER', category: 'BRAND_ASSET', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.92, negatable: false,
    patterns: ['lorem ipsum', '\\[(?:insert|your|add|product|company|brand|name|headline|cta|link|tbd|todo|platzhalter|hier)[^\\]\\n]{0,40}\\]', '<(?:insert|your|company|brand|product)[^>\\n]{0,40}>', '(?:tbd|todo|tbc)(?=[:\\s.,!]|$)', 'xxx+', 'as an ai (?:language )?model', '(?:placeholder|dummy) (?:text|image|copy|logo)'],
    reason: 'Unfinished copy: a placeholder is still in it.', lawRef: 'none found', evidenceNeeded: [], suggestion: 'Fill in the text.',
  },
  {
    id: 'BRAND_ASSET.MERGE_FIELD', category: 'BRAND_ASSET', severity: 'INFO', enforcement: 'SHOULD', confidence: 0.7, negatable: false,
    patterns: ['\\{\\{\\s?(?:first_?name|last_?name|name|vorname|nachname|company|firma)\\s?\\}\\}', '\\*\\|fname\\|\\*', '%first_?name%'],
    reason: 'A merge field without a fallback shows raw text where the value is missing.', lawRef: 'none found', evidenceNeeded: [], suggestion: 'Give the field a fallback ("there").',
  },
  {
    id: 'BRAND_ASSET.ALT_TEXT', category: 'BRAND_ASSET', severity: 'INFO', enforcement: 'SHOULD', confidence: 0.85, negatable: false,
    patterns: ['!\\[\\s*\\]\\([^)\\s]{1,300}\\)', '<img(?![^>]*\\balt\\s*=\\s*"[^"\\s])[^>]{0,400}>'],
    reason: 'An image without alternative text shuts out readers of screens.', lawRef: 'Directive (EU) 2019/882; WCAG 2.2 SC 1.1.1', evidenceNeeded: [], suggestion: 'Describe the image in its alt text.',
  },
  {
    id: 'BRAND_ASSET.RIGHTS', category: 'BRAND_ASSET', severity: 'WARN', enforcement: 'MUST', confidence: 0.8,
    patterns: ['(?:watermark(?:ed)?|stock preview|shutterstock|getty(?: images)?|istock)(?=[^.!?\\n]*(?:image|photo|preview|picture|watermark|comp))', '(?:image|photo|picture|logo|music|song|font) (?:from|found on|off|taken from|downloaded from) (?:google|pinterest|instagram|the internet|the web|youtube|tiktok)', '(?:official|proud) (?:partner|sponsor) of (?:the )?(?:olympics|olympic games|fifa|world cup|uefa|super bowl)', 'bild(?:er)? (?:aus|von) (?:google|dem internet|pinterest)'],
    reason: 'Rights in the asset or mark are not shown.', lawRef: 'Directive 2001/29/EC; Lanham Act s. 43(a)', evidenceNeeded: ['licence of the asset'], suggestion: 'Use an asset from the library with rights on record.',
  },
];
