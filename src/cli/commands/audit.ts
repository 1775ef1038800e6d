/** Owns `audit verify` and `audit export`. */
import { exportAudit, verifyAudit, verifyAuditExport, type AuditVerdict } from '../../useCases/audit.ts';
import { inWorkspace, openLines, withExample, withPlace, type PlaceOptions, type Register } from '../options.ts';
import { EXIT, openTerminal } from '../terminal.ts';

/** Exit code of a chain that no checkpoint newer than a day vouches for. */
const UNANCHORED = 3;

/** Adds the commands of the audit chain. */
export const registerAudit: Register = (root, runtime, exitWith) => {
  const audit = root.command('audit').description('the chain of what happened');
  withExample(audit, 'baton audit verify', 'baton audit export > audit.jsonl');
  const verify = withPlace(audit.command('verify'), false)
    .description('check every hash and number of the chain: exit 0 sound, 1 broken, 3 sound but not anchored')
    .option('--file <EXPORT>', 'check an export instead of the database')
    .action(async (options: PlaceOptions & { file?: string }) => {
      const say = (verdict: AuditVerdict): void => {
        exitWith(verdict.status === 'OK' ? EXIT.DONE : verdict.status === 'BROKEN' ? EXIT.FAILED : UNANCHORED);
        const failures = verdict.failures.map((one) => `  event ${one.seq}: ${one.kind}, ${one.detail}`);
        openTerminal(options.json ?? false).answer(
          verdict,
          [`${verdict.status}: ${verdict.events} events, ${verdict.checkpoints} checkpoints.`, ...failures].join('\n'),
        );
      };
      if (options.file !== undefined) return say(await verifyAuditExport(await openLines(options.file)));
      return inWorkspace(runtime, options, async ({ caller }) => say(await verifyAudit(caller)));
    });
  withExample(verify, 'baton audit verify --json');

  const out = withPlace(audit.command('export'), false, 'JSON Lines, with or without this option,')
    .description('write the chain as CloudEvents, one JSON document a line, the manifest last')
    .action((options: PlaceOptions) =>
      inWorkspace(runtime, options, ({ caller }) =>
        exportAudit(caller, (line) => void process.stdout.write(`${line}\n`)),
      ),
    );
  withExample(out, 'baton audit export > audit.jsonl');
};
