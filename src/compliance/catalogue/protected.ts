/** Owns rules on children, goods with an age limit, and targeting by what people are. */
import type { Rule } from '../rule.ts';

const TRAITS = 'muslims?|jews?|jewish|christians?|catholics?|hindus?|black|white|asian|latino|hispanic|gay|lesbian|lgbtq?\\+?|bisexual|trans(?:gender)?|homosexual|immigrants?|refugees?|disabled|pregnant|hiv[- ]positive|diabetics?|depressed|alcoholics?|addicts?|bankrupt|union members?|republicans?|democrats?|socialists?|muslime|juden|schwule|lesben|migranten|schwangere|behinderte|diabetiker|roma|obese|overweight|bipolar|autistic|cancer patients?';

/** Rules that protect people. */
export const protectedRules: readonly Rule[] = [
  {
    id: 'CHILDREN.EXHORTATION', category: 'CHILDREN', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.9,
    patterns: ['(?:ask|tell|beg|nag|pester|get|convince) (?:your |their )?(?:mum|mom|dad|mummy|mommy|daddy|parents?|grandma|grandparents?)(?: and dad| or dad)? (?:to|for)', '(?:kids|children|boys and girls|girls and boys|hey kids)[,!:]? ?(?:buy|get yours|order|collect|ask|download|don\'?t miss|hurry|grab|you need|you must|be the first)', 'be the (?:coolest|most popular) (?:kid|girl|boy)', 'all (?:your|the) (?:friends|kids|cool kids) (?:already )?have (?:it|one)', 'don\'?t be the only (?:kid|one)(?: in (?:your )?(?:class|school))? without', 'frag(?:t)? (?:deine|eure) (?:eltern|mama|oma|papa)', '(?:sag|bitte) (?:deiner|deinen|deine) (?:mama|eltern|papa)', 'kinder[,!:]? ?(?:kauft|holt euch|sammelt)', 'hol dir (?:jetzt )?(?:die|das|den) ~3(?:sammelkarten|spielzeug|figuren)', 'pester power'],
    reason: 'Children may not be urged to buy or to persuade adults to buy.', lawRef: 'UCPD Annex I 28; UK CAP Code 5.4; COPPA 16 CFR 312', evidenceNeeded: [],
    suggestion: 'Address the parents and describe the product.',
  },
  {
    id: 'CHILDREN.DATA', category: 'CHILDREN', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.85,
    patterns: ['(?:target|targets|targeting|retarget|profile|profiling|track|tracking|collect|collecting|reach)(?: \\p{L}+| [\\p{L}\\d-]+){0,6} (?:kids|children|minors|under[- ]?1[0-8]s?|teens?|teenagers|ages? (?:[3-9]|1[0-7])|(?:[3-9]|1[0-7])[- ](?:1[0-7]|to[- ]1[0-7])[- ]year[- ]olds?|schoolchildren|kinder|minderj\u00e4hrige|jugendliche)', '(?:kids|children|minors|under[- ]?1[36]s?)(?: \\p{L}+){0,4} (?:email|e-mail|address|location|photo|birthday|personal data|phone number)', 'lookalikes? (?:of|from) ~3(?:kids|children|minors|teens)', '(?:kinder|minderj\u00e4hrige)(?: \\p{L}+){0,4} (?:adresse|daten|geburtstag)', 'audience:? ?(?:ages? )?(?:[6-9]|1[0-7])\\s?-\\s?(?:1[0-7])'],
    unless: ['parents? of', 'eltern von', 'with parental consent', 'verifiable parental consent', 'exclude', 'excluding', 'not target', 'suppress', 'ausgeschlossen', 'ausschlie\u00dfen'],
    reason: 'Children may not be profiled for advertising, and their data needs parental consent.', lawRef: 'DSA art. 28(2); COPPA 16 CFR 312.5; GDPR art. 8; UK AADC', evidenceNeeded: ['age assurance', 'parental consent record'],
    suggestion: 'Exclude minors from targeting and collect nothing from them.',
  },
  {
    id: 'CHILDREN.APPEAL', category: 'CHILDREN', severity: 'WARN', enforcement: 'MUST', confidence: 0.75,
    patterns: ['(?:kids|children|your (?:little ones?|child|kid)|toddlers?|babies|baby|kinder|kleinkinder)(?=[^.!?\\n]*(?:smarter|genius|iq|smarten|healthier|grow taller|intelligent|schlauer|kl\u00fcger|cleverer|happier|calm|sleep through))', '(?:makes?|make) (?:your )?(?:kids?|child|children|baby|toddler) (?:smarter|taller|healthier|happier|a genius|calmer)', '(?:sugary|candy|energy drink|soda|fast food|s\u00fc\u00dfigkeiten|softdrink)\\p{L}*(?=[^.!?\\n]*(?:kids|children|kinder|school ?lunch))'],
    reason: 'Claims about children\'s development or food for them are held to a stricter standard.', lawRef: 'Regulation (EC) 1924/2006 art. 14; UK CAP Code 5, 15.16', evidenceNeeded: ['authorised claim for children'],
    suggestion: 'Drop the claim about development.',
  },
  {
    id: 'AGE_RESTRICTED.ALCOHOL', category: 'AGE_RESTRICTED', severity: 'WARN', enforcement: 'MUST', confidence: 0.85, negatable: false,
    patterns: ['(?:beers?|wines?|vodka|gin|whisky|whiskey|rum|tequila|prosecco|champagne|cocktails?|craft beer|liquor|spirits|alcohol|hard seltzer|bier|wein|sekt|schnaps|lik\u00f6r)(?=[^.!?\\n]*(?:now|buy|order|try|enjoy|shop|get|drink|party|night|weekend|free|happy hour|%|jetzt|genie\u00dfen|bestellen|feiern|sale|delivered|deal|off|cheers|taste))', '(?:buy|order|try|enjoy|shop|drink|taste|probier\\p{L}*|genie\u00df\\p{L}*|bestell\\p{L}*) ~4(?:beers?|wines?|vodka|gin|whisky|whiskey|rum|tequila|prosecco|champagne|cocktails?|hard seltzer|bier|wein|sekt|schnaps)', 'happy hour', 'bottomless (?:brunch|drinks|prosecco|mimosas)', 'all[- ]you[- ]can[- ]drink', 'flatrate[- ]?(?:saufen|trinken)'],
    notAs: ['(?:rubbing|isopropyl|alcohol[- ]free|non[- ]alcoholic|0[.,]0\\s?%|alkoholfrei\\p{L}*) ?\\p{L}*', 'alcohol[- ](?:based|free)', '(?:high|good|great|right) spirits', 'ginger', 'spirits? of', 'wine (?:industry|sector|producers)'],
    unlessInText: ['18\\+', '21\\+', 'drink(?:aware| responsibly)', '(?:over|aged|must be) (?:18|21)', 'ab 18', 'bewusst genie\u00dfen', 'please drink', 'legal drinking age', 'enjoy responsibly'],
    reason: 'Alcohol needs an age limit in targeting, a responsibility message where customary, and no promise of success.', lawRef: 'UK CAP Code 18; Directive 2010/13/EU art. 22; US beverage codes', evidenceNeeded: ['age gate of the placement'],
    suggestion: 'Add "18+ only. Please drink responsibly." and target adults only.',
  },
  {
    id: 'AGE_RESTRICTED.GAMBLING', category: 'AGE_RESTRICTED', severity: 'WARN', enforcement: 'MUST', confidence: 0.88, negatable: false,
    patterns: ['(?:casino|betting|bet now|place (?:your|a) bets?|free bets?|free spins?|slots?|poker|roulette|blackjack|sportsbook|jackpot|wett\\p{L}*|online[- ]?casino|freispiele|sportwetten|gl\u00fccksspiel\\p{L}*|gamble|gambling|wager\\p{L}*)'],
    notAs: ['(?:time|ad|appointment|free|booking|delivery|placement|character) slots?', 'slots? (?:for|in|available|of)', 'best bet', 'betting on (?:the future|growth|ai|our)', 'wetter\\p{L}*', 'wettbewerb\\p{L}*', 'responsible gambling policy'],
    unlessInText: ['18\\+', '21\\+', 'begambleaware', 'gamble responsibly', 'play responsibly', 'ab 18', 'spielsucht', 'gl\u00fccksspiel kann s\u00fcchtig machen', '1-800-gambler', 'when the fun stops'],
    reason: 'Gambling needs an age limit and help text, and may never suggest a way out of money trouble.', lawRef: 'UK CAP Code 16; Gl\u00fcStV \u00a7 5; US state law', evidenceNeeded: ['licence', 'age gate of the placement'],
    suggestion: 'Add "18+. Please gamble responsibly." with the help line of the market.',
  },
  {
    id: 'AGE_RESTRICTED.PRESSURE', category: 'AGE_RESTRICTED', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.88, negatable: false,
    patterns: ['(?:bet|gambl\\p{L}+|casino|jackpot|poker|slots?|betting)[^.!?\\n]{0,60}(?:pay (?:off )?(?:your )?(?:bills|rent|debts?)|quit your job|financial (?:problems|freedom)|sure win|can\'?t lose|easy money|guaranteed)', '(?:beer|wine|vodka|gin|whisky|rum|alcohol|drink\\p{L}*|cocktails?)[^.!?\\n]{0,60}(?:more (?:attractive|confident|popular|fun|sexy)|confidence|get(?:s)? the girl|irresistible|relieves? stress|cures?|drive better|forget your (?:problems|worries)|get drunk|wasted|hammered)'],
    reason: 'Gambling as a way out, and alcohol as a way to success, are barred outright.', lawRef: 'UK CAP Code 16.3, 18.2-18.9; Gl\u00fcStV \u00a7 5', evidenceNeeded: [],
    suggestion: 'Remove the promise.',
  },
  {
    id: 'AGE_RESTRICTED.TOBACCO', category: 'AGE_RESTRICTED', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.85,
    patterns: ['(?:vapes?|vaping|e-?cig(?:arette)?s?|e-?liquids?|cigarettes?|cigars?|tobacco|nicotine(?: pouches)?|snus|shisha|hookah|e-?zigaretten?|zigaretten|tabak|cannabis|marijuana|weed(?: delivery)?|thc|cbd|edibles|dispensary)(?=[^.!?\\n]*(?:buy|shop|order|try|new|flavou?rs?|sale|off|delivery|now|deal|free|enjoy|get|taste|jetzt|kaufen|bestell\\p{L}*|smooth|fresh|online|relax|our))', '(?:buy|shop|order|try|enjoy|kauf\\p{L}*|bestell\\p{L}*) ~4(?:vapes?|e-?cig(?:arette)?s?|e-?liquids?|cigarettes?|cigars?|snus|nicotine pouches|cannabis|thc|cbd|edibles)'],
    notAs: ['(?:quit|quitting|stop|stopping|without|anti)[- ]?(?:\\p{L}+ )?(?:smoking|vaping|cigarettes?|tobacco|nicotine)', 'weed (?:killer|control|out|whacker|barrier)', 'tobacco[- ]free', 'nicotine[- ]free', 'nicotine (?:gum|patch\\p{L}*|replacement)'],
    reason: 'Advertising tobacco, nicotine or cannabis is banned or closed to most placements.', lawRef: 'Directive 2003/33/EC; Directive 2014/40/EU art. 20; UK CAP Code 10, 22; KCanG \u00a7 6', evidenceNeeded: ['legal basis for this market and placement'],
    suggestion: 'Do not advertise this product here.',
  },
  {
    id: 'SENSITIVE_TARGETING.TRAIT', category: 'SENSITIVE_TARGETING', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.85,
    patterns: [`(?:target|targets|targeting|retarget|segment|audience|lookalikes?|include|exclude|excluding|reach|reaching|show (?:this |ads? )?to|aimed at|zielgruppe|ansprechen|ausschlie\u00dfen|only show)(?::| of| ist| are| is)?(?: \\p{L}+){0,5} (?:${TRAITS})`, '(?:by|based on|using|nach|anhand) (?:their |inferred |der |ihrer )?(?:race|ethnicity|ethnic origin|religion|religious beliefs?|sexual orientation|sexuality|political (?:views?|opinions?|affiliation|beliefs?)|health (?:status|conditions?|data)|medical (?:history|records?|conditions?)|disability|pregnancy|trade union membership|genetic data|biometric data|hautfarbe|religion|sexueller orientierung|gesundheitsdaten|gesundheitszustand|politischer (?:meinung|einstellung)|herkunft|schwangerschaft)', 'people (?:who (?:have|suffer from|are living with|searched for)|with|diagnosed with) (?:cancer|diabetes|hiv|aids|depression|anxiety|addiction|infertility|herpes|bipolar|eating disorders?)(?=[^.!?\\n]*(?:audience|target|segment|list|retarget|ads?|campaign|lookalike))'],
    unless: ['never', 'not allowed', 'prohibited', 'inclusive (?:images|language)', 'accessib\\p{L}*', 'verboten', 'barrierefrei\\p{L}*'],
    reason: 'Advertising may not be targeted by special categories of personal data or by proxies for them.', lawRef: 'GDPR art. 9; DSA art. 26(3); Regulation (EU) 2024/900', evidenceNeeded: ['explicit consent of each person'],
    suggestion: 'Target by context or declared interest in the product.',
  },
  {
    id: 'SENSITIVE_TARGETING.ADDRESS', category: 'SENSITIVE_TARGETING', severity: 'WARN', enforcement: 'MUST', confidence: 0.8, negatable: false,
    patterns: ['(?:are|as) you (?:a |an )?(?:\\p{L}+ )?(?:diabetic|depressed|gay|lesbian|muslim|jewish|christian|bankrupt|overweight|obese|pregnant|disabled|hiv[- ]positive|an? addict|an? alcoholic|black|latino|asian|infertile|bipolar|autistic|anxious|in debt|broke|unemployed)', '(?:suffering|suffer|struggling|struggle|living) (?:from|with) (?:your )?(?:depression|anxiety|addiction|diabetes|cancer|hiv|obesity|infertility|debts?|bankruptcy|bipolar disorder|an eating disorder|alcoholism|herpes)', '(?:other|fellow) (?:muslims|jews|christians|gays|diabetics|black|single mothers|immigrants)', 'as a (?:muslim|jew|christian|gay|diabetic|black|trans|disabled|single mother|divorc\\p{L}+|immigrant)', '(?:bist du|sind sie|leidest du|leiden sie) (?:\\p{L}+ ){0,2}(?:diabetiker\\p{L}*|depressiv|schwul|lesbisch|muslim\\p{L}*|\u00fcbergewichtig|schwanger|arbeitslos|verschuldet|s\u00fcchtig|depressionen|pleite)', 'we (?:know|noticed|see) (?:that )?you(?:\'re| are| have| were) ~3(?:pregnant|divorced|diagnosed|sick|in debt|unemployed|ill|gay|depressed)'],
    reason: 'Copy that implies knowledge of a personal trait exposes the reader and breaks platform and data rules.', lawRef: 'GDPR art. 9; DSA art. 26(3); platform policies on personal attributes', evidenceNeeded: [],
    suggestion: 'Speak of the product, not of what the reader is.',
  },
  {
    id: 'SENSITIVE_TARGETING.HOUSING_JOBS', category: 'SENSITIVE_TARGETING', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.85, negatable: false,
    patterns: ['(?:apartments?|flats?|rooms?|homes?|rent(?:al|als)?|tenants?|housing|landlord|house|wohnung\\p{L}*|mieter\\p{L}*|zimmer)[^.!?\\n]{0,80}(?:no (?:children|kids|families|immigrants|foreigners|section 8)|adults only|christians? (?:only|preferred)|(?:whites?|english speakers|singles|couples|professionals|citizens) only|mature (?:person|couple|individuals)|able[- ]bodied|ideal for (?:young professionals|singles|bachelors)|female (?:only|preferred)|male (?:only|preferred)|keine (?:kinder|ausl\u00e4nder)|nur (?:deutsche|christen))', '(?:hiring|jobs?|vacancy|position|apply|recruit\\p{L}*|candidates?|waitress|salesman|team members?|stelle|bewerber\\p{L}*|mitarbeiter)[^.!?\\n]{0,80}(?:young (?:and|,|energetic|people|team members|women|men)|(?:men|women|males?|females?|christians?|native speakers|citizens) (?:only|preferred)|under (?:30|35|40)|no older than|recent graduates only|digital natives? only|able[- ]bodied|attractive|jung(?:e|es)? und|nur (?:m\u00e4nner|frauen|deutsche)|unter (?:30|35|40))', '(?:young|attractive|energetic) (?:men|women|males?|females?|girls|salesmen|waitress\\p{L}*) (?:wanted|needed|only)', '(?:exclude|excluding|hide from|not shown? to) ~3(?:women|men|over[- ]?\\d\\d|older (?:people|workers)|zip codes?|postcodes?)[^.!?\\n]{0,60}(?:job|credit|loan|housing|rent|apartment|insurance|mortgage|hiring)', '(?:job|credit|loan|housing|rental|apartment|insurance|mortgage)s?[^.!?\\n]{0,60}(?:exclude|excluding|only (?:men|women|males?|females?)|by (?:zip code|postcode|gender|age|race))'],
    reason: 'Housing, jobs and credit may not be advertised by protected class or a proxy for it.', lawRef: '42 USC 3604(c); 29 USC 623(e); ECOA 15 USC 1691; AGG \u00a7\u00a7 1, 11, 19', evidenceNeeded: ['special ad category declared'],
    suggestion: 'Describe the home, the work or the product; drop who may apply.',
  },
];
