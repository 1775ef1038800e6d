/** Owns rules on investments, credit and earnings. */
import type { Rule } from '../rule.ts';

const INVEST = 'invest(?:ment|ments|ing|or|ors|s)?|portfolio|fund|funds|shares?|stocks?|etfs?|crypto\\p{L}*|bitcoin|trading|returns?|yields?|rendite|anlage|geldanlage|fonds|aktien|zinsen';

/** Rules on what copy says about money. */
export const financialRules: readonly Rule[] = [
  {
    id: 'FINANCIAL.PROMISE', category: 'FINANCIAL', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.92,
    patterns: ['(?:guaranteed|assured|certain|fixed and certain|risk[- ]?free|safe) (?:\\p{L}+ )?(?:returns?|profits?|yields?|income|gains?|earnings|interest|investments?)', '(?:returns?|profits?|income|gains?|earnings) (?:are |is )?(?:guaranteed|assured|risk[- ]?free)', '(?:double|triple|multiply|grow) your (?:money|savings|investment|capital|portfolio|crypto|bitcoin)', '(?:can\'?t|cannot|never) lose (?:your )?(?:money|capital)', 'no risk (?:of loss|to your capital|investment)', 'get rich (?:quick|fast)?', 'financial freedom (?:in|within|guaranteed)', '(?:earn|make) (?:up to )?[$\u20ac\u00a3]?\\s?[\\d.,]+k?\\s?(?:\u20ac|euros?|dollars|pounds)? (?:a|per|every|each|pro|am|in) (?:day|week|month|hour|year|tag|woche|monat|stunde)', 'garantierte (?:rendite|zinsen|gewinne?|ertr\u00e4ge)', 'sichere (?:rendite|gewinne?)', 'risikolose? (?:rendite|anlage|geldanlage|gewinne?)', 'passive(?:s)? (?:income|einkommen) ~4(?:guaranteed|easily|without|while you sleep|ohne|im schlaf)', 'verdoppeln sie ihr (?:geld|kapital|verm\u00f6gen)'],
    notAs: ['earn up to \\d+ points'],
    reason: 'Promissory, exaggerated or one-sided statements about returns are barred.', lawRef: 'FINRA 2210(d)(1)(B), (F); SEC Rule 206(4)-1; FCA COBS 4.2; UK CAP Code 14; FTC Business Opportunity Rule 16 CFR 437', evidenceNeeded: ['basis of the projection', 'risk statement'],
    suggestion: 'Remove the promise; say that returns vary and capital is at risk.',
  },
  {
    id: 'FINANCIAL.PAST', category: 'FINANCIAL', severity: 'WARN', enforcement: 'MUST', confidence: 0.85,
    patterns: ['(?:returned|gained|earned|grew|yielded|delivered|rose) ~4\\d+(?:[.,]\\d+)?\\s?%', '\\d+(?:[.,]\\d+)?\\s?% (?:\\p{L}+ )?(?:returns?|yield|p\\.?a\\.?|per annum|a year|annual(?:ly)?|rendite|zinsen|interest)', 'past (?:performance|returns)', 'track record of ~3(?:returns?|gains?|profits?)', 'historische rendite', 'average annual returns?'],
    needs: [INVEST], industries: ['financ', 'invest', 'bank', 'crypto', 'insur', 'wealth', 'trading', 'fintech', 'pension', 'broker'],
    unlessInText: ['past performance (?:is|does) ?not', 'not (?:a )?(?:reliable )?(?:indicat\\p{L}+|guarantee) of future', 'capital (?:is )?at risk', 'kein (?:verl\u00e4sslicher )?indikator'],
    negatable: false,
    reason: 'Past performance needs the warning that it says nothing reliable about the future.', lawRef: 'FCA COBS 4.6; SEC Rule 206(4)-1(d); Delegated Regulation (EU) 2017/565 art. 44(4)', evidenceNeeded: ['period, source, net of fees'],
    suggestion: 'Add period, source and "Past performance is not a reliable indicator of future results".',
  },
  {
    id: 'FINANCIAL.RISK_WARNING', category: 'FINANCIAL', severity: 'WARN', enforcement: 'MUST', confidence: 0.8,
    patterns: ['invest (?:in|now|today|with|from|your)', 'start (?:investing|trading)', '(?:buy|trade) (?:crypto\\p{L}*|bitcoin|stocks?|shares|cfds?|forex)', 'stocks? and shares isa', 'jetzt investieren', 'investieren sie', 'geldanlage', 'trade (?:cfds?|forex)'],
    industries: ['financ', 'invest', 'bank', 'crypto', 'wealth', 'trading', 'fintech', 'pension', 'broker'],
    unlessInText: ['at risk', 'can go down', 'may lose', 'lose (?:some or )?all', 'value of (?:your )?investments?', 'past performance', 'risk (?:warning|of loss)', 'kapitalverlust\\p{L}*', 'totalverlust', 'risiken', 'verlust\\p{L}*'],
    reason: 'An invitation to invest must show the risk as prominently as the benefit.', lawRef: 'FCA COBS 4.2, 4.5; Delegated Regulation (EU) 2017/565 art. 44; WpHG \u00a7 63', evidenceNeeded: ['risk warning', 'authorised approver'],
    suggestion: 'Add "Capital at risk. The value of investments can go down as well as up." beside the call to action.',
  },
  {
    id: 'FINANCIAL.CREDIT', category: 'FINANCIAL', severity: 'WARN', enforcement: 'MUST', confidence: 0.8,
    patterns: ['(?:only|just|from|nur|ab) [$\u20ac\u00a3]?\\s?[\\d.,]+\\s?(?:\u20ac|eur|usd|gbp)?\\s?(?:a|per|/|pro|im) ?(?:month|mo|monat)(?=[^.!?]*(?:loan|finance|credit|kredit|rate|darlehen|ratenzahlung|financing))', '(?:loans?|credit|financing|mortgage|kredit|darlehen)(?: \\p{L}+){0,4} (?:from|at|only|just|ab|nur|f\u00fcr) (?:only |nur )?(?:\\d+(?:[.,]\\d+)?\\s?%|[$\u20ac\u00a3]\\s?[\\d.,]+)', '(?:0|zero)\\s?% (?:finance|financing|interest|apr|finanzierung|zinsen)', '(?:no|bad|poor) credit(?: check| history)?(?: needed| required| ok| welcome)?', 'instant (?:loan|credit|approval)', 'guaranteed (?:approval|acceptance)', 'kredit ohne schufa', 'sofortkredit', 'ohne bonit\u00e4tspr\u00fcfung', 'low monthly payments', 'debt[- ]?free (?:in|fast)'],
    negatable: false,
    unlessInText: ['(?:representative )?apr', 'effektiver jahreszins', 'representative example', 'annual percentage rate'],
    reason: 'A credit term used as a trigger needs the representative rate and terms beside it.', lawRef: '12 CFR 1026.24; UK CONC 3.5; Directive (EU) 2023/2225 art. 8', evidenceNeeded: ['representative APR', 'total amount payable'],
    suggestion: 'Show the representative APR, duration and total amount beside the offer.',
  },
];
