/** Owns the change sheet: what a media buyer takes along to carry out or check approved changes, with digest and approval ids. */
import type { ChangeHistory } from '../runSummary.ts';
import { amountPair } from './approvalText.ts';
import { csvText } from './valueText.ts';

const COLUMNS = [
  'change set',
  'state',
  'action',
  'target',
  'what',
  'before',
  'after',
  'unit',
  'status',
  'reference',
  'digest',
  'approved by',
  'approval ids',
];

/** CSV with one row a line of the diff of each approved or executed change set; empty text when there is none. */
export function changeSheet(changes: readonly ChangeHistory[]): string {
  const rows = changes.flatMap(({ change, diff, decisions, effects }) => {
    const approved = decisions.filter(
      (decision) => decision.verdict === 'APPROVE' && decision.revision === change.revision,
    );
    if (approved.length === 0) return [];
    return diff.map((line) => {
      const action = line.actionIndex === null ? undefined : change.actions[line.actionIndex];
      const effect = effects.find((one) => one.actionIndex === line.actionIndex);
      const { before, after } = amountPair(line);
      return [
        change.title,
        change.state,
        action?.kind ?? '',
        action?.target.name ?? '',
        line.label,
        before,
        after,
        line.unit,
        effect?.status ?? 'NOT SENT',
        effect?.reference ?? '',
        change.digest,
        approved.map((one) => one.email).join(' '),
        [...new Set(approved.map((one) => one.approvalId))].join(' '),
      ];
    });
  });
  return rows.length === 0 ? '' : csvText([COLUMNS, ...rows]);
}
