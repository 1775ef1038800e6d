/** Owns rules on health, weight and medicine. */
import type { Rule } from '../rule.ts';

const DISEASES = 'cancer|tumou?rs?|diabetes|alzheimer\'?s?|dementia|arthritis|asthma|depression|anxiety|adhd|autism|covid(?:-?19)?|flu|influenza|heart (?:disease|attacks?)|stroke|hypertension|high blood pressure|eczema|psoriasis|acne|migraines?|insomnia|infections?|chronic pain|osteoporosis|ibs|obesity|disease|diseases|illness|krebs|diabetes|arthrose|rheuma|bluthochdruck|depressionen|migr\u00e4ne|schlaflosigkeit|krankheiten|entz\u00fcndungen|neurodermitis|hiv|herpes|parkinson\'?s?|epilepsy|erectile dysfunction|hair loss';

/** Rules on what copy says about bodies. */
export const healthRules: readonly Rule[] = [
  {
    id: 'HEALTH.CURE', category: 'HEALTH', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.92,
    patterns: [`(?:cures?|cured|curing|heals?|healed|treats?|treating|prevents?|preventing|reverses?|reversing|eliminates?|eradicates?|fights?|fighting|combats?|stops?|relieves?|heilt|heilen|bek\u00e4mpft|verhindert|lindert|beseitigt|behandelt) ~3(?:${DISEASES})`, `(?:cure|remedy|treatment|relief|protection|heilmittel|hilfe|schutz) (?:for|against|from|gegen|bei|vor) ~2(?:${DISEASES})`, 'heilt alles', 'cure[- ]all', 'miracle cure', 'wunderheilung'],
    notAs: ['fights? for', 'stops? the flu of'],
    unless: ['fundrais\\p{L}*', 'charity', 'donat\\p{L}*', 'research into', 'survivors?', 'consult (?:a|your) doctor before', 'software', 'spenden', 'not intended to (?:diagnose|treat|cure|prevent|heal)'],
    reason: 'A product that is no authorised medicine may not claim to treat, cure or prevent a disease.', lawRef: 'FDCA s. 403(r), 21 CFR 101.93; Regulation (EC) 1924/2006; Regulation (EU) 1169/2011 art. 7(3); UK CAP Code 12.1, 15.6', evidenceNeeded: ['marketing authorisation of the product'],
    suggestion: 'Remove the disease claim; use only an authorised wording.',
  },
  {
    id: 'HEALTH.WEIGHT', category: 'HEALTH', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.9,
    patterns: ['(?:lose|drop|shed|burn|melt|melts|losing) ~3\\d+(?:[.,]\\d+)?\\s?(?:kg|kilos?|kilograms?|lbs?|pounds?|stone|inches)', '\\d+(?:[.,]\\d+)?\\s?(?:kg|kilos?|kilo|lbs?|pounds?|pfund) (?:in|innerhalb|lighter|weniger|abnehmen|verlieren)', '(?:lose|drop|shed|melts?|burns?) (?:\\p{L}+ )?(?:weight|fat|belly fat|pounds|inches) ~3(?:fast|quick\\p{L}*|overnight|instant\\p{L}*|without (?:diet\\p{L}*|exercise|effort)|while you sleep|effortless\\p{L}*|easily|in (?:days|weeks|just))', '(?:schnell|m\u00fchelos|ohne di\u00e4t|ohne sport) ~2(?:abnehmen|schlank)', 'abnehmen ~3(?:ohne (?:di\u00e4t|sport|hunger)|im schlaf|\u00fcber nacht)', 'fat[- ]burning (?:pill|tea|supplement|drink)s?', 'before[- ](?:and|&|/)[- ]?after (?:photos?|pictures?|results?|images?)'],
    reason: 'Rates or amounts of weight loss are banned in food claims and nearly never substantiated elsewhere.', lawRef: 'Regulation (EC) 1924/2006 art. 12(b); UK CAP Code 13; FTC Health Products Guidance (2022)', evidenceNeeded: ['human randomised trials at this dose'],
    suggestion: 'Leave out rate and amount; speak of support for a balanced diet and exercise.',
  },
  {
    id: 'HEALTH.FUNCTION', category: 'HEALTH', severity: 'WARN', enforcement: 'MUST', confidence: 0.8, claimable: true,
    patterns: ['(?:boosts?|strengthens?|supports?|improves?|supercharges?|enhances?|st\u00e4rkt|unterst\u00fctzt|verbessert) (?:your |the |ihr |dein |das |die )?(?:\\p{L}+ )?(?:immun(?:e|ity|system)\\p{L}*|metabolism|digestion|gut health|heart health|memory|brain (?:function|health|power)|joint health|sleep quality|blood (?:sugar|pressure|circulation)|cholesterol|hormone\\p{L}*|libido|testosterone|abwehrkr\u00e4fte|stoffwechsel|verdauung|ged\u00e4chtnis|gelenke|schlaf|konzentration)', 'detox\\p{L}*', 'entgift\\p{L}*', 'entschlack\\p{L}*', 'anti[- ]?(?:ageing|aging|inflammatory)', 'rejuvenates?', 'superfoods?', 'boosts? energy', 'immune[- ](?:boosting|support)', 'lowers? (?:your )?(?:blood (?:sugar|pressure)|cholesterol|stress)', 'senkt (?:den |ihren )?(?:blutdruck|blutzucker|cholesterin\\p{L}*)', '(?:high|rich|source) (?:in|of) (?:protein|fibre|fiber|omega[- ]?3|vitamins?|antioxidants)', '(?:low|no|zero|reduced)[- ](?:fat|sugar|salt|calorie)', 'sugar[- ]free'],
    notAs: ['digital detox', 'detox your (?:inbox|data|crm|calendar|feed|pipeline)', 'boosts? (?:your )?(?:team|brand|campaign|sales)\\p{L}*'],
    unless: ['pipeline', 'campaign', 'software', 'dashboard', 'inbox', 'database', 'server', 'gpu', 'ram'],
    reason: 'A claim about a body function needs an authorised wording and its conditions of use.', lawRef: 'Regulation (EC) 1924/2006 art. 10, 13; UK CAP Code 15.1; 21 CFR 101.93', evidenceNeeded: ['authorised health claim and its conditions', 'amount in a portion'],
    suggestion: 'Use the authorised wording for the nutrient, with its amount.',
  },
  {
    id: 'HEALTH.PROFESSIONAL', category: 'HEALTH', severity: 'WARN', enforcement: 'MUST', confidence: 0.85,
    patterns: ['(?:doctors?|physicians?|dentists?|dermatologists?|vets?|pharmacists?|nutritionists?|cardiologists?|medical experts?|nurses?|\u00e4rzte\\p{L}*|arzt|zahn\u00e4rzte\\p{L}*|apotheker\\p{L}*|hebammen) (?:recommend(?:s|ed)?|approved?|approves|endorsed?|endorses|trust|swear by|prefer|empfehlen|empfiehlt|empfohlen|vertrauen)', '(?:recommended|approved|endorsed|developed|formulated) by ~2(?:doctors?|physicians?|dentists?|dermatologists?|vets?|health (?:care )?professionals?|medical experts?|nurses?)', '(?:doctor|physician|dentist|dermatologist|vet|fda)[- ](?:recommended|approved|endorsed)', 'von (?:\u00e4rzten|zahn\u00e4rzten|apothekern|hebammen|dermatologen) (?:empfohlen|entwickelt|getestet)', 'dr\\.? (?:\\p{L}+ )?(?:recommends|says|empfiehlt)'],
    reason: 'Recommendation by health professionals is barred in food claims and restricted elsewhere.', lawRef: 'Regulation (EC) 1924/2006 art. 12(c); UK CAP Code 12.18, 15.6.3; HWG \u00a7 11; 16 CFR 255.3', evidenceNeeded: ['who, how many, asked how and when'],
    suggestion: 'Remove the endorsement, or name a lawful survey with its date and sample.',
  },
  {
    id: 'HEALTH.MEDICINE', category: 'HEALTH', severity: 'WARN', enforcement: 'MUST', confidence: 0.75, industries: ['pharma', 'medic', 'drug'],
    patterns: ['(?:prescription|rx|medication|medicine|drug|arzneimittel|medikament)'],
    unlessInText: ['side[- ]effects?', 'risks?', 'important safety information', 'read the (?:label|leaflet)', 'zu risiken und nebenwirkungen', 'consult (?:a|your) (?:doctor|pharmacist)'],
    reason: 'Promotion of a medicine must show its risks as fairly as its benefits.', lawRef: '21 CFR 202.1(e)(5); Directive 2001/83/EC art. 89; HWG \u00a7 4', evidenceNeeded: ['risk statement', 'approved label'],
    suggestion: 'Add the required risk statement beside the benefit.',
  },
];
