/** Owns the content draft: a campaign brief and the copy variants made from it, by slot with limits. */
import { z } from 'zod';
import { actionSchema } from '../actions.ts';
import { figureSchema } from '../evidence.ts';
import { campaignBriefSchema } from './campaignBrief.ts';
import { artifactShape } from './shape.ts';

/** Copy of one slot; `limit` is the channel format's, in UTF-16 units, and binds. */
export const slotSchema = z
  .object({ slot: z.string(), text: z.string(), limit: z.number().int().positive() })
  .refine((slot) => slot.text.length <= slot.limit, { message: 'The copy is longer than its slot.' });
export type Slot = z.infer<typeof slotSchema>;

/** What a social post carries besides its copy. */
export const socialDetailSchema = z.object({
  network: z.string(),
  thread: z.array(z.string()),
  hashtags: z.array(z.string()),
  publishWindow: z.string(),
  replyGuidance: z.string(),
  crisisCheck: z.string(),
  link: z.string(),
  utm: z.string(),
});

/** What an e-mail carries besides its copy. */
export const emailDetailSchema = z.object({
  subject: z.string(),
  preheader: z.string(),
  sender: z.string(),
  footer: z.string(),
  suppressions: z.array(z.string()),
  utm: z.string(),
});

/** One variant, ready for review. `reviewText` is the exact text that compliance reads and that a digest covers. */
export const contentVariantSchema = z.object({
  id: z.string(),
  name: z.string(),
  form: z.enum(['PAID', 'SOCIAL', 'EMAIL']),
  channel: z.string(),
  format: z.string(),
  language: z.string(),
  /** What the variant tests, so that a result means something. */
  hypothesis: z.string(),
  slots: z.array(slotSchema).min(1),
  claimIds: z.array(z.string()),
  callToAction: z.string(),
  altText: z.string(),
  disclosures: z.array(z.string()),
  ruleChecks: z.array(z.object({ rule: z.string(), passed: z.boolean(), note: z.string() })),
  /** Flesch-Kincaid grade of the copy. */
  readingGrade: figureSchema,
  social: socialDetailSchema.nullable(),
  email: emailDetailSchema.nullable(),
  reviewText: z.string(),
  digest: z.string(),
  /** The creative that it would take the place of. */
  replaces: z
    .object({
      messageId: z.string(),
      messageName: z.string(),
      campaignId: z.string(),
      campaignName: z.string(),
      reason: z.string(),
    })
    .nullable(),
  /** What publishing it would be; next-best action turns it into a card. */
  action: actionSchema.nullable(),
});
export type ContentVariant = z.infer<typeof contentVariantSchema>;

/** The content draft. */
export const contentDraftSchema = artifactShape.extend({
  brief: campaignBriefSchema.nullable(),
  variants: z.array(contentVariantSchema),
});
export type ContentDraft = z.infer<typeof contentDraftSchema>;
