/** Owns an artifact as HTML, Markdown or CSV; it reads the shape that all artifacts share and nothing of their kind. */
import { artifactShape, type ArtifactShape, type Section, type Table } from '../../domain/artifacts/shape.ts';
import { chartFigure } from './charts.ts';
import { csvText, escapeHtml, escapeMarkdown, probabilityText, UNKNOWN, valueText } from './valueText.ts';

/** Forms that an artifact renders in. */
export type ArtifactFormat = 'HTML' | 'MARKDOWN' | 'CSV';

/** What is rendered: the content, and who wrote its prose. */
export interface RenderableArtifact {
  readonly content: unknown;
  readonly model: string;
  readonly embeddedModel: boolean;
}

/** The artifact in a form; null for CSV where it holds no table. */
export async function renderArtifact(artifact: RenderableArtifact, format: ArtifactFormat): Promise<string | null> {
  const shape = artifactShape.parse(artifact.content);
  switch (format) {
    case 'HTML':
      return `<article class="artifact">${await artifactHtml(shape, 2)}${authorHtml(artifact)}</article>`;
    case 'MARKDOWN':
      return `${artifactMarkdown(shape, 1)}\n${authorLine(artifact)}\n`;
    case 'CSV':
      return artifactCsv(shape);
  }
}

/** Title, summary and sections as HTML, with charts; `level` is that of the title's heading. */
export async function artifactHtml(shape: ArtifactShape, level: number): Promise<string> {
  const sections = await Promise.all(shape.sections.map((section) => sectionHtml(section, level + 1)));
  const unavailable = shape.notAvailable === null ? '' : `<p class="unavailable">${escapeHtml(shape.notAvailable)}</p>`;
  return [
    `<h${level}>${escapeHtml(shape.title)}</h${level}>`,
    `<p class="summary">${escapeHtml(shape.summary)}</p>`,
    unavailable,
    ...sections,
    listHtml('Caveats', shape.caveats),
  ].join('\n');
}

