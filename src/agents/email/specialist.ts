/** Owns the e-mail specialist: gather, compute, compose, in this order. */
import { emailReportSchema, type EmailReport } from '../../domain/artifacts/emailReport.ts';
import type { SpecialistContext, SpecialistDefinition, SpecialistResult } from '../contract.ts';
import { evidenceBook, figuresIn } from '../evidence.ts';
import { composeGrounded } from '../grounding.ts';
import { goalFacts } from '../labels.ts';
import { notAvailableShape, shapeOf, type Frame } from '../prose.ts';
import { finish, NO_MODEL } from '../result.ts';
import { toolsFor } from '../toolbox.ts';
import { composeEmail, EMAIL_INSTRUCTIONS, EMAIL_PURPOSE, emailAnswerSchema, type EmailFacts } from './compose.ts';
import { computeEmail, type EmailNumbers } from './compute.ts';
import { EMAIL_TOOLS, gatherEmail } from './gather.ts';

/** E-mail: which variant should be sent, and what does mail cost in trust? */
export const email: SpecialistDefinition = {
  specialist: 'EMAIL',
  owner: 'E-mail specialist',
  purpose:
    'Compares variants on clicks and conversions by intervals that allow looking on any day, and watches complaints, unsubscribes, machine opens and fatigue.',
  tools: EMAIL_TOOLS,
  run: runEmail,
};

async function runEmail(context: SpecialistContext): Promise<SpecialistResult> {
  const book = evidenceBook(context);
  const material = await gatherEmail(context, toolsFor(context, 'EMAIL', EMAIL_TOOLS));
  if (!material) return unavailable(context);
  const numbers = computeEmail(context, book, material);
  await context.progress(`${numbers.sends.length} sends, ${numbers.comparisons.length} comparisons.`);
  const facts: EmailFacts = {
    goal: goalFacts(context.goal),
    window: material.window,
    sends: numbers.sends,
    comparisons: numbers.comparisons,
    fatigue: numbers.fatigue,
    checks: numbers.checks,
  };
  const figures = figuresIn(facts);
  const composed = await composeGrounded(context, {
    purpose: EMAIL_PURPOSE,
    instructions: EMAIL_INSTRUCTIONS,
    facts,
    figures,
    schema: emailAnswerSchema,
    composer: composeEmail,
  });
  const content: EmailReport = {
    ...shapeOf(context, composed.answer, {
      frames: framesOf(context, numbers),
      window: material.window,
      sources: [
        {
          kind: 'METRICS',
          id: 'email',
          title: 'Own e-mail results',
          date: material.coverage.span?.to ?? material.window.to,
          trust: 'COMPUTED',
        },
      ],
      figures,
      caveats: composed.notes,
    }),
    listChecks: numbers.checks,
    sends: [...numbers.sends],
    comparisons: [...numbers.comparisons],
    sendTimeEffect: numbers.weekdays,
    fatigue: numbers.fatigue,
    recommendation: composed.answer.recommendation,
  };
  return finish({ kind: 'EMAIL_REPORT', schema: emailReportSchema, content, composed, evidence: book.drafts() });
}

function framesOf(context: SpecialistContext, numbers: EmailNumbers): Frame[] {
  return [
    {
      key: 'sends',
      heading: 'What each send earns',
      table: {
        title: 'Sends of the window',
        evidenceId: numbers.evidence.draft.id,
        columns: [
          { key: 'name', label: 'Send', unit: 'TEXT' },
          { key: 'sends', label: 'Sends', unit: 'COUNT' },
          { key: 'clickRate', label: 'Click rate', unit: 'SHARE' },
          { key: 'revenuePerRecipient', label: 'Revenue per recipient', unit: context.workspace.currency },
          { key: 'unsubscribeRate', label: 'Unsubscribe rate', unit: 'SHARE' },
          { key: 'complaintRate', label: 'Complaint rate', unit: 'SHARE' },
        ],
        rows: numbers.lines.map((line, index) => ({
          path: `sends.${index}`,
          cells: [
            line.name,
            line.sends,
            line.clickRate,
            line.revenuePerRecipient,
            line.unsubscribeRate,
            line.complaintRate,
          ],
        })),
      },
    },
    { key: 'variants', heading: 'Variants' },
    { key: 'list', heading: 'Health of the list' },
  ];
}

function unavailable(context: SpecialistContext): SpecialistResult {
  const content: EmailReport = {
    ...notAvailableShape(context, 'E-mail', 'No e-mail sends are loaded. Import an export of an e-mail tool first.'),
    listChecks: [],
    sends: [],
    comparisons: [],
    sendTimeEffect: [],
    fatigue: null,
    recommendation: '',
  };
  return finish({ kind: 'EMAIL_REPORT', schema: emailReportSchema, content, composed: NO_MODEL, evidence: [] });
}
