/** Owns the e-mail optimisation report: variants compared on clicks and results, never on opens. */
import { z } from 'zod';
import { figureSchema } from '../evidence.ts';
import { artifactShape } from './shape.ts';

/** One flow or send of the window. */
export const sendSchema = z.object({
  id: z.string(),
  name: z.string(),
  sends: figureSchema,
  delivered: figureSchema.nullable(),
  /** Not measured by any import so far; a figure where a seed-list result is loaded. */
  inboxPlacement: figureSchema.nullable(),
  bounceRate: figureSchema.nullable(),
  complaintRate: figureSchema.nullable(),
  unsubscribeRate: figureSchema.nullable(),
  clickRate: figureSchema.nullable(),
  conversionRate: figureSchema.nullable(),
  revenuePerRecipient: figureSchema.nullable(),
  machineOpenShare: figureSchema.nullable(),
});
export type EmailSend = z.infer<typeof sendSchema>;

/** Two variants of one send, compared so that looking early does no harm. */
export const emailComparisonSchema = z.object({
  sendId: z.string(),
  sendName: z.string(),
  control: z.object({ id: z.string(), name: z.string() }),
  treatment: z.object({ id: z.string(), name: z.string() }),
  metric: z.enum(['CLICK_RATE', 'CONVERSION_RATE']),
  controlRate: figureSchema,
  treatmentRate: figureSchema,
  uplift: figureSchema,
  expectedLoss: figureSchema.nullable(),
  verdict: z.enum(['TREATMENT_WINS', 'CONTROL_WINS', 'KEEP_TESTING', 'NOT_COMPARABLE']),
  reason: z.string(),
});
export type EmailComparison = z.infer<typeof emailComparisonSchema>;

/** The report. */
export const emailReportSchema = artifactShape.extend({
  listChecks: z.array(z.object({ check: z.string(), passed: z.boolean().nullable(), note: z.string() })),
  sends: z.array(sendSchema),
  comparisons: z.array(emailComparisonSchema),
  sendTimeEffect: z.array(z.object({ weekday: z.string(), clickRate: figureSchema })),
  fatigue: z.object({ change: figureSchema.nullable(), note: z.string() }).nullable(),
  recommendation: z.string(),
});
export type EmailReport = z.infer<typeof emailReportSchema>;