/** The same as Markdown, without charts. */
export function artifactMarkdown(shape: ArtifactShape, level: number): string {
  const heading = '#'.repeat(level);
  const parts = [
    `${heading} ${escapeMarkdown(shape.title)}`,
    escapeMarkdown(shape.summary),
    shape.notAvailable === null ? '' : `> ${escapeMarkdown(shape.notAvailable)}`,
    ...shape.sections.map((section) => sectionMarkdown(section, level + 1)),
    shape.caveats.length > 0
      ? `**Caveats**\n\n${shape.caveats.map((text) => `- ${escapeMarkdown(text)}`).join('\n')}`
      : '',
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** Who wrote the prose, for the foot of an artifact. */
export function authorLine(artifact: RenderableArtifact): string {
  const how = artifact.embeddedModel ? ', by rules from the evidence, without a language model' : '';
  return `Prose by ${artifact.model}${how}. Every figure is computed from stored evidence.`;
}

async function sectionHtml(section: Section, level: number): Promise<string> {
  const points = `<ul>${section.points.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`;
  return [
    `<h${level}>${escapeHtml(section.heading)}</h${level}>`,
    ...section.paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
    section.chart ? await chartFigure(section.chart, axisOf(section)) : '',
    section.table ? tableHtml(section.table) : '',
    section.points.length === 0
      ? ''
      : retellsTable(section)
        ? `<details><summary>Row by row in words</summary>${points}</details>`
        : points,
  ].join('\n');
}

/** What the values of a section's chart are: the head of the table column that holds the same numbers, or what several share; else the currency. */
function axisOf({ chart, table }: Section): string {
  if (!chart) return '';
  const currency = isMoney(chart.unit) ? chart.unit : '';
  const rows = new Map((table?.rows ?? []).map((row) => [row.cells[0], row.cells]));
  const columns = chart.series.map((series) =>
    table?.columns.find(
      (_column, i) => i > 0 && series.values.every((v, at) => rows.get(chart.x[at] ?? '')?.[i] === v),
    ),
  );
  const [first] = columns;
  if (columns.length === 1) return first ? headOf(first) : currency;
  const shared = first?.label.split(', ').slice(1).join(', ') ?? '';
  const isShared = shared !== '' && columns.every((column) => column?.label.endsWith(`, ${shared}`));
  return [currency, isShared ? shared : ''].filter(Boolean).join(' ');
}

/** Whether each point speaks of one row of the section's table. */
function retellsTable({ table, points }: Section): boolean {
  const names = (table?.rows ?? []).map((row) => String(row.cells[0] ?? '')).filter((name) => name !== '');
  return names.length > 0 && points.every((point) => names.some((name) => point.includes(name)));
}

function tableHtml(table: Table): string {
  const isText = (unit: string): boolean => unit === 'TEXT' || unit === 'DAY';
  const head = table.columns
    .map((column) => `<th${isText(column.unit) ? '' : ' class="number"'}>${escapeHtml(headOf(column))}</th>`)
    .join('');
  const rows = table.rows.map((row) => {
    const cells = table.columns.map((column, i) => {
      const text = escapeHtml(cellText(row.cells[i] ?? null, column));
      return `<td${isText(column.unit) ? '' : ' class="number"'}>${text}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="table"><table><caption>${escapeHtml(table.title)}</caption><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** A column's head; one of money names its currency, since its cells do not. */
function headOf({ label, unit }: Table['columns'][number]): string {
  return isMoney(unit) && !label.includes(unit) ? `${label} (${unit})` : label;
}

function isMoney(unit: string): boolean {
  return /^[A-Z]{3}$/.test(unit) && unit !== 'DAY' && unit !== 'KPI';
}

/** A cell as people read it; a chance is told in whole percent. */
function cellText(value: Table['rows'][number]['cells'][number], { label, unit }: Table['columns'][number]): string {
  const isChance = unit === 'SHARE' && /\b(chance|probability)\b/i.test(label);
  return isChance && typeof value === 'number' ? probabilityText(value) : valueText(value, unit);
}

function listHtml(heading: string, items: readonly string[]): string {
  return items.length === 0
    ? ''
    : `<details><summary>${heading}</summary><ul>${items.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul></details>`;
}

function authorHtml(artifact: RenderableArtifact): string {
  return `<p class="author">${escapeHtml(authorLine(artifact))}</p>`;
}

function sectionMarkdown(section: Section, level: number): string {
  const parts = [
    `${'#'.repeat(level)} ${escapeMarkdown(section.heading)}`,
    ...section.paragraphs.map(escapeMarkdown),
    section.table ? tableMarkdown(section.table) : '',
    section.points.map((text) => `- ${escapeMarkdown(text)}`).join('\n'),
  ];
  return parts.filter(Boolean).join('\n\n');
}

function tableMarkdown(table: Table): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  const head = line(table.columns.map((column) => escapeMarkdown(headOf(column))));
  const rule = line(table.columns.map((column) => (column.unit === 'TEXT' || column.unit === 'DAY' ? '---' : '---:')));
  const rows = table.rows.map((row) =>
    line(table.columns.map((column, i) => escapeMarkdown(cellText(row.cells[i] ?? null, column)) || UNKNOWN)),
  );
  return [head, rule, ...rows].join('\n');
}

/** All tables one below the other, each with its title; exact numbers, units in the header. */
function artifactCsv(shape: ArtifactShape): string | null {
  const tables = shape.sections.flatMap((section) => (section.table ? [section.table] : []));
  if (tables.length === 0) return null;
  const blocks = tables.map((table) =>
    csvText([
      [table.title],
      table.columns.map((column) => (column.unit === 'TEXT' ? column.label : `${column.label} [${column.unit}]`)),
      ...table.rows.map((row) => row.cells),
    ]),
  );
  return blocks.join('\r\n');
}
