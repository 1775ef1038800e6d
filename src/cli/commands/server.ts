/** Owns `start`, `worker`, `migrate`, `token` and `schema`: the process itself. */
import { once } from 'node:events';
import { join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import type { Welcome } from '../../useCases/demoWorkspace.ts';
import { monotonicMs } from '../../kernel/clock.ts';
import { AppError, toError } from '../../kernel/errors.ts';
import {
  namingOf,
  numberOption,
  withExample,
  withJson,
  withPlace,
  inWorkspace,
  type PlaceOptions,
  type Register,
} from '../options.ts';
import { paint } from '../paint.ts';
import { openTerminal } from '../terminal.ts';
import type { RunningServer } from '../runtime.ts';

/** Adds the commands of the process. */
export const registerServer: Register = (root, runtime) => {
  const start = withJson(root.command('start'))
    .description('serve the API with a worker in one process; an empty database gets a demo workspace')
    .option('--port <PORT>', 'port (default: $PORT or 4000)')
    .option('--data-dir <DIR>', 'data folder (default: $DATA_DIR or .baton)')
    .action(async (options: { port?: string; dataDir?: string; json?: boolean }) => {
      const began = monotonicMs();
      const terminal = openTerminal(options.json ?? false);
      const port = options.port === undefined ? undefined : numberOption('--port', options.port);
      const server = await runtime.start({ dataDir: options.dataDir, port }, async (services, preparing) => {
        const { prepareFirstStart } = await import('../../useCases/demoWorkspace.ts');
        return prepareFirstStart(services, { tell: (text) => terminal.note(text), ...preparing });
      });
      const seconds = (monotonicMs() - began) / 1000;
      terminal.answer({ url: server.url, seconds, ...server.prepared }, welcomeText(server, seconds));
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), server.ended]);
      terminal.note('Stopping: no new work is taken, what runs is handed back.');
      await server.stop();
    });
  withExample(start, 'baton start --port 4000 --data-dir ./data');

  const worker = withJson(root.command('worker'))
    .description('run a worker alone, on the Postgres of DATABASE_URL')
    .action(() => runtime.work());
  withExample(worker, 'DATABASE_URL=postgres://baton@db/baton baton worker');

  const migrate = withJson(root.command('migrate'))
    .description('bring the database up to date, under a lock')
    .option('--data-dir <DIR>', 'data folder (default: $DATA_DIR or .baton)')
    .action(async (options: { dataDir?: string; json?: boolean }) => {
      const applied = await runtime.migrate({ dataDir: options.dataDir });
      openTerminal(options.json ?? false).answer(
        { applied },
        applied.length === 0 ? 'Nothing to do: the database is up to date.' : `Applied ${applied.join(', ')}.`,
      );
    });
  withExample(migrate, 'baton migrate --data-dir ./data');

  const token = withPlace(root.command('token'), false)
    .description('print a token for a person, signed with the key of the data folder')
    .requiredOption('--as <EMAIL>', 'whose token')
    .action((options: PlaceOptions) =>
      inWorkspace(runtime, options, async ({ services, caller, terminal }) => {
        const email = options.as ?? '';
        const issued = await services.identity.issue({ workspaceId: caller.workspaceId, email: email.toLowerCase() });
        terminal.answer({ token: issued, email, workspaceId: caller.workspaceId }, issued);
      }),
    );
  withExample(token, 'baton token --as budget-1@demo.example');

  const schema = withJson(root.command('schema'))
    .description('write schema.graphql and ERRORS.md, which front-end teams generate code from')
    .option('--out <DIR>', 'folder to write to', 'schema')
    .action(async (options: { out: string; json?: boolean }) => {
      const { schema: schemaText, errors } = await runtime.schemaFiles();
      try {
        await mkdir(options.out, { recursive: true });
        await writeFile(join(options.out, 'schema.graphql'), schemaText);
        await writeFile(join(options.out, 'ERRORS.md'), errors);
      } catch (error) {
        throw new AppError('BAD_USER_INPUT', `${options.out} cannot be written: ${toError(error).message}.`, {
          cause: error,
          hint: 'Name another folder with --out.',
        });
      }
      openTerminal(options.json ?? false).answer(
        { folder: options.out },
        `Wrote schema.graphql and ERRORS.md to ${options.out}.`,
      );
    });
  withExample(schema, 'baton schema --out schema');
};

function welcomeText(server: RunningServer<Welcome>, seconds: number): string {
  const welcome = server.prepared;
  const strong = (text: string): string => paint('bold', text);
  return [
    `${strong('Baton is ready')} after ${seconds.toFixed(1)} s.`,
    '',
    `  GraphQL   ${server.url}/graphql`,
    `  Explorer  ${server.url}/explorer`,
    `  Sockets   ${server.url.replace(/^http/, 'ws')}/graphql/socket   Streams  ${server.url}/graphql/stream`,
    `  For BI    ${server.url}/metrics.csv`,
    ...(server.services.embeddedDatabase
      ? ['  SQL       none: the embedded database has a private socket; set DATABASE_URL to use SQL tools']
      : []),
    '',
    `${strong('Token')} of ${welcome.email}, who starts runs in the workspace "${welcome.workspace}":`,
    '',
    welcome.token,
    '',
    `The others' tokens: ${strong(`npx baton token --as EMAIL${namingOf({ ...welcome, name: welcome.workspace })}`)} (${welcome.others.join(', ')})`,
    '',
    strong('Try next'),
    ...welcome.next.map((text, i) => `  ${i + 1}. ${text}`),
    '',
  ].join('\n');
}
