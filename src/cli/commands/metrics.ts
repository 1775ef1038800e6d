/** Owns `metrics query`. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { AppError, toError } from '../../kernel/errors.ts';
import { answerMetrics, metricsCsv } from '../../useCases/metrics.ts';
import { valueText } from '../../useCases/report/valueText.ts';
import { inWorkspace, unreadable, withExample, withPlace, type PlaceOptions, type Register } from '../options.ts';
import { openTerminal, table } from '../terminal.ts';

const FORMATS = ['json', 'csv', 'table'];

/** Adds the commands of metrics. */
export const registerMetrics: Register = (root, runtime) => {
  const metrics = root.command('metrics').description('ask for metrics');
  withExample(metrics, 'baton metrics query question.json --format csv');
  const query = withPlace(metrics.command('query'), false)
    .description('answer a query document, the same as the GraphQL field takes')
    .argument('<file>', 'JSON file, or - for standard input')
    .option('--format <FORMAT>', 'json, csv or table', 'table')
    .action((file: string, options: PlaceOptions & { format: string }) =>
      inWorkspace(runtime, options, async ({ caller, terminal }) => {
        const document = await readDocument(file);
        const result = await caller.inUnit('app', (unit) => answerMetrics(unit, document));
        if (!FORMATS.includes(options.format))
          throw new AppError('BAD_USER_INPUT', `--format is "${options.format}"; expected ${FORMATS.join(', ')}.`);
        if (options.format === 'csv') return void process.stdout.write(metricsCsv(result));
        if (options.format === 'json') return openTerminal(true).answer(result, '');
        const cells = (row: readonly (string | number | null)[]): string[] =>
          row.map((cell, i) => {
            const column = result.columns[i];
            return valueText(
              column?.kind === 'METRIC' && typeof cell === 'string' ? Number(cell) : cell,
              column?.unit ?? 'TEXT',
            );
          });
        terminal.answer(
          result,
          table(
            result.columns.map((column) => column.name.toLowerCase()),
            [...result.rows, ...(result.totals ? [result.totals] : [])].map(cells),
          ),
        );
      }),
    );
  withExample(
    query,
    `echo '{"metrics":["SPEND","REVENUE"],"dimensions":["CHANNEL"],"from":"2026-01-01","to":"2026-03-31"}' | baton metrics query -`,
  );
};

async function readDocument(file: string): Promise<unknown> {
  const source =
    file === '-'
      ? await text(process.stdin)
      : await readFile(file, 'utf8').catch((error: unknown) => {
          throw unreadable(file, error);
        });
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new AppError(
      'BAD_USER_INPUT',
      `${file === '-' ? 'Standard input' : file} is not JSON: ${toError(error).message}.`,
      { cause: error },
    );
  }
}
