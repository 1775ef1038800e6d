/** Owns what a workspace is set up with. */
import { z } from 'zod';
import { personRoles } from './principal.ts';
import { textLimits, writtenText } from './text.ts';

const timeZoneSchema = z.string().refine(isTimeZone, { message: 'an IANA time zone such as Europe/Berlin' });

/** A new workspace with its first members; roles change later only through POLICY_CHANGE. */
export const workspaceSetupSchema = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, 63 at most'),
  title: writtenText(textLimits.name).min(1),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as EUR')
    .default('EUR'),
  timeZone: timeZoneSchema.default('UTC'),
  firstWeekday: z.number().int().min(1).max(7).default(1),
  industry: writtenText(textLimits.name).default('GENERAL'),
  market: writtenText(textLimits.name).default('ALL'),
  isDemo: z.boolean().default(false),
  businessDate: z.string().nullable().default(null),
  members: z.array(z.object({ email: z.email(), roles: z.array(z.enum(personRoles)).min(1) })).min(1),
});
export type WorkspaceSetup = z.infer<typeof workspaceSetupSchema>;

/** A workspace as lists show it. */
export interface WorkspaceSummary {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly isDemo: boolean;
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
