/** Owns `import performance`, `import brand`, `import list` and `import undo`. */
import { AppError } from '../../kernel/errors.ts';
import type { ImportResult } from '../../domain/facts.ts';
import { addBrandPaths } from '../../useCases/brandDocuments.ts';
import { importFile, listImports, presetNames, undoImport, type ImportChoices } from '../../useCases/imports.ts';
import { newest } from '../../useCases/pages.ts';
import { createWorkspace } from '../../useCases/workspaces.ts';
import {
  collect,
  idArgument,
  inWorkspace,
  pair,
  withExample,
  withPlace,
  type InWorkspace,
  type PlaceOptions,
  type Register,
} from '../options.ts';
import { table, tell } from '../terminal.ts';
import type { Runtime } from '../runtime.ts';

interface FileOptions extends PlaceOptions {
  preset: string;
  map?: string[];
  currency?: string;
  rate?: string[];
  locale?: string;
  account?: string;
  keepPersonal?: boolean;
  dryRun?: boolean;
}

/** Who imports into a folder that had no workspace. */
const FIRST_ADMIN = 'admin@localhost.localdomain';

/** Adds the commands of imports. */
export const registerImport: Register = (root, runtime) => {
  const group = root.command('import').description('bring your own data in');
  withExample(group, 'baton import performance campaigns.csv --dry-run', 'baton import brand ./guidelines');
  const performance = withPlace(group.command('performance'), true)
    .description('load facts from an export file; the same file twice changes nothing')
    .argument(
      '<file>',
      'CSV as Google Ads, Meta Ads, GA4, HubSpot or Klaviyo export it, a plain long file, or a wide mix-model file',
    )
    .option('--preset <PRESET>', `auto, ${presetNames.join(', ')}`, 'auto')
    .option('--map <COLUMN=FIELD>', 'read a column as a field; may be given several times', collect)
    .option('--currency <CODE>', 'currency of money that the file names none for')
    .option('--rate <CODE=RATE>', 'reporting currency for one unit of another; may be given several times', collect)
    .option('--locale <LOCALE>', 'how numbers and dates are written, where the file leaves it open')
    .option('--account <NAME>', 'account, where the file has no such column')
    .option(
      '--keep-personal',
      'keep personal columns: asks a privacy officer with a change set, and loads once it is approved and this is run again',
    )
    .option('--dry-run', 'show what would be loaded and what is skipped')
    .action(async (file: string, options: FileOptions) => {
      await ensureWorkspace(runtime, options);
      await inWorkspace(runtime, options, async ({ caller, terminal, signal }) => {
        const reading = terminal.bar('Reading', 100);
        const loading = terminal.bar('Loading', 100);
        try {
          const result = await importFile(caller, file, choicesOf(options), {
            signal,
            reading: ({ bytes, totalBytes }) => reading.at(totalBytes ? (100 * bytes) / totalBytes : 0),
            loading: ({ facts, totalFacts }) => loading.at((100 * facts) / Math.max(1, totalFacts)),
          });
          reading.stop();
          loading.stop();
          terminal.answer(result, resultText(result, file));
        } finally {
          reading.stop();
          loading.stop();
        }
      });
    });
  withExample(
    performance,
    'baton import performance campaigns.csv --currency EUR --dry-run',
    'baton import performance weekly.csv --preset wide --map "tv_S=spend:TV"',
  );

  const undo = withPlace(group.command('undo'), true)
    .description('take back one load and what derives from it')
    .argument('<load>', 'id of the load')
    .action((load: string, options: PlaceOptions) => {
      idArgument(load, 'import list');
      const undoIt = async ({ caller, terminal }: InWorkspace): Promise<void> => {
        const undone = await undoImport(caller, load);
        terminal.answer(
          undone,
          `Took back load ${undone.load}: ${undone.removed} rows no longer count, ${undone.restored} count again.`,
        );
      };
      return inWorkspace(runtime, options, undoIt, { of: { kind: 'LOAD', id: load } });
    });
  withExample(undo, 'baton import undo 0198…');

  const list = withPlace(group.command('list'), false)
    .description('the newest 50 loads')
    .action((options: PlaceOptions) =>
      inWorkspace(runtime, options, async ({ caller, naming, terminal }) => {
        const loads = await caller.inUnit('app', (unit) => newest((page) => listImports(unit, page)));
        const shown = loads.map(({ id, fileName, status, fromDay, toDay }) => ({
          id,
          fileName,
          status,
          fromDay,
          toDay,
        }));
        terminal.answer(
          shown,
          shown.length === 0
            ? `No load yet. \`baton import performance FILE${naming}\` makes one.`
            : table(
                ['id', 'file', 'state', 'from', 'to'],
                shown.map((one) => [one.id, one.fileName, one.status, one.fromDay ?? '', one.toDay ?? '']),
              ),
        );
      }),
    );
  withExample(list, 'baton import list --json');

  const brand = withPlace(group.command('brand'), true)
    .description('read brand guidelines, product facts, claim evidence and past creative from Markdown, text or HTML')
    .argument('<path...>', 'files or folders')
    .action(async (paths: string[], options: PlaceOptions) => {
      await ensureWorkspace(runtime, options);
      await inWorkspace(runtime, options, async ({ caller, terminal, signal }) => {
        const bar = terminal.bar('Reading', paths.length);
        const added = await addBrandPaths(caller, paths, {
          signal,
          tell: (done, total) => bar.at((paths.length * done) / total),
        }).finally(() => bar.stop());
        const rows = added.map((one) => [
          one.title,
          one.added ? 'added' : 'unchanged',
          String(one.chunks),
          String(one.rules),
          String(one.claims),
        ]);
        terminal.answer(added, table(['document', '', 'chunks', 'rules', 'claims'], rows));
      });
    });
  withExample(brand, 'baton import brand ./guidelines ./facts/claims.md');
};

