/** Owns rules on prices, urgency, free offers, subscriptions and prize draws. */
import type { Rule } from '../rule.ts';

/** Rules on what is offered and for how much. */
export const offerRules: readonly Rule[] = [
  {
    id: 'PRICE_URGENCY.REFERENCE', category: 'PRICE_URGENCY', severity: 'WARN', enforcement: 'MUST', confidence: 0.8, negatable: false,
    patterns: ['(?:was|were|before|previously|originally|reg(?:ular(?:ly)?)?\\.?|rrp|msrp|list price|worth|valued at|instead of|statt|fr\u00fcher|vorher|uvp|bisher)(?: only| nur)? (?:price )?(?:[$\u20ac\u00a3]\\s?[\\d.,]+|[\\d.,]+\\s?(?:\u20ac|eur|euros?|usd|gbp|dollars))', '\\d+\\s?%\\s?(?:off|rabatt|discount|reduced|reduziert|g\u00fcnstiger|nachlass|savings)', '(?:save|spare|sparen sie|sie sparen)(?: up to| bis zu)? (?:\\d+\\s?%|[$\u20ac\u00a3]\\s?[\\d.,]+|[\\d.,]+\\s?\u20ac)', 'half[- ]price', 'zum halben preis', 'lowest price (?:ever|in|of|guaranteed)', 'tiefpreis\\p{L}*', 'bestpreis\\p{L}*', 'up to \\d+\\s?% (?:off|discount)'],
    unlessInText: ['lowest price (?:of|in) the (?:last|past) 30 days', '30[- ]day low', 'niedrigster (?:gesamt)?preis der letzten 30 tage', '30[- ]tage[- ](?:bestpreis|tiefpreis)'],
    reason: 'A reduction needs a genuine reference price; in the EU the lowest price of the 30 days before.', lawRef: '16 CFR 233; Directive 98/6/EC art. 6a; PAngV \u00a7 11; UK CAP Code 3.17-3.22', evidenceNeeded: ['price record of the last 30 days'],
    suggestion: 'Add the lowest price of the last 30 days, or show the price alone.',
  },
  {
    id: 'PRICE_URGENCY.PRESSURE', category: 'PRICE_URGENCY', severity: 'WARN', enforcement: 'MUST', confidence: 0.8,
    patterns: ['only \\d+ (?:left|remaining|in stock|spots?|seats?|places?|rooms?|items?)', '(?:last|final) (?:chance|call|hours?|day|few|pieces|units|remaining)', '(?:ends?|expires?|closing|closes) (?:tonight|today|soon|at midnight|in \\d+ (?:hours?|minutes?|days?))', '(?:today|tonight|this weekend|24 hours?|48 hours?) only', '(?:act|buy|order|hurry|book|sign up|shop) (?:now|fast|today|quickly)?,? ?(?:before it\'?s (?:too late|gone)|while (?:stocks?|supplies) lasts?)', 'hurry', 'act (?:now|fast)', 'don\'?t miss (?:out|this)', 'limited[- ]time(?: offer)?', 'limited (?:stock|supply|availability|quantity|quantities|spots|places)', 'selling (?:out )?fast', 'almost (?:gone|sold out)', 'once[- ]in[- ]a[- ]lifetime', '\\d+ (?:people|others|customers|visitors) (?:are )?(?:viewing|looking|watching|bought|booked)', 'nur noch \\d+', 'nur (?:heute|kurze zeit|solange der vorrat reicht|f\u00fcr kurze zeit)', 'letzte chance', 'jetzt zuschlagen', 'nur bis (?:heute|mitternacht|sonntag|morgen)', 'solange (?:der )?vorrat reicht', 'schnell sein', 'beeil\\p{L}* (?:dich|euch|sie sich)', 'angebot endet'],
    notAs: ['(?:last|final) (?:day|hours?) of (?:the )?(?:month|quarter|year|conference|campaign)', 'limited (?:liability|edition|company)'],
    reason: 'Scarcity or an end date that is not true presses people into a decision.', lawRef: 'UCPD Annex I 7; UK CAP Code 8.2, 3.1; FTC Act s. 5', evidenceNeeded: ['stock count or end date that is kept'],
    suggestion: 'State the real end date or stock, and keep to it.',
  },
  {
    id: 'PRICE_URGENCY.FREE', category: 'PRICE_URGENCY', severity: 'WARN', enforcement: 'MUST', confidence: 0.8, negatable: false,
    patterns: ['free(?=[^.!?\\n]*(?:just pay|only pay|pay (?:only )?(?:shipping|postage|handling)|shipping (?:and handling )?(?:applies|not included)|with (?:any |every |your |a )?(?:purchase|order|subscription)|when you (?:buy|spend|order|subscribe)|credit card required))', 'absolutely free', 'completely free', '100\\s?% free', '(?:free|kostenlose?r?|gratis)[- ](?:gift|gifts|geschenke?|iphone|money|bitcoin|cash)', 'totally free', 'komplett (?:kostenlos|gratis)', 'gratis dazu', 'buy one,? get one(?: free)?', 'bogo', 'kostenlos(?=[^.!?\\n]*(?:versandkosten|zzgl|nur \\d|beim kauf|abo))'],
    notAs: ['free(?:dom|lance|ze)'],
    reason: '"Free" must cost nothing but unavoidable delivery, with every condition stated at the outset.', lawRef: '16 CFR 251; UCPD Annex I 20; UK CAP Code 3.23-3.26', evidenceNeeded: ['terms of the offer'],
    suggestion: 'State each cost and condition beside the word "free".',
  },
  {
    id: 'PRICE_URGENCY.SUBSCRIPTION', category: 'PRICE_URGENCY', severity: 'WARN', enforcement: 'MUST', confidence: 0.75, negatable: false,
    patterns: ['(?:free|\\d+[- ]day|one[- ]month|[$\u20ac\u00a3]1|1 ?\u20ac) (?:\\p{L}+ )?trial(?=[^.!?\\n]*(?:credit card|then|renew|subscri|auto|charged|afterwards))', 'auto(?:matic(?:ally)?)?[- ]?renew(?:s|al|ed|ing)?', '(?:first|1st) month (?:free|[$\u20ac\u00a3]1)', 'probeabo\\p{L}*', 'verl\u00e4ngert sich automatisch', 'billed (?:monthly|annually) (?:until|unless)', 'free for (?:the first )?\\d+ (?:days?|months?|weeks?)(?=[^.!?\\n]*(?:then|after))', 'card required'],
    unlessInText: ['cancel (?:any ?time|online|before|at any time)', 'jederzeit k\u00fcndbar', 'k\u00fcndbar', 'no credit card', 'how to cancel', 'cancel in'],
    reason: 'A negative option must tell price, date of charge and how to cancel before the card is asked for.', lawRef: 'ROSCA 15 USC 8403; FTC Act s. 5; BGB \u00a7 312k; UK DMCC Act 2024 Part 4', evidenceNeeded: ['terms of renewal and cancellation'],
    suggestion: 'Add the price after the trial, the date of the first charge and how to cancel.',
  },
  {
    id: 'PRICE_URGENCY.HIDDEN_COST', category: 'PRICE_URGENCY', severity: 'WARN', enforcement: 'MUST', confidence: 0.8, negatable: false,
    patterns: ['(?:plus|excluding|excl\\.?|before|zzgl\\.?|exkl\\.?) (?:\\p{L}+ )?(?:booking|service|resort|handling|admin(?:istration)?|cleaning|processing|bearbeitungs|service)[- ]?(?:fees?|charges?|geb\u00fchr\\p{L}*)', '(?:mandatory |additional )fees? (?:apply|may apply)', 'hidden fees?', '(?:plus|excl\\.?|zzgl\\.?) (?:vat|tax|taxes|mwst|umsatzsteuer)(?=[^.!?\\n]*(?:consumer|verbraucher|privat))'],
    notAs: ['no hidden fees?', 'without hidden fees?', 'zero hidden fees?'],
    reason: 'Prices for consumers are shown with every unavoidable cost.', lawRef: 'Directive 98/6/EC art. 2; PAngV \u00a7 3; UK DMCC Act 2024 s. 230; 16 CFR 464', evidenceNeeded: ['total price'],
    suggestion: 'Show the total price first.',
  },
  {
    id: 'SWEEPSTAKES.TERMS', category: 'SWEEPSTAKES', severity: 'WARN', enforcement: 'MUST', confidence: 0.85, negatable: false,
    patterns: ['(?:win|gewinnen?(?: sie)?) (?:a|an|one of|the|your|up to|ein\\p{L}*|eine von|das|den|\\d+|[$\u20ac\u00a3])[^.!?\\n]{0,50}(?:iphone|ipad|trip|holiday|vacation|car|prize|voucher|gift ?card|tickets?|cash|[$\u20ac\u00a3]\\s?\\d|\\d+\\s?(?:\u20ac|euros?)|bundle|hamper|macbook|console|reise|urlaub|auto|gutschein|preis|e-?bike|bike|laptop)', '(?:enter|join|participate in|take part in) (?:our |the |this |to win)(?:\\p{L}+ )?(?:giveaway|sweepstakes?|prize draw|raffle|contest|competition|draw|lottery)?', 'giveaway', 'sweepstakes?', 'prize draw', 'raffle', 'gewinnspiel\\p{L}*', 'verlosung', 'verlosen wir', 'chance to win', 'chance auf', 'like (?:and|&|,) ?(?:share|follow|tag|comment) (?:\\p{L}+ ){0,3}to (?:win|enter)', 'jetzt mitmachen und gewinnen'],
    notAs: ['win (?:the|a) (?:market|deal|customer|race|pitch|budget|auction)\\p{L}*', 'enter (?:our|the|this) (?:market|site|store|shop|page|platform|building|era)', 'join (?:our|the|this) (?:team|webinar|community|newsletter|waitlist|list|call|event|conference|discussion|program\\p{L}*)'],
    unlessInText: ['no purchase necessary', 'terms (?:and conditions |& conditions )?apply', 't&cs? apply', 'official rules', 'teilnahmebedingungen', 'full terms', 'ends? on \\d', 'teilnahmeschluss', 'see rules'],
    reason: 'A prize draw needs its dates, eligibility, sponsor and prizes, and in the US a free way in.', lawRef: '39 USC 3001(k); state law (e.g. NY GBL 369-e); UK CAP Code 8.17; UWG \u00a7 5a', evidenceNeeded: ['official rules'],
    suggestion: 'Add "No purchase necessary. Ends DATE. Terms: LINK."',
  },
  {
    id: 'SWEEPSTAKES.PURCHASE', category: 'SWEEPSTAKES', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.88,
    patterns: ['(?:buy|purchase|spend|order|subscribe|pay|donate)(?: \\p{L}+| [$\u20ac\u00a3]?[\\d.,]+){0,6} (?:to|and) (?:enter|win|be entered|participate|have a chance|qualify for (?:the|our) (?:draw|raffle|giveaway))', '(?:every|each) (?:purchase|order|[$\u20ac\u00a3]\\s?\\d+ spent)[^.!?\\n]{0,40}(?:entry|entries|entered|chance)', 'you(?:\'ve| have)? (?:already )?won', 'congratulations[,!]? you(?:\'re| are)? (?:a |the |our )?(?:winner|selected|won)', 'sie haben gewonnen', 'du hast gewonnen', 'guaranteed (?:to win|winner|prize)', 'kaufen und gewinnen', 'claim your prize'],
    notAs: ['won (?:the|a|an|our|us|over|more)'],
    reason: 'Payment as the way in makes a lottery; a prize that nobody has won is a deception.', lawRef: '39 USC 3001(k)(3); 18 USC 1302; UCPD Annex I 19, 31; UK CAP Code 8.20', evidenceNeeded: [],
    suggestion: 'Offer a free entry of equal dignity and say so; never tell people that they have won.',
  },
];
