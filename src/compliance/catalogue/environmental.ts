/** Owns rules on environmental claims. */
import type { Rule } from '../rule.ts';

/** From this day generic environmental claims and offset neutrality are on the EU's list of unfair practices (Directive (EU) 2024/825 art. 4). */
const EU_GREEN_FROM = '2026-09-27';
const GREEN_LAW = 'Directive (EU) 2024/825; UCPD Annex I 2a, 4a-4c; 16 CFR 260; UK CAP Code 11';

/** Rules on what copy says about nature and climate. */
export const environmentalRules: readonly Rule[] = [
  {
    id: 'ENVIRONMENTAL.GENERIC', category: 'ENVIRONMENTAL', severity: 'WARN', enforcement: 'MUST', confidence: 0.85, claimable: true,
    patterns: ['(?:eco|environment(?:ally)?|earth|planet|climate|nature|ocean|reef)[- ]?(?:friendly|conscious|safe|positive|kind)', 'good for the (?:planet|environment|earth|climate)', 'sustainable', 'sustainably (?:made|sourced|produced|grown)', 'green (?:product|products|choice|energy|packaging|alternative|brand|cleaning|bank|option)', 'environmentally (?:sound|responsible|correct)', 'eco', 'biodegradable', 'compostable', 'recyclable', 'non[- ]?toxic', 'all[- ]natural', '100\\s?% (?:natural|recycled|recyclable|organic|biodegradable)', 'umweltfreundlich\\p{L}*', 'umweltschonend\\p{L}*', 'nachhaltig(?:e|er|es|en|em)?', 'klimafreundlich\\p{L}*', '\u00f6kologisch\\p{L}*', 'biologisch abbaubar\\p{L}*', 'plastikfrei', 'gut f\u00fcr (?:die umwelt|das klima|den planeten)', 'save[sd]? the planet', 'guilt[- ]free', 'zero[- ]waste'],
    notAs: ['sustainable (?:growth|revenue|competitive|advantage|business model|profit|pace|pipeline|results|career|cost|budget|performance|lead|habits?)', 'nachhaltig(?:es|e|er)? (?:wachstum|erfolg|umsatz)\\p{L}*', 'eco[- ]?system\\p{L}*', 'eco mode', 'green(?: |-)?(?:light|field|tea|card|house)'],
    unless: ['certified by', 'eu ecolabel', 'blauer engel', 'fsc[- ]certified', 'cradle to cradle'],
    stricter: { market: 'EU', from: EU_GREEN_FROM, severity: 'BLOCK' },
    reason: 'A generic environmental claim misleads unless recognised excellent performance stands behind it.', lawRef: GREEN_LAW, evidenceNeeded: ['life-cycle evidence or recognised label', 'which part of the product it is about'],
    suggestion: 'Name the part, the amount and the evidence ("bottle of 80 % recycled PET, certificate ...").',
  },
  {
    id: 'ENVIRONMENTAL.NEUTRAL', category: 'ENVIRONMENTAL', severity: 'WARN', enforcement: 'MUST', confidence: 0.92,
    patterns: ['(?:carbon|climate|co2|co\u2082|emissions?)[- ]?(?:neutral|positive|negative|free|compensated|offset)\\p{L}*', '(?:zero|no)[- ](?:carbon|emissions?|co2)', 'net[- ]zero', 'offsets? (?:all |your |our |the )?(?:\\p{L}+ )?(?:carbon|emissions?|footprint|co2)', 'klimaneutral\\p{L}*', 'klimapositiv\\p{L}*', 'co2[- ]?(?:neutral|frei|kompensiert)\\p{L}*', 'emissionsfrei\\p{L}*', 'carbon footprint of zero'],
    stricter: { market: 'EU', from: EU_GREEN_FROM, severity: 'BLOCK' },
    reason: 'Neutrality by offsets may not be claimed of a product; reductions and offsets must be told apart.', lawRef: 'Directive (EU) 2024/825, UCPD Annex I 4c; 16 CFR 260.5; UK CAP Code 11; BGH I ZR 98/23', evidenceNeeded: ['life-cycle assessment', 'split of reduction and offset'],
    suggestion: 'State the measured reduction with base year; speak of financed projects apart from the product.',
  },
  {
    id: 'ENVIRONMENTAL.FUTURE', category: 'ENVIRONMENTAL', severity: 'WARN', enforcement: 'MUST', confidence: 0.85, claimable: true,
    patterns: ['(?:by|until|bis) 20[2-9]\\d(?=[^.!?]*(?:carbon|climate|emission|neutral|net[- ]zero|plastic|sustainab|klima|co2|renewable|recycl|green|waste))', '(?:carbon|climate|emission\\p{L}*|neutral|net[- ]zero|plastic[- ]free|sustainab\\p{L}+|klimaneutral\\p{L}*|renewable|recyclable)[^.!?]{0,40}(?:by|until|bis) 20[2-9]\\d', 'on (?:the|our) (?:way|path|journey) to (?:net[- ]zero|carbon|climate|zero waste)'],
    unless: ['plan (?:is )?published', 'verified by', 'science based targets'],
    reason: 'A claim about future performance needs a public, detailed plan and an independent verifier.', lawRef: 'Directive (EU) 2024/825 art. 1(2)(b); UCPD art. 6(2)(d)', evidenceNeeded: ['public implementation plan', 'independent verifier'],
    suggestion: 'Link the plan, its milestones and the verifier, or leave the target out.',
  },
  {
    id: 'ENVIRONMENTAL.LABEL', category: 'ENVIRONMENTAL', severity: 'WARN', enforcement: 'MUST', confidence: 0.75,
    patterns: ['(?:our|own|self[- ]?certified|in-house) (?:\\p{L}+ )?(?:eco|green|sustainability|climate|planet)[- ]?(?:label|seal|badge|stamp|certificate|score|siegel|certification)', 'certified (?:green|sustainable|eco[- ]?friendly)', 'unser (?:\u00f6ko|umwelt|klima|nachhaltigkeits)[- ]?siegel'],
    reason: 'A sustainability label must rest on a certification scheme or a public authority.', lawRef: 'Directive (EU) 2024/825, UCPD Annex I 2a; 16 CFR 260.6', evidenceNeeded: ['certification scheme and certificate'],
    suggestion: 'Use a recognised third-party label, named.',
  },
];
