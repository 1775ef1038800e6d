/** Owns what a platform's export says of its campaigns beside figures: status and daily budget on the last day that names them. */
import type { EntityRef } from '../../domain/facts.ts';
import type { CalendarDay } from '../../kernel/calendar.ts';
import { microsOf, textCell } from './cells.ts';
import type { ColumnUse } from './columns.ts';
import { moneyConverter } from './currencies.ts';
import { foldText } from './headerNames.ts';
import { readNumber } from './numberForms.ts';
import { columnOf, type RowContext } from './rowContext.ts';
import type { CampaignState } from './observedCampaigns.ts';
import type { TableRow } from './table.ts';

/** Words of the tools, folded, in the languages known. */
const STATUS_WORDS: Readonly<Record<'ACTIVE' | 'PAUSED' | 'ENDED', readonly string[]>> = {
  ACTIVE: 'enabled,active,eligible,aktiviert,aktiv,habilitada,habilitado,activa,activo,activée,activé,actif'.split(','),
  PAUSED:
    'paused,inactive,off,pausiert,inaktiv,pausada,pausado,en pausa,inactiva,inactivo,en veille,mise en veille,en pause,inactif'.split(
      ',',
    ),
  ENDED:
    'removed,deleted,completed,ended,archived,entfernt,gelöscht,abgeschlossen,beendet,archiviert,quitada,eliminada,completada,completado,finalizada,archivada,supprimée,terminée,terminé,archivée'.split(
      ',',
    ),
};
const STATUSES = new Map(
  (['ACTIVE', 'PAUSED', 'ENDED'] as const).flatMap((status) => STATUS_WORDS[status].map((word) => [word, status])),
);
const DAILY = /^(daily|täglich|tagesbudget|diario|quotidien|journalier|average daily|durchschnittlich pro tag)/;

/** Reads what a row says of its campaign; null for a file without such columns. */
export function campaignStateReader(
  context: RowContext,
): ((row: TableRow, at: { channel: string; campaign: EntityRef; day: CalendarDay }) => CampaignState) | null {
  const status = columnOf(context.mapping, 'campaign_status');
  const budgetOf = budgetReader(context);
  if (!status && !budgetOf) return null;
  const name = columnOf(context.mapping, 'budget_name');
  return (row, at) => ({
    ...at,
    status: STATUSES.get(foldText(textCell(context, row, status) ?? '')) ?? null,
    dailyBudgetMicros: budgetOf?.(row) ?? null,
    budgetName: textCell(context, row, name),
  });
}

/** The newest state of each campaign, by channel and entity, and what could not be told as a note. */
export class CampaignStates {
  private readonly newest = new Map<string, CampaignState>();

  add(state: CampaignState): void {
    const key = `${state.channel}|${state.campaign.id ?? ''}|${state.campaign.name}`;
    const held = this.newest.get(key);
    if (!held || held.day <= state.day) this.newest.set(key, state);
  }

  /** All states; a budget that several campaigns name is left out of each, since its amount stands for them together. */
  all(): CampaignState[] {
    const states = [...this.newest.values()];
    const uses = new Map<string, number>();
    for (const { budgetName } of states) if (budgetName !== null) uses.set(budgetName, (uses.get(budgetName) ?? 0) + 1);
    return states.map((state) =>
      state.budgetName !== null && (uses.get(state.budgetName) ?? 0) > 1
        ? { ...state, dailyBudgetMicros: null }
        : state,
    );
  }
}

/** Daily budget of a row; words such as "Using ad set budget" and lifetime budgets are none. */
function budgetReader(context: RowContext): ((row: TableRow) => bigint | null) | null {
  const column: ColumnUse | undefined = columnOf(context.mapping, 'budget');
  if (!column) return null;
  const type = columnOf(context.mapping, 'budget_type');
  const converter = moneyConverter(context);
  // Google's plain budget column is the average a day; Meta says the type or it is not known.
  const daily = (row: TableRow): boolean => {
    const word = textCell(context, row, type);
    return word === null ? !type && context.preset.name === 'google-ads' : DAILY.test(foldText(word));
  };
  return (row) => {
    const raw = row.cells[column.index] ?? '';
    const numbers = context.forms.numbers.get(column.header);
    if (!numbers || !/\d/.test(raw) || !daily(row)) return null;
    if (context.forms.observing) numbers.observe(raw, row.line);
    const text = readNumber(raw, numbers.decimal ?? '.');
    const micros = typeof text === 'string' ? microsOf(text) : null;
    return micros === null || micros < 0n ? null : converter.convert(row, column, micros);
  };
}
