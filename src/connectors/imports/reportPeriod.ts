/** Owns the dates that a report states above its table. */
import type { CalendarDay } from '../../kernel/calendar.ts';
import { readDay, readDayRange, type DateOrder } from './dateForms.ts';
import { foldText } from './headerNames.ts';
import type { ReportPeriod } from './rowContext.ts';
import type { TableRow } from './table.ts';

const START = /^#? ?(start date|start|startdatum|anfangsdatum|from|von|fecha de inicio|date de début)\b/;
const END = /^#? ?(end date|end|enddatum|to|bis|fecha de fin|fecha de finalización|date de fin)\b/;

/**
 * The days named by title lines: `January 1, 2026 - January 31, 2026`, or `# Start date: 20260101` with its end.
 * Later lines win, so that the lines right above a table speak for it; null when there is none.
 */
export function periodOfLead(lead: readonly TableRow[], order: DateOrder): ReportPeriod | null {
  let from: CalendarDay | undefined;
  let to: CalendarDay | undefined;
  for (const row of lead) {
    const text = row.cells
      .map((cell) => cell.trim())
      .filter((cell) => cell !== '')
      .join(', ');
    const range = readDayRange(text, order);
    if (range) ({ from, to } = range);
    const folded = foldText(text);
    const day = readDay(text.replace(/^[^:,;\t]*[:,;\t]/, '').replace(/^[\s,]+/, ''), order, 'UTC');
    if (day !== undefined && START.test(folded)) from = day;
    if (day !== undefined && END.test(folded)) to = day;
  }
  return from !== undefined && to !== undefined && from <= to ? { from, to } : null;
}
