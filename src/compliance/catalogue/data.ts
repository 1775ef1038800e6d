/** Owns rules on personal data, e-mail and disclosure of artificial intelligence. */
import type { Rule } from '../rule.ts';

const OPT_OUT = ['unsubscribe', 'opt[- ]?out', 'abmelden', 'abbestellen', 'manage (?:your )?(?:email |e-mail )?preferences', 'email preferences', 'stop receiving', 'newsletter abbestellen', '\\{\\{\\s?unsubscribe\\S*\\s?\\}\\}'];

/** Rules on data and on the means of speaking. */
export const dataRules: readonly Rule[] = [
  {
    id: 'PERSONAL_DATA.IN_COPY', category: 'PERSONAL_DATA', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.85, negatable: false,
    patterns: ['(?!(?:info|hello|hi|support|sales|contact|press|privacy|service|office|team|help|kontakt|no-?reply|marketing|jobs|careers|legal|dpo|datenschutz|news|newsletter|hallo)@)[\\p{L}\\d._%+-]{1,64}@(?!example\\.|\\S*\\.example)[\\p{L}\\d-]{1,63}(?:\\.[\\p{L}\\d-]{1,63}){0,4}\\.\\p{L}{2,}', '\\d{3}-\\d{2}-\\d{4}', '[a-z]{2}\\d{2}(?: ?[\\da-z]{4}){3,7}(?: ?[\\da-z]{1,3})?', '(?:\\d{4}[ -]){3}\\d{4}', '(?:date of birth|dob|born on|geboren am|geburtsdatum|ssn|social security(?: number)?|passport (?:no|number)|personalausweis\\p{L}*|credit card number|medical record|patient id|health insurance number|steuer-?id)[: ]+(?:is |no\\.? |number |nr\\.? )?[\\p{L}\\d][\\d./ \\p{L}-]{3,30}'],
    reason: 'Personal data of a person does not belong in copy.', lawRef: 'GDPR art. 5(1)(c), 6', evidenceNeeded: ['lawful basis', 'consent of the person'],
    suggestion: 'Remove it or use a role address.',
  },
  {
    id: 'PERSONAL_DATA.PHONE', category: 'PERSONAL_DATA', severity: 'WARN', enforcement: 'SHOULD', confidence: 0.65, negatable: false,
    patterns: ['(?:mobile|cell|private|personal|whatsapp|mobil|handy|call (?:him|her|\\p{Lu}?\\p{L}+ on))[^.!?\\n]{0,20}\\+?\\(?\\d[\\d ()/-]{7,16}\\d'],
    reason: 'A private telephone number is personal data.', lawRef: 'GDPR art. 5(1)(c), 6', evidenceNeeded: ['consent of the person'], suggestion: 'Use the number of the company.',
  },
  {
    id: 'PERSONAL_DATA.CONSENT', category: 'PERSONAL_DATA', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.85,
    patterns: ['(?:bought|purchased|scraped|rented|buy|purchase|scrape|rent|gekaufte|gemietete|harvest(?:ed)?) ~3(?:e-?mail|contact|mailing|customer|lead|phone|address|adress)[- ]?(?:lists?|databases?|addresses|data|listen|daten|contacts)', '(?:pre[- ]?ticked|pre[- ]?checked|vorangekreuzt\\p{L}*)(?: \\p{L}+){0,3}', '(?:by (?:using|visiting|entering|submitting|continuing)|wenn sie weitersurfen)[^.!?\\n]{0,50}(?:you (?:agree|consent)|stimmen sie)[^.!?\\n]{0,60}(?:marketing|newsletter|e-?mails?|sms|calls?|share|third part|werbung|partners|text messages)', '(?:share|sell|sells|sold|pass|upload|give|weitergeben|verkaufen) ~5(?:data|details|information|emails?|lists?|daten|adressen) (?:to|with|an) ~3(?:partners?|third part\\p{L}+|advertisers?|facebook|meta|google|brokers?|dritte\\p{L}*)', '(?:without|ohne|no need for) (?:their |your |any |explicit )?(?:consent|permission|einwilligung|zustimmung|opt[- ]in)', 'consent is (?:assumed|implied)'],
    unless: ['we (?:never|do not|don\'t|will not|won\'t) (?:share|sell)', 'never (?:share|sell|sold)', 'wir geben (?:ihre|deine) daten nicht', 'not (?:share|sell|be shared)', 'nicht (?:weiter|verkauf)', 'we never'],
    reason: 'Marketing to people needs a valid basis: consent that is freely given, specific and recorded.', lawRef: 'GDPR art. 6, 7; ePrivacy Directive art. 13; PECR reg. 22; TCPA 47 USC 227', evidenceNeeded: ['consent record', 'source of each contact'],
    suggestion: 'Use only contacts with recorded consent, asked by an unticked box.',
  },
  {
    id: 'EMAIL_LAW.OPT_OUT', category: 'EMAIL_LAW', severity: 'WARN', enforcement: 'MUST', confidence: 0.8, negatable: false, channels: ['email', 'e-mail', 'newsletter'],
    minLength: 120,
    patterns: ['(?<![^\\n])(?:dear|hi|hello|hey|hallo|liebe\\p{L}*|sehr geehrte\\p{L}*|guten tag|subject|betreff)(?=[\\s,:!]|$)'], unlessInText: OPT_OUT,
    reason: 'Each marketing e-mail needs a working way to opt out.', lawRef: '15 USC 7704(a)(3), (5); ePrivacy Directive art. 13(4); PECR reg. 23; UWG \u00a7 7(2)', evidenceNeeded: ['tested opt-out link'],
    suggestion: 'Add an unsubscribe link and the postal address to the footer.',
  },
  {
    id: 'EMAIL_LAW.ADDRESS', category: 'EMAIL_LAW', severity: 'WARN', enforcement: 'MUST', confidence: 0.75, negatable: false, channels: ['email', 'e-mail', 'newsletter'],
    patterns: OPT_OUT,
    unlessInText: ['\\d{4,5} \\p{L}{2,}', '\\d+ [\\p{L}. ]{2,40}(?:street|st|road|rd|avenue|ave|lane|ln|way|drive|dr|square|place|blvd|floor)', '[\\p{L}-]+(?:stra\u00dfe|strasse|str\\.|weg|platz|allee|gasse) \\d+', 'p\\.?o\\.? box', 'postfach', 'impressum', '[a-z]{1,2}\\d[a-z\\d]? \\d[a-z]{2}', '(?:postal )?address:', '\\{\\{\\s?\\S*address\\S*\\s?\\}\\}', 'company_address'],
    reason: 'A marketing e-mail shows the sender\'s postal address.', lawRef: '15 USC 7704(a)(5)(A)(iii); TMG/DDG \u00a7 5', evidenceNeeded: [], suggestion: 'Add the postal address to the footer.',
  },
  {
    id: 'EMAIL_LAW.SUBJECT', category: 'EMAIL_LAW', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.85, negatable: false, channels: ['email', 'e-mail', 'newsletter'],
    patterns: ['(?<![\\s\\S])(?:(?:subject|betreff): ?)?(?:re|fwd?|aw|wg): ?[^\\n]{0,80}', '(?:subject|betreff): ?(?:re|fwd?|aw|wg):[^\\n]{0,80}', '(?:urgent: )?(?:your account (?:has been|will be|is) (?:suspended|closed|locked|limited)|your (?:invoice|payment) (?:is )?(?:overdue|failed)|final notice|action required: your account|you have (?:1|one|a) (?:new |unread )?(?:voicemail|message|package))', 'ihr konto (?:wurde|wird|ist) gesperrt', 'letzte mahnung'],
    unless: ['transactional'],
    reason: 'A subject line or header that deceives about what the message is, is barred.', lawRef: '15 USC 7704(a)(1), (2); UWG \u00a7 7(2) no. 3; UCPD art. 6', evidenceNeeded: [], suggestion: 'Write a subject that says what the message offers.',
  },
  {
    id: 'EMAIL_LAW.REFUSAL', category: 'EMAIL_LAW', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.85,
    patterns: ['to (?:unsubscribe|opt[- ]?out),? ~3(?:log ?in|call|write|pay|send (?:us )?(?:a )?(?:letter|fax|copy)|fill in|provide|create|mail us a)', '(?:unsubscribe|opt[- ]?out|removal) requests? (?:take|takes|may take|are processed (?:in|within)) (?:up to )?(?:[2-9]\\d|1[1-9]|\\d{3,}) (?:business |working )?days', '(?:cannot|can\'?t|no way to|not possible to) (?:unsubscribe|opt[- ]?out)', 'unsubscribe (?:fee|for a fee)', 'zum abmelden ~3(?:brief|anrufen|einloggen|fax)'],
    negatable: false,
    reason: 'Opting out must be easy, free and honoured within ten business days.', lawRef: '15 USC 7704(a)(3), (4); 16 CFR 316.5', evidenceNeeded: [], suggestion: 'Offer a one-click link without log-in.',
  },
  {
    id: 'AI_DISCLOSURE.MACHINE', category: 'AI_DISCLOSURE', severity: 'WARN', enforcement: 'MUST', confidence: 0.8,
    patterns: ['(?:i\'?m|i am|my name is|this is|hier ist|ich bin) (?:\\p{L}+,? )?(?:your |a |an |dein\\p{L}* |ihr\\p{L}* |der |die )?(?:\\p{L}+ )?(?:personal |virtual |pers\u00f6nlich\\p{L}* )?(?:advisor|adviser|consultant|agent|assistant|representative|berater\\p{L}*|assistent\\p{L}*)'],
    channels: ['chat', 'bot', 'messag', 'whatsapp', 'voice', 'call'],
    unlessInText: ['\\bai\\b', 'artificial intelligence', 'automated', 'bot', 'virtual assistant', 'chatbot', 'ki', 'k\u00fcnstliche\\p{L}* intelligenz', 'digital assistant', 'digitale\\p{L}* assistent\\p{L}*'],
    reason: 'People must be told that they speak with a machine unless it is obvious.', lawRef: 'AI Act art. 50(1), applies from 2 August 2026; Cal. Bus. & Prof. Code 17941', evidenceNeeded: [], suggestion: 'Begin with "You are chatting with an AI assistant".',
  },
  {
    id: 'AI_DISCLOSURE.HUMAN_CLAIM', category: 'AI_DISCLOSURE', severity: 'BLOCK', enforcement: 'MUST', confidence: 0.88,
    patterns: ['(?:i\'?m|i am|you(?:\'re| are) (?:chatting|talking|speaking) (?:with|to)|bot (?:is|that)|speak(?:s|ing)? (?:as|like)) (?:a |an )?(?:real |actual |live )(?:human|person)', 'not a (?:bot|robot|machine|chatbot)', '(?:bots?|ai|chatbots?|assistant)[^.!?\\n]{0,40}(?:pretends?|poses?|posing|pretending|introduce[sd]? itself|passes) (?:to be |as )?(?:a |an )?(?:human|person|real|employee|customer)', 'ich bin (?:kein bot|ein (?:echter )?mensch)', '(?:without|don\'?t|never|not) (?:telling|tell|reveal\\p{L}*|disclos\\p{L}*|mention\\p{L}*)[^.!?\\n]{0,40}(?:ai|bot|synthetic|generated|automated)'],
    needs: ['bot', 'ai', 'chat\\p{L}*', 'assistant', 'human', 'person', 'mensch', 'synthetic', 'generated', 'automated', 'machine', 'robot'],
    negatable: false,
    reason: 'A machine may not pass for a person.', lawRef: 'AI Act art. 50(1), (4); Cal. Bus. & Prof. Code 17941; FTC Act s. 5', evidenceNeeded: [], suggestion: 'Say plainly that it is an AI.',
  },
  {
    id: 'AI_DISCLOSURE.SYNTHETIC', category: 'AI_DISCLOSURE', severity: 'WARN', enforcement: 'MUST', confidence: 0.8, negatable: false,
    patterns: ['deep ?fakes?', '(?:cloned|synthetic|ai[- ]?(?:generated|cloned|made)|computer[- ]generated|generated) (?:\\p{L}+ )?(?:voice|voices|video|image|images|photo|photos|face|avatar|model|models|influencer|spokesperson|actor|presenter|person|stimme|bild|bilder|video)', '(?:virtual|digital|ai) (?:influencer|spokesperson|ambassador|avatar|presenter|model)', 'voice clone', 'ki[- ](?:generiert\\p{L}*|erzeugt\\p{L}*) (?:\\p{L}+ )?(?:bild\\p{L}*|video\\p{L}*|stimme\\p{L}*|person\\p{L}*)', 'face[- ]?swap'],
    unlessInText: ['(?:labell?ed|marked|disclosed|disclosure|clearly (?:shown|stated)) (?:as )?(?:ai|synthetic|generated)?', 'made with ai', 'ai[- ]generated (?:image|content|video) (?:notice|label)', 'mit ki erstellt', 'contains ai[- ]generated', '#ai(?:generated)?(?![\\p{L}])', 'this (?:image|video|voice|content|post|ad) (?:is|was) (?:ai[- ]generated|created (?:with|by) ai|synthetic)', 'created (?:with|using) ai', 'als ki gekennzeichnet'],
    reason: 'Synthetic media that could pass for real must be marked at first sight.', lawRef: 'AI Act art. 50(2), (4), applies from 2 August 2026 (marking of systems already on the market by 2 December 2026)', evidenceNeeded: ['machine-readable mark of the file'], suggestion: 'Label it "AI-generated" where it is first seen.',
  },
];
