/** Owns how a carried-out action reads in one line, from the plain data of its event. */
import { formatMoney, microsFromMinor } from '../../kernel/money.ts';
import type { RunEvent } from '../../domain/runEvents.ts';
import { wordsInside } from './valueText.ts';

/** What an effect did: `Budget of Search | Brand per day: EUR 594.72 → EUR 773.14`; null where its event does not say on what. */
export function effectText(data: RunEvent['data']): string | null {
  const text = (key: string): string => (typeof data[key] === 'string' ? data[key] : '');
  if (text('target') === '') return null;
  const where =
    data['channel'] === 'file' ? ` (written to ${text('reference')} in the outbox for your media buyer)` : '';
  return `${whatOf(text)}${where}`;
}

function whatOf(text: (key: string) => string): string {
  const [kind, target, currency] = [text('kind'), text('target'), text('currency')];
  const amount = (key: string): string =>
    /^-?\d+$/.test(text(key)) ? formatMoney(microsFromMinor(BigInt(text(key)), currency), currency) : text(key);
  if (/^[A-Z]{3}$/.test(currency) && text('after') !== '') {
    const period = text('period') === '' ? '' : ` per ${wordsInside(text('period'))}`;
    const before = text('before') === '' ? '' : `${amount('before')} → `;
    return `Budget of ${target}${period}: ${before}${amount('after')}`;
  }
  return `${KINDS[kind] ?? kind}: ${target}`;
}

/** Kinds of action as what was done. */
const KINDS: Readonly<Record<string, string>> = {
  'campaign.pause': 'Paused',
  'campaign.resume': 'Resumed',
  'message.publish': 'Published',
  'audience.define': 'Audience set',
  'strategy.activate': 'Strategy in force',
};