/** An import into a folder without a workspace makes `default` and says so. */
async function ensureWorkspace(runtime: Runtime, options: FileOptions | PlaceOptions): Promise<void> {
  await runtime.withServices({ dataDir: options.dataDir }, async (services) => {
    if (options.workspace !== undefined || (await services.owner.listWorkspaces()).length > 0) return;
    const currency = 'currency' in options && options.currency ? { currency: options.currency } : {};
    const email = options.as ?? FIRST_ADMIN;
    await createWorkspace(services, {
      name: 'default',
      title: 'default',
      ...currency,
      members: [{ email, roles: ['ADMIN', 'STRATEGIST'] }],
    });
    tell(`Made the workspace "default" with the admin ${email}.`);
  });
}

function choicesOf(options: FileOptions): ImportChoices {
  const pairs = (name: string, given: string[] | undefined): Record<string, string> | undefined =>
    given ? Object.fromEntries(given.map((text) => pair(name, text))) : undefined;
  const { preset, currency, locale, account, keepPersonal, dryRun } = options;
  const rates = pairs('--rate', options.rate);
  for (const [code, rate] of Object.entries(rates ?? {})) {
    if (!(Number(rate) > 0))
      throw new AppError('BAD_USER_INPUT', `--rate ${code}=${rate}: expected a number above 0, such as USD=0.92.`);
  }
  return { preset, currency, locale, account, keepPersonal, dryRun, rates, map: pairs('--map', options.map) };
}

function resultText(result: ImportResult, file: string): string {
  const { rows } = result;
  const head: Record<ImportResult['status'], string> = {
    LOADED: `Loaded ${file} as ${result.preset}: load ${result.load}.`,
    UNCHANGED: `${file} was loaded before: nothing changed.`,
    DRY_RUN: `${file} would load as ${result.preset}; nothing was changed.`,
    WAITING_APPROVAL: `${file} has personal columns that somebody asked to keep: a privacy officer must approve it first. Nothing was loaded; run the same command again after that.`,
  };
  return [
    head[result.status],
    `${rows.read} rows read, ${rows.added} added, ${rows.restated} restated, ${rows.unchanged} unchanged, ${rows.skipped} skipped${result.from ? `; ${result.from} to ${result.to}` : ''}.`,
    ...listed(
      'Columns',
      result.columns.map(({ column, field }) => `${column} → ${field}`),
    ),
    ...listed(
      'Left out',
      result.dropped.map(({ column, reason }) => `${column}: ${reason}`),
    ),
    ...listed(
      'Skipped',
      result.skipped.map(({ line, reason }) => `line ${line}: ${reason}`),
    ),
    ...result.notes,
  ].join('\n');
}

/** At most ten lines under a heading. */
function listed(heading: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length > 10 ? [`  … and ${lines.length - 10} more (--json lists them)`] : [];
  return [`${heading}:`, ...lines.slice(0, 10).map((line) => `  ${line}`), ...rest];
}
