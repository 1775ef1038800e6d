/** Owns the words of the e-mail report: what is asked of a language model, and the rules that write it without one. */
import { z } from 'zod';
import type { EmailComparison, EmailReport, EmailSend } from '../../domain/artifacts/emailReport.ts';
import {
  changeText,
  countText,
  intervalText,
  listText,
  paragraph,
  sentence,
  windowText,
} from '../../models/phrases.ts';
import type { GoalFacts } from '../labels.ts';
import { proseSchema } from '../prose.ts';
import { amount } from '../wording.ts';

/** What is composed, as messages of the model name it. */
export const EMAIL_PURPOSE = 'EMAIL.report';

/** What may be said. */
export interface EmailFacts {
  readonly goal: GoalFacts;
  readonly window: { readonly from: string; readonly to: string };
  readonly sends: readonly EmailSend[];
  readonly comparisons: readonly EmailComparison[];
  readonly fatigue: EmailReport['fatigue'];
  readonly checks: EmailReport['listChecks'];
}

/** What is written. */
export const emailAnswerSchema = proseSchema.extend({ recommendation: z.string() });
export type EmailAnswer = z.infer<typeof emailAnswerSchema>;

/** The task for a language model. */
export const EMAIL_INSTRUCTIONS = [
  'Write the e-mail report. Sections by key: `sends` (what each flow earns and costs in trust), `variants` (which variant wins, which needs more time), `list` (complaints, unsubscribes, fatigue).',
  'Never call a winner on opens; say what share of opens machines make. `recommendation`: two sentences at most, what to send next and what to go on testing. A variant is the standard only where conversions settle it (clicks only where a send has no conversions); one that leads on clicks alone is told as that, with going on comparing.',
].join('\n');

/** Writes the report by rules. */
export function composeEmail(facts: EmailFacts): EmailAnswer {
  const recommendation = recommendationText(facts);
  return {
    title: `E-mail, ${windowText(facts.window.from, facts.window.to)}`,
    summary: paragraph(bestSend(facts), recommendation),
    sections: [
      { key: 'sends', paragraphs: [machineText(facts)], points: facts.sends.map(sendLine) },
      {
        key: 'variants',
        paragraphs:
          facts.comparisons.length === 0
            ? ['No send ran in more than one variant, so there is nothing to compare.']
            : [],
        points: facts.comparisons.map(comparisonLine),
      },
      {
        key: 'list',
        paragraphs: [facts.fatigue?.note ?? ''],
        points: facts.checks.map((check) => `${check.check}: ${check.note}`),
      },
    ],
    caveats: [
      'Opens are not used to choose anything: mail programs open by themselves.',
      'Conversions and revenue are those that the outcome source books under a send; some of those people would have come anyway.',
    ],
    recommendation,
  };
}

function bestSend({ sends, window }: EmailFacts): string {
  const [best] = sends
    .filter((send) => send.revenuePerRecipient !== null)
    .toSorted((a, b) => (b.revenuePerRecipient?.value ?? 0) - (a.revenuePerRecipient?.value ?? 0));
  if (best?.revenuePerRecipient)
    return sentence(
      `${best.name} earns most for each recipient (${amount(best.revenuePerRecipient)}) of ${countText(sends.length, 'send')} from ${windowText(window.from, window.to)}`,
    );
  return sentence(
    `${countText(sends.length, 'send')} ran from ${windowText(window.from, window.to)}; revenue by recipient is not in the data`,
  );
}

function sendLine(send: EmailSend): string {
  const parts = [
    `${amount(send.sends)} sends`,
    send.clickRate ? `click rate ${amount(send.clickRate)}` : '',
    send.revenuePerRecipient ? `${amount(send.revenuePerRecipient)} of revenue per recipient` : '',
    send.unsubscribeRate ? `${amount(send.unsubscribeRate)} of recipients unsubscribe` : '',
    send.complaintRate ? `${amount(send.complaintRate)} complain` : '',
  ].filter((part) => part !== '');
  return sentence(`${send.name}: ${parts.join('; ')}`);
}

function machineText({ sends }: EmailFacts): string {
  const shares = sends.flatMap((send) => (send.machineOpenShare ? [send.machineOpenShare] : []));
  const [largest] = shares.toSorted((a, b) => b.value - a.value);
  return largest
    ? sentence(
        `Machines make up to ${amount(largest)} of the opens of a send, so opens say little and are not used here`,
      )
    : 'The data do not say which opens machines make, so opens are not used here.';
}

