/** Owns the demo's thirty messages. What each one truly does to people stands in demoTruth.ts. */
import { emailCopy, partnersCopy } from './demoCopyOwned.ts';
import { audioCopy, displayCopy, filmCopy, searchCopy, socialCopy, type Copy } from './demoCopyPaid.ts';

/** One creative: what a person sees, the thought it tests, and the claims it leans on. */
export interface DemoMessage {
  readonly id: string;
  readonly name: string;
  /** Channel key that the format is made for. */
  readonly channel: string;
  readonly headline: string;
  readonly body: string;
  readonly callToAction: string;
  /** The argument family, such as `focus` or `energy`. */
  readonly theme: string;
  /** Claims of the brand book that the copy makes. */
  readonly claimIds: readonly string[];
}

/** The demo's thirty messages, grouped by channel. */
export const demoMessages: readonly DemoMessage[] = [
  ...messagesFor('PAID_SEARCH', searchCopy),
  ...messagesFor('PAID_SOCIAL', socialCopy),
  ...messagesFor('VIDEO', filmCopy.slice(0, 3)),
  ...messagesFor('CTV', filmCopy.slice(3)),
  ...messagesFor('DISPLAY', displayCopy),
  ...messagesFor('EMAIL', emailCopy),
  ...messagesFor('AFFILIATE', partnersCopy),
  ...messagesFor('AUDIO', audioCopy),
];

function messagesFor(channel: string, copies: readonly Copy[]): DemoMessage[] {
  return copies.map(([id, name, theme, headline, body, callToAction, claimIds = []]) => ({
    id,
    name,
    channel,
    theme,
    headline,
    body,
    callToAction,
    claimIds,
  }));
}
