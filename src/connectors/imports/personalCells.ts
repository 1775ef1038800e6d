/** Owns the cells of personal columns that people allowed to keep: read apart from the facts, stored under the load, read by no metric, model or agent. */
import type { UnitOfWork } from '../../domain/unit.ts';
import type { ByteSource } from './byteText.ts';
import { isTotalsRow } from './cells.ts';
import { isBlank, isComment } from './detect.ts';
import type { ImportPlan } from './importPlan.ts';
import { openTable } from './table.ts';

/** The personal cells of one row, by header; empty ones are left out. */
export interface PersonalRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** Rows that one transaction writes. */
const BATCH_ROWS = 5000;

/** Streams the personal cells of a planned file in batches; only after its change set was approved. */
export async function* readPersonalCells(source: ByteSource, plan: ImportPlan): AsyncGenerator<PersonalRow[]> {
  const { layout } = plan.reading;
  const columns = layout.mapping.columns
    .filter((column) => column.dropped === 'PERSONAL')
    .map(({ index, header }, at, all) => ({
      index,
      // An export may have a header twice; each column keeps its own cells.
      name: all.findIndex((other) => other.header === header) === at ? header : `${header} (column ${index + 1})`,
    }));
  let batch: PersonalRow[] = [];
  for await (const rows of openTable(source, layout.delimiter).rows) {
    for (const row of rows) {
      if (row.line <= layout.headerLine || isBlank(row) || isComment(row) || isTotalsRow(row)) continue;
      const filled = columns.flatMap(({ index, name }) => {
        const cell = (row.cells[index] ?? '').trim();
        return cell === '' ? [] : [[name, cell] as const];
      });
      if (filled.length > 0) batch.push({ line: row.line, cells: Object.fromEntries(filled) });
    }
    if (batch.length < BATCH_ROWS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Writes a batch under its load. */
export async function storePersonalCells(
  { em, workspace }: UnitOfWork,
  loadId: string,
  rows: readonly PersonalRow[],
): Promise<void> {
  await em.execute(
    `insert into import_personal (workspace_id, load_id, line, cells)
     select ?, ?, line, cells from jsonb_to_recordset(?::jsonb) as r(line integer, cells jsonb)`,
    [workspace.id, loadId, JSON.stringify(rows)],
  );
}