function comparisonLine(entry: EmailComparison): string {
  const metric = entry.metric === 'CLICK_RATE' ? 'click rate' : 'conversion rate';
  const rates = `${metric} of ${amount(entry.treatmentRate)} against ${amount(entry.controlRate)}`;
  const range = intervalText(entry.uplift);
  const moved =
    entry.verdict === 'NOT_COMPARABLE' ? '' : `, ${changeText(entry.uplift.value)}${range === '' ? '' : ` (${range})`}`;
  return sentence(
    `${entry.sendName}: \u201c${entry.treatment.name}\u201d has a ${rates} for \u201c${entry.control.name}\u201d${moved}; ${entry.verdict === 'KEEP_TESTING' ? lowered(entry.reason) : VERDICT_WORDS[entry.verdict]}`,
  );
}

const VERDICT_WORDS: Readonly<Record<EmailComparison['verdict'], string>> = {
  TREATMENT_WINS: 'it wins beyond doubt',
  CONTROL_WINS: 'it is worse beyond doubt',
  KEEP_TESTING: 'keep testing',
  NOT_COMPARABLE: 'the counts do not allow a comparison',
};

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What the comparisons of one send say: a standard only where the deciding measure settles all its variants. */
interface SendRuling {
  readonly sendName: string;
  readonly metric: EmailComparison['metric'];
  readonly standard: string | null;
  /** Variant that leads beyond doubt on clicks while conversions, which decide, are not settled. */
  readonly leadsOnClicks: string | null;
}

/** Conversions decide a send; clicks only where it books none by variant. */
function rulingOf(entries: readonly EmailComparison[]): SendRuling | null {
  const [first] = entries;
  if (!first) return null;
  const byConversions = entries.filter(
    (entry) => entry.metric === 'CONVERSION_RATE' && entry.verdict !== 'NOT_COMPARABLE',
  );
  const clicks = entries.filter((entry) => entry.metric === 'CLICK_RATE' && entry.verdict !== 'NOT_COMPARABLE');
  const deciding = byConversions.length > 0 ? byConversions : clicks;
  const standard = standardOf(deciding);
  return {
    sendName: first.sendName,
    metric: deciding === clicks ? 'CLICK_RATE' : 'CONVERSION_RATE',
    standard,
    leadsOnClicks: standard === null && deciding !== clicks ? standardOf(clicks) : null,
  };
}

/** The variant that is better beyond doubt, unless one that is still open leads it; null while that is not settled. */
function standardOf(entries: readonly EmailComparison[]): string | null {
  const winner = entries
    .filter((entry) => entry.verdict === 'TREATMENT_WINS')
    .toSorted((a, b) => b.treatmentRate.value - a.treatmentRate.value)[0];
  const open = entries.filter((entry) => entry.verdict === 'KEEP_TESTING');
  if (winner)
    return open.some((entry) => entry.treatmentRate.value >= winner.treatmentRate.value) ? null : winner.treatment.name;
  return open.length === 0 ? (entries.find((entry) => entry.verdict === 'CONTROL_WINS')?.control.name ?? null) : null;
}

function recommendationText({ comparisons }: EmailFacts): string {
  const rulings = [...Map.groupBy(comparisons, (entry) => entry.sendId).values()].flatMap(
    (entries) => rulingOf(entries) ?? [],
  );
  const standards = rulings
    .filter((ruling) => ruling.standard !== null)
    .map(
      (ruling) =>
        `\u201c${ruling.standard}\u201d in ${ruling.sendName} (it wins on ${ruling.metric === 'CLICK_RATE' ? 'clicks' : 'conversions'})`,
    );
  const leads = rulings
    .filter((ruling) => ruling.leadsOnClicks !== null)
    .map((ruling) => `\u201c${ruling.leadsOnClicks}\u201d in ${ruling.sendName}`);
  const open = rulings
    .filter(
      (ruling) => ruling.standard === null && ruling.leadsOnClicks === null && ruling.metric === 'CONVERSION_RATE',
    )
    .map((ruling) => ruling.sendName);
  return paragraph(
    standards.length > 0
      ? sentence(`Make these the standard: ${listText(standards, 4)}`)
      : 'No variant is settled as the standard yet.',
    leads.length > 0
      ? sentence(
          `On clicks ${listText(leads, 4)} ${leads.length === 1 ? 'leads' : 'lead'}; conversions are not settled, go on comparing`,
        )
      : '',
    open.length > 0 ? sentence(`Go on comparing conversions in ${listText(open, 4)}, where they are not settled`) : '',
  );
}
