/** Owns `workspace create` and `workspace list`. */
import { AppError } from '../../kernel/errors.ts';
import { systemCaller } from '../../useCases/callers.ts';
import { createWorkspace, listMembers } from '../../useCases/workspaces.ts';
import { collect, pair, withExample, withJson, type Register } from '../options.ts';
import { openTerminal, table } from '../terminal.ts';

interface CreateOptions {
  admin: string;
  member?: string[];
  currency?: string;
  timezone?: string;
  title?: string;
  dataDir?: string;
  json?: boolean;
}

/** Adds the commands of workspaces. */
export const registerWorkspace: Register = (root, runtime) => {
  const workspace = root.command('workspace').description('make and list workspaces');
  withExample(workspace, 'baton workspace create acme --admin ada@acme.example', 'baton workspace list');
  const create = withJson(workspace.command('create'))
    .description('make a workspace with its first members; roles change later only through the gate POLICY_CHANGE')
    .argument('<name>', 'lower-case letters, digits and hyphens')
    .requiredOption('--admin <EMAIL>', 'the first admin')
    .option('--member <EMAIL=ROLE,ROLE>', 'a member with roles; may be given several times', collect)
    .option('--currency <CODE>', 'reporting currency (ISO 4217)', 'EUR')
    .option('--timezone <TZ>', 'time zone (IANA)', 'UTC')
    .option('--title <TEXT>', 'title for people')
    .option('--data-dir <DIR>', 'data folder (default: $DATA_DIR or .baton)')
    .action(async (name: string, options: CreateOptions) => {
      const made = await runtime.withServices({ dataDir: options.dataDir }, (services) =>
        createWorkspace(services, {
          name,
          title: options.title ?? name,
          currency: options.currency,
          timeZone: options.timezone,
          members: membersOf(options),
        }),
      );
      openTerminal(options.json ?? false).answer(
        made,
        `Made the workspace "${made.name}" (${made.currency}, ${made.timeZone}).\nImport data next: baton import performance FILE --workspace ${made.name}`,
      );
    });
  withExample(
    create,
    'baton workspace create acme --admin ada@acme.example --member bo@acme.example=BUDGET_OWNER,FINANCE',
  );

  const list = withJson(workspace.command('list'))
    .description('list workspaces with their members')
    .option('--data-dir <DIR>', 'data folder (default: $DATA_DIR or .baton)')
    .action((options: { dataDir?: string; json?: boolean }) =>
      runtime.withServices({ dataDir: options.dataDir, existing: true }, async (services) => {
        const all = await services.owner.listWorkspaces();
        const found = [];
        for (const one of all)
          found.push({
            ...one,
            members: await systemCaller(services, one.id, 'command-line').inUnit('app', listMembers),
          });
        const rows = found.flatMap((one) =>
          one.members.map((member) => [one.name, one.currency, one.timeZone, member.email, member.roles.join(', ')]),
        );
        openTerminal(options.json ?? false).answer(
          found,
          rows.length === 0
            ? 'No workspace yet. `baton demo` makes one.'
            : table(['workspace', 'currency', 'time zone', 'member', 'roles'], rows),
        );
      }),
    );
  withExample(list, 'baton workspace list --json');
};

/** The admin first; several entries of one address add up. */
function membersOf(options: CreateOptions): { email: string; roles: string[] }[] {
  const roles = new Map<string, Set<string>>([[options.admin.toLowerCase(), new Set(['ADMIN'])]]);
  for (const text of options.member ?? []) {
    const [email, list] = pair('--member', text);
    if (!email.includes('@')) throw new AppError('BAD_USER_INPUT', `--member is "${text}"; expected EMAIL=ROLE,ROLE.`);
    const own = roles.get(email.toLowerCase()) ?? new Set();
    for (const role of list.split(',')) own.add(role.trim().toUpperCase());
    roles.set(email.toLowerCase(), own);
  }
  return [...roles].map(([email, own]) => ({ email, roles: [...own] }));
}
