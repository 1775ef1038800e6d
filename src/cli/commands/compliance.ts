/** Owns `compliance review`: the rules on a file of texts, without a workspace. */
import { z } from 'zod';
import { reviewText } from '../../useCases/complianceReview.ts';
import { AppError, toError } from '../../kernel/errors.ts';
import { openLines, withExample, withJson, type Register } from '../options.ts';
import { openTerminal } from '../terminal.ts';

const lineSchema = z.object({
  id: z.string(),
  text: z.string(),
  channel: z.string().default(''),
  market: z.string().default('ALL'),
  industry: z.string().default('GENERAL'),
});

/** Adds the commands of compliance. */
export const registerCompliance: Register = (root) => {
  const compliance = root.command('compliance').description('check texts against the rule catalogue');
  withExample(compliance, 'baton compliance review texts.jsonl');
  const review = withJson(compliance.command('review'), 'JSON Lines, one document for each line,')
    .description('each line {id, text, channel, market, industry} gives a line {id, findings}')
    .argument('<file>', 'JSON Lines file, or - for standard input')
    .action(async (file: string, options: { json?: boolean }) => {
      const terminal = openTerminal(options.json ?? false);
      let number = 0;
      for await (const line of await openLines(file)) {
        number += 1;
        if (line.trim() === '') continue;
        const answer = reviewText(parseLine(line, file, number));
        const lines = answer.findings.map(
          (one) => `  ${one.severity} ${one.ruleId}: “${one.quote}” ${one.reason} (${one.lawRef})`,
        );
        terminal.line(
          answer,
          [
            `${answer.id}: ${answer.findings.length === 0 ? 'no finding' : `${answer.findings.length} findings`}`,
            ...lines,
          ].join('\n'),
        );
      }
    });
  withExample(
    review,
    `echo '{"id":"1","text":"Guaranteed to cure back pain","market":"US"}' | baton compliance review - --json`,
  );
};

function parseLine(line: string, file: string, number: number): z.infer<typeof lineSchema> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new AppError(
      'BAD_USER_INPUT',
      `${file}, line ${number}: ${toError(error).message}; expected one JSON object a line.`,
      { cause: error },
    );
  }
  const parsed = lineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'BAD_USER_INPUT',
    `${file}, line ${number}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}.`,
  );
}
