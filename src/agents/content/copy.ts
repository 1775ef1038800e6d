/** Owns the copy that rules write: each slot is filled with a whole sentence or clause of own material that fits its limit. */
import { sentence } from '../../models/phrases.ts';
import { channelTitle } from '../labels.ts';
import type { SlotLimit } from './formats.ts';
import { overlapOf } from '../terms.ts';
import { lineWithin, type Line } from './lines.ts';

/** One variant to write, with everything its copy may be built from. */
export interface CopyPlan {
  readonly key: string;
  readonly channel: string;
  readonly form: 'PAID' | 'SOCIAL' | 'EMAIL';
  readonly format: string;
  readonly angle: 'PROOF' | 'WINNER' | 'FACT';
  readonly slots: readonly SlotLimit[];
  /** Proven claims, nearest first. */
  readonly claims: readonly Line[];
  /** Facts of own material, nearest first. */
  readonly lines: readonly Line[];
  /** Headlines of messages that did well, best first. */
  readonly winners: readonly string[];
  readonly callsToAction: readonly string[];
  readonly hashtags: readonly string[];
}

/** What the copy is held against. */
export interface CopySetting {
  readonly brand: string;
  readonly replaced: { readonly headline: string } | null;
}

/** Copy of one variant as an answer. */
export interface WrittenCopy {
  key: string;
  name: string;
  hypothesis: string;
  slots: { slot: string; text: string }[];
  claimIds: string[];
  altText: string;
  thread: string[];
  hashtags: string[];
  replyGuidance: string;
}

const ANGLE_WORDS = { PROOF: 'proof first', WINNER: 'the winning thought', FACT: 'the plain fact' } as const;

/** Writes one variant; `used` keeps the lines of earlier variants, so that two variants never test the same words. */
export function copyFor(plan: CopyPlan, setting: CopySetting, used: Set<string>): WrittenCopy {
  const pool = plan.angle === 'PROOF' ? [...plan.claims, ...plan.lines] : [...plan.lines, ...plan.claims];
  const claimIds = new Set<string>();
  const slots: { slot: string; text: string }[] = [];
  for (const { slot, limit } of plan.slots)
    slots.push({
      slot,
      text: textOf({ slot, limit, plan, pool, used, claimIds, written: slots.map((entry) => entry.text) }),
    });
  const headline = slots.find((entry) => entry.slot === 'headline')?.text ?? '';
  const social = plan.form === 'SOCIAL';
  return {
    key: plan.key,
    name: `${channelTitle(plan.channel)}, ${ANGLE_WORDS[plan.angle]}`,
    hypothesis: hypothesisOf(plan, setting, headline),
    slots,
    claimIds: [...claimIds],
    altText: sentence(`Picture to go with the line \u201c${headline.replace(/[.]$/, '')}\u201d, without text in it`),
    thread: social
      ? pool
          .filter((line) => !used.has(line.text))
          .slice(0, 2)
          .map((line) => line.text)
      : [],
    hashtags: social ? plan.hashtags.slice(0, 3) : [],
    replyGuidance: social
      ? 'Answer questions with the product facts, link the proof for any number, and hand prices, complaints and press to a person.'
      : '',
  };
}

interface SlotTask {
  readonly slot: string;
  readonly limit: number;
  readonly plan: CopyPlan;
  readonly pool: readonly Line[];
  readonly used: Set<string>;
  readonly claimIds: Set<string>;
  /** Copy of the slots before this one. */
  readonly written: readonly string[];
}

function textOf(task: SlotTask): string {
  switch (task.slot) {
    case 'headline':
      return headlineOf(task);
    case 'callToAction':
      return callOf(task);
    case 'body':
      return bodyOf(task);
    default:
      return take(task, (line) => lineWithin(line, task.limit)) ?? '';
  }
}

/** The call that shares most words with the copy so far; the best message's own where none does. */
function callOf(task: SlotTask): string {
  const written = task.written.join(' ');
  const fitting = task.plan.callsToAction.filter((text) => text.length <= task.limit);
  return fitting.toSorted((a, b) => overlapOf(a, written) - overlapOf(b, written)).at(-1) ?? '';
}

function headlineOf(task: SlotTask): string {
  const { plan, limit, used } = task;
  if (plan.angle === 'WINNER') {
    const carried = plan.winners.find((headline) => headline.length <= limit && !used.has(headline));
    if (carried !== undefined) {
      used.add(carried);
      return carried;
    }
  }
  const clause =
    take(task, (line) => lineWithin(line, limit)) ?? plan.winners.find((headline) => headline.length <= limit) ?? '';
  return clause.replace(/[.]$/, '');
}

/** Whole sentences, one after the other, as long as they fit. */
function bodyOf(task: SlotTask): string {
  const sentences: string[] = [];
  const wanted = task.plan.form === 'EMAIL' ? 4 : 2;
  for (let i = 0; i < wanted; i += 1) {
    const left = task.limit - sentences.join(' ').length - (sentences.length > 0 ? 1 : 0);
    const next = take(task, (line) => (line.text.length <= left ? line.text : null));
    if (next === null) break;
    sentences.push(next);
  }
  return sentences.length > 0 ? sentences.join(' ') : (take(task, (line) => lineWithin(line, task.limit)) ?? '');
}

/** The first unused line that can be made to fit; it counts as used by its whole sentence. */
function take(task: SlotTask, fit: (line: Line) => string | null): string | null {
  for (const line of task.pool) {
    if (task.used.has(line.text)) continue;
    const text = fit(line);
    if (text === null) continue;
    task.used.add(line.text);
    if (line.claimId !== null) task.claimIds.add(line.claimId);
    return text;
  }
  return null;
}

function hypothesisOf(plan: CopyPlan, { replaced }: CopySetting, headline: string): string {
  const against =
    replaced && plan.form !== 'EMAIL' && plan.channel !== 'ORGANIC_SOCIAL'
      ? ` than \u201c${replaced.headline.replace(/[.]$/, '')}\u201d`
      : '';
  const line = headline.replace(/[.]$/, '');
  if (plan.angle === 'PROOF')
    return sentence(`Opening with proof (\u201c${line}\u201d) qualifies a larger share of clicks${against}`);
  if (plan.angle === 'WINNER')
    return sentence(
      `The thought that works elsewhere (\u201c${line}\u201d) works in ${channelTitle(plan.channel)} as well and qualifies a larger share of clicks${against}`,
    );
  return sentence(
    `Saying plainly what it is (\u201c${line}\u201d) brings readers who mean it, so fewer and better clicks${against}`,
  );
}
