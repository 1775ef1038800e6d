/** Owns rules on superlatives, comparisons, guarantees and plain factual claims. */
import type { Rule } from '../rule.ts';

const BASIS = ['dated basis for the comparison', 'population compared', 'how it was measured'];

/** Rules on what copy claims about the product itself. */
export const claimRules: readonly Rule[] = [
  {
    id: 'SUPERLATIVE.BEST', category: 'SUPERLATIVE', severity: 'WARN', enforcement: 'MUST', confidence: 0.8, claimable: true,
    patterns: ['(?:the|our|your|europe\'s|germany\'s|america\'s|uk\'s)?\\s?(?:very )?best', '(?:world|industry|category|market)[- ]?(?:leading|beating|best|class leading)', 'best[- ]in[- ]class', 'world(?:\'s)? (?:best|finest|greatest|fastest|safest|cheapest|smartest|most \\p{L}+)', 'unrivall?ed', 'unbeatable', 'unmatched', 'second to none', 'unparallell?ed', 'without equal'],
    notAs: ['best (?:practices?|regards|wishes|before|of luck|interests?|efforts?|guess|friends?|seller|selling|bet|time|times|way|ways|suited|fit|for you|case|man|possible|known|of both worlds)', 'best-(?:practices?|seller|selling|before|effort|fit|case|known)', '(?:at|at its|do(?:es)?|did|doing|try|tried|your|our|their|my|his|her) (?:very )?best(?: (?:to|work|self|life|selves))', '(?:at|do|does|did|doing|try|tried) (?:\\p{L}+ )?best', 'what works best', 'works? best', 'all the best', 'best (?:when|if|served|enjoyed|viewed|kept|used|stored)', '(?:how|which|what|where|who)(?: \\p{L}+){0,6} best', 'next[- ]best'],
    reason: 'A superlative is a claim of fact that needs a dated, verifiable basis.', lawRef: 'UK CAP Code 3.7, 3.33; Directive 2006/114/EC art. 4; Lanham Act s. 43(a)', evidenceNeeded: BASIS,
    suggestion: 'Say what is measurable instead, or add the basis and its date.',
  },
  {
    id: 'SUPERLATIVE.NUMBER_ONE', category: 'SUPERLATIVE', severity: 'WARN', enforcement: 'MUST', confidence: 0.9, claimable: true,
    patterns: ['#\\s?1', 'no\\. ?1', 'nr\\. ?1', 'number[- ]one', 'nummer (?:eins|1)', '(?:the )?market leader', 'marktf\u00fchrer', 'marktf\u00fchrend\\p{L}*', 'top[- ]rated', 'most (?:trusted|popular|advanced|effective|powerful|reliable|loved|recommended|awarded|innovative)', '(?:the )?(?:leading|premier|foremost) (?:provider|platform|brand|solution|supplier|choice|maker|company|manufacturer|software|tool|supplement|clinic|bank)', '(?:the )?(?:only|first) (?:\\p{L}+ )?(?:product|platform|tool|software|solution|brand|cream|app|supplement|company|provider|crm) (?:that|to|which|with|in the world)', 'the (?:fastest|cheapest|safest|strongest|smartest|cleanest|healthiest|easiest|purest|largest|biggest|lowest[- ]priced|greatest|finest|highest[- ]rated|lightest|toughest|greenest)'],
    notAs: ['#\\s?1\\d', 'number[- ]one (?:priority|goal|reason|mistake|rule|question|concern)', '#\\s?1 (?:priority|goal|reason|mistake|rule)', 'the (?:easiest|fastest|biggest|largest|greatest) (?:way to reach|part|mistake|share|question|challenge|problem|lever|risk|surprise|change|impact|effect|audience|segment|of these)'],
    reason: 'A claim of leadership must name the ranking, its date and who was compared.', lawRef: 'UK CAP Code 3.33-3.38; Directive 2006/114/EC art. 4; Lanham Act s. 43(a)', evidenceNeeded: BASIS,
    suggestion: 'Name the ranking, the year and the market, or drop the claim.',
  },
  {
    id: 'SUPERLATIVE.DE', category: 'SUPERLATIVE', severity: 'WARN', enforcement: 'MUST', confidence: 0.8, claimable: true,
    patterns: ['(?:der|die|das|den|dem|unser\\p{L}*|deutschlands|europas) (?:beste|besten|bester|bestes|g\u00fcnstigste|g\u00fcnstigsten|schnellste|schnellsten|sicherste|gr\u00f6\u00dfte|gr\u00f6\u00dften|f\u00fchrende|f\u00fchrenden|billigste|billigsten|wirksamste)', 'am (?:besten|g\u00fcnstigsten|schnellsten|wirksamsten)', 'unschlagbar\\p{L}*', 'einzigartig\\p{L}*', 'weltbest\\p{L}*', 'testsieger'],
    notAs: ['am besten (?:so|gleich|sofort|noch|jetzt|heute|mit|in|vor|k\u00fchl|unge\u00f6ffnet)', 'die besten (?:gr\u00fc\u00dfe|w\u00fcnsche)', 'die beste zeit'],
    reason: 'Eine Allein- oder Spitzenstellungsbehauptung braucht einen deutlichen, dauerhaften Vorsprung, der belegt ist.', lawRef: 'UWG \u00a7\u00a7 5, 6; Directive 2006/114/EC art. 4', evidenceNeeded: BASIS,
    suggestion: 'Nennen Sie Quelle, Jahr und Vergleichsgruppe oder lassen Sie die Aussage weg.',
  },
  {
    id: 'COMPARATIVE.RIVAL', category: 'COMPARATIVE', severity: 'WARN', enforcement: 'MUST', confidence: 0.85, claimable: true,
    patterns: ['(?:better|faster|cheaper|stronger|safer|cleaner|smarter|healthier|easier|lighter|longer[- ]lasting|more (?:effective|powerful|reliable|accurate|affordable|secure|efficient|advanced)|less (?:expensive|toxic|harmful)) than ~4(?:competitors?|competition|rivals?|others?|any(?:one|thing)?(?: else)?|all other|other (?:brands?|products?|providers?|tools?|crms?|banks?|platforms?|leading)|leading|brand|the rest|alternatives?|\\p{L}+ ads|market)', '(?:beats?|outperforms?|outsells?|crushes|leaves behind|puts to shame) ~4(?:competitors?|competition|rivals?|others?|every|any|all other|leading|the rest|alternatives?)', '(?:unlike|compared (?:to|with)|versus|vs\\.?) (?:our |other |the |leading |all other )?(?:competitors?|competition|rivals?|brands?|providers?|banks?|agencies|leading brands?)', '(?:\\d+(?:[.,]\\d+)?(?:x|%| times)) (?:better|faster|cheaper|stronger|more (?:effective|powerful|reliable|accurate|efficient)|less expensive|longer)(?: than| as)?'],
    reason: 'A comparison must be fair, verifiable, like for like, and must not denigrate.', lawRef: 'Directive 2006/114/EC art. 4; UK CAP Code 3.33-3.38; Lanham Act s. 43(a)', evidenceNeeded: ['test or data of the comparison', 'date', 'products compared'],
    suggestion: 'Name what was compared, how and when, or describe only your own product.',
  },
  {
    id: 'COMPARATIVE.SWITCH', category: 'COMPARATIVE', severity: 'WARN', enforcement: 'MUST', confidence: 0.7, claimable: true,
    patterns: ['(?:half|a fraction) (?:of )?the (?:price|cost) of ~3\\p{L}+', 'why (?:pay|settle for) ~3(?:others?|competitors?|elsewhere|brand)', '(?:other|rival|competing) (?:brands?|products?|providers?|tools?|suppliers?) (?:fail|can\'t|cannot|don\'t|are (?:slow|unsafe|overpriced|worse|inferior|outdated))', '(?:besser|schneller|g\u00fcnstiger|billiger|wirksamer|sicherer|st\u00e4rker) als ~3(?:die konkurrenz|der wettbewerb|andere\\p{L}*|alle anderen|jede\\p{L}*|unsere mitbewerber|herk\u00f6mmliche\\p{L}*)'],
    reason: 'A comparison with others must be objective and provable and must not run them down.', lawRef: 'Directive 2006/114/EC art. 4; UWG \u00a7 6', evidenceNeeded: ['test or data of the comparison', 'date', 'products compared'],
    suggestion: 'Compare one named, measurable feature, with its source.',
  },
  {
    id: 'GUARANTEE.RESULT', category: 'GUARANTEE', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.85,
    patterns: ['guarantee[sd]?', 'guaranteeing', '(?:we|i) promise (?:you )?~3(?:results?|success|growth|more|leads|sales)', 'garantiert\\p{L}*', 'garantieren', 'erfolgsgarantie', '(?:certain|sure|bound) to (?:work|succeed|win|grow|earn|double)', 'can\'?t (?:fail|lose)', 'cannot (?:fail|lose)', 'fool[- ]?proof', 'never fails?', 'works every (?:single )?time', 'success is assured'],
    notAs: ['money[- ]back[- ]guarantee[sd]?', 'guaranteed (?:delivery|minimum|refund|availability)', '(?:price[- ]match|satisfaction|warranty) guarantee', '\\d+[- ](?:day|year|month)s? (?:money[- ]back |satisfaction |return )?guarantee', 'guarantee (?:terms|conditions|period|card)', 'geld[- ]zur\u00fcck[- ]garantie', '\\d+ jahre garantie', 'deposit guarantee', 'government[- ]guaranteed', 'loan guarantee', 'guarantee scheme'],
    unless: ['warranty', 'refund', 'money back', 'full terms'],
    reason: 'An unconditional promise of a result cannot be substantiated.', lawRef: 'FTC Act s. 5; 16 CFR 239; UK CAP Code 3.53', evidenceNeeded: ['terms of the guarantee'],
    suggestion: 'Say what past customers saw and under which conditions, or link the terms of a real guarantee.',
  },
  {
    id: 'GUARANTEE.ABSOLUTE', category: 'GUARANTEE', severity: 'WARN', enforcement: 'MUST', confidence: 0.75, claimable: true,
    patterns: ['100\\s?% (?:effective|safe|secure|accurate|success|satisfaction|reliable|risk[- ]?free|proven|uptime|wirksam|sicher|erfolg)', '100 percent (?:effective|safe|secure|accurate|reliable)', '(?:completely|totally|absolutely|perfectly) (?:safe|secure|risk[- ]?free|harmless|accurate)', 'risk[- ]?free', 'zero risk', 'no risk', 'risikofrei\\p{L}*', 'ohne (?:jedes )?risiko', 'no side[- ]effects?', 'without (?:any )?side[- ]effects?', 'keine nebenwirkungen', 'ohne nebenwirkungen', 'side[- ]effect[- ]free', 'instant(?:ly)? results?', 'overnight (?:success|results?)', 'permanent(?:ly)? (?:removes?|results?|solution|cure)', 'always works', 'works for everyone', 'miracle', 'wundermittel'],
    notAs: ['risk[- ]?free (?:trial|rate|asset|return|period)', 'free of risk[- ]weight', 'risk-free (?:for|with) our \\d+-day', 'try (?:it )?risk[- ]?free', 'no risk[- ](?:weight|assessment|register)', 'miracle[- ]gro'],
    negatable: true,
    reason: 'An absolute claim allows no exception and one exception refutes it.', lawRef: 'FTC Act s. 5; UK CAP Code 3.7, 3.11; UWG \u00a7 5', evidenceNeeded: ['evidence for every ordinary use'],
    suggestion: 'State the measured share and the conditions.',
  },
  {
    id: 'CLAIM_EVIDENCE.NUMBER', category: 'CLAIM_EVIDENCE', severity: 'WARN', enforcement: 'MUST', confidence: 0.7, claimable: true,
    patterns: ['(?:cuts?|reduces?|reduced|saves?|saved|boosts?|boosted|increases?|increased|improves?|improved|lowers?|raises?|grows?|grew|doubles?|triples?|lifts?|lifted|slashe[sd]|up to|by|senkt|steigert|spart|reduziert|erh\u00f6ht|um(?: bis zu)?)(?: \\p{L}+){0,5} \\d+(?:[.,]\\d+)?\\s?(?:%|percent|prozent|x)', '\\d+(?:[.,]\\d+)?\\s?(?:%|percent|prozent) (?:more|fewer|less|faster|higher|lower|mehr|weniger|schneller|of (?:our )?(?:customers?|users?|clients?|people|dentists|doctors|teams|parents|women|men)|der (?:kunden|nutzer|anwender))', '(?:\\d+|nine|four|eight|three) (?:out of|in|von) (?:\\d+|ten|five|four|zehn) (?:people|customers?|users?|dentists?|doctors?|experts?|teams|parents|vets|women|men|\u00e4rzte|kunden|marketers)', 'trusted by (?:over |more than )?[\\d.,]+(?:k|m)?\\+? ?(?:million |thousand )?\\p{L}+', '[\\d.,]{3,}\\+? (?:happy |satisfied |zufriedene )?(?:customers?|users?|clients?|kunden|nutzer) ~2(?:trust|love|rely|use|choose|vertrauen|switched)', '(?:doubles?|triples?|verdoppelt|verdreifacht) (?:your|their|my|ihre?n?|deine?n?) \\p{L}+'],
    notAs: ['(?:save|saves|spare|sparen|up to|bis zu|get|extra|an extra|by)? ?\\d+(?:[.,]\\d+)?\\s?(?:%|percent|prozent) (?:off|discount|rabatt|vat|mwst|apr|interest)', '(?:save|spare|sparen sie)(?: up to| bis zu)? \\d+(?:[.,]\\d+)?\\s?(?:%|percent|prozent)'],
    unless: ['for example', 'z\\.b\\.', 'forecast', 'budget (?:by|from|was|moved)'],
    negatable: true,
    reason: 'A figure about what a product does needs substantiation held before publication.', lawRef: 'FTC Act s. 5 (advertising substantiation); UK CAP Code 3.7; UWG \u00a7 5', evidenceNeeded: ['study or data behind the figure', 'sample and date'],
    suggestion: 'Link the claim to its evidence, or leave the figure out.',
  },
  {
    id: 'CLAIM_EVIDENCE.PROVEN', category: 'CLAIM_EVIDENCE', severity: 'WARN', enforcement: 'MUST', confidence: 0.8, claimable: true,
    patterns: ['(?:clinically|scientifically|medically|laboratory|lab|dermatologically)[- ](?:proven|tested|validated|shown|demonstrated)', 'proven (?:to|results?|by science|formula|effective|method)', '(?:studies|research|science|tests?|trials?|data) (?:show|shows|prove|proves|confirm|confirms|have shown|has shown)', 'backed by (?:science|research|data|studies)', 'science[- ]backed', '(?:klinisch|wissenschaftlich|medizinisch|dermatologisch) (?:bewiesen|erwiesen|getestet|belegt|nachgewiesen)', 'studien (?:zeigen|belegen|beweisen)', 'award[- ]winning', 'preisgekr\u00f6nt\\p{L}*'],
    unless: ['our (?:own )?data show (?:no|that spend)'],
    reason: '"Tests show" means that those tests exist, are sound and fit the claim.', lawRef: 'FTC Act s. 5 (Pfizer; establishment claims); UK CAP Code 3.7', evidenceNeeded: ['the study, its design and sample'],
    suggestion: 'Name the study in a note and link it as evidence.',
  },
];
