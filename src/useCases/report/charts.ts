/** Owns charts as SVG text, drawn on the server without a browser. How a series is drawn stands in chartSeries.ts. */
import type { EChartsOption } from 'echarts';
import { isDay } from '../../kernel/calendar.ts';
import type { Chart } from '../../domain/artifacts/shape.ts';
import { colorOf, PALETTE, seriesOf } from './chartSeries.ts';
import { dayText, escapeHtml, valueText } from './valueText.ts';

/** Widths in CSS pixels that a chart is drawn for: a page, and a phone. */
const WIDE = 760;
const NARROW = 400;
/** Height of a line chart, of an axis with its name, and of one row. */
const LINE_HEIGHT = 300;
const AXIS_HEIGHT = 52;
const ROW_HEIGHT = 30;
/** Height of a row whose label takes two lines. */
const TALL_ROW_HEIGHT = 40;
const TOP = 8;
/** Room of one character of a label; generous, since the reader's font is not known here. */
const LETTER = 7.2;
/** An interval is cut where it reaches so many times further than the largest value. */
const CUT_AT = 4;

/** Lowest and highest position of a value axis that is cut; null where every interval fits. */
export interface Cut {
  readonly from: number;
  readonly to: number;
}

/**
 * A chart as a `<figure>`: its title, a drawing for wide pages and one for phones, which a style sheet shows instead.
 * `axis` names what the values are. Empty text for a chart without data.
 */
export async function chartFigure(chart: Chart, axis = ''): Promise<string> {
  if (chart.x.length === 0 || chart.series.length === 0) return '';
  const wide = await chartSvg(chart, { axis, width: WIDE });
  const narrow = await chartSvg(chart, { axis, width: NARROW });
  return `<figure><figcaption>${escapeHtml(chart.title)}${legendHtml(chart)}</figcaption><div class="wide">${wide}</div><div class="narrow" hidden>${narrow}</div></figure>`;
}

/** Names of the series beside their marks, as text of the page: only there the reader's font is known. */
function legendHtml({ form, series }: Chart): string {
  if (series.length < 2) return '';
  const mark = (one: Chart['series'][number]): string =>
    form === 'INTERVAL' ? (one.lower ? '●' : '◆') : form === 'LINE' ? '━' : '■';
  return ` <span class="legend">${series
    .map((one, i) => `<span><i style="color:${colorOf(i)}">${mark(one)}</i> ${escapeHtml(one.name)}</span>`)
    .join(' ')}</span>`;
}

/** The window of the value axis where some interval would squeeze all others; intervals beyond it end in an arrow and a number. */
export function cutOf({ form, series }: Chart): Cut | null {
  if (form === 'LINE') return null;
  const numbers = (lists: readonly (readonly (number | null)[] | undefined)[]): number[] =>
    lists.flatMap((list) => list ?? []).filter((value) => value !== null);
  const reach = Math.max(...numbers(series.map((one) => one.values)).map(Math.abs));
  const ends = numbers(series.flatMap((one) => [one.lower, one.upper]));
  if (!(reach > 0) || !ends.some((end) => Math.abs(end) > CUT_AT * reach)) return null;
  // Values without an interval, such as what was observed, count too: none may fall off the axis.
  const all = [0, ...ends, ...numbers(series.map((one) => one.values))];
  return { from: Math.max(Math.min(...all), -CUT_AT * reach), to: Math.min(Math.max(...all), CUT_AT * reach) };
}

async function chartSvg(chart: Chart, { axis, width }: { axis: string; width: number }): Promise<string> {
  const { init } = await import('echarts');
  const instance = init(null, null, { renderer: 'svg', ssr: true, width, height: heightOf(chart, { axis, width }) });
  try {
    instance.setOption(optionOf(chart, { axis, width }));
    const svg = instance.renderToSVGString();
    return svg.replace(/<svg /, `<svg role="img" aria-label="${escapeHtml(chart.title)}" `);
  } finally {
    instance.dispose();
  }
}

function longestLabel(chart: Chart): number {
  return Math.max(...chart.x.map((name) => name.length)) * LETTER;
}

/** Width that labels of rows may take; a longer one breaks into lines. */
function labelRoom(chart: Chart, width: number): number {
  return Math.min(width * 0.34, longestLabel(chart));
}

/** Room below the rows: the axis, and its name where it has one. */
function bottomOf(axis: string): number {
  return axis === '' ? AXIS_HEIGHT - 20 : AXIS_HEIGHT;
}

function heightOf(chart: Chart, { axis, width }: { axis: string; width: number }): number {
  if (chart.form === 'LINE') return LINE_HEIGHT;
  const rows = chart.x.length * (chart.form === 'BAR' ? Math.max(1, chart.series.length * 0.7) : 1);
  const row = longestLabel(chart) > labelRoom(chart, width) ? TALL_ROW_HEIGHT : ROW_HEIGHT;
  return Math.round(TOP + rows * row + bottomOf(axis));
}

function optionOf(chart: Chart, { axis, width }: { axis: string; width: number }): EChartsOption {
  const horizontal = chart.form !== 'LINE';
  const labelWidth = labelRoom(chart, width);
  const cut = cutOf(chart);
  const category = {
    type: 'category' as const,
    data: chart.x.map((name) => (isDay(name) ? dayText(name) : name)),
    axisTick: { show: false },
    axisLabel: {
      color: '#444',
      hideOverlap: !horizontal,
      ...(horizontal ? { width: labelWidth, overflow: 'break' as const, interval: 0 } : {}),
    },
    ...(horizontal ? { inverse: true } : {}),
  };
  const value = {
    type: 'value' as const,
    scale: chart.form === 'LINE',
    ...(cut ? { min: cut.from, max: cut.to } : {}),
    splitNumber: width === NARROW ? 3 : 6,
    name: axis,
    nameLocation: horizontal ? ('middle' as const) : ('end' as const),
    nameGap: horizontal ? 28 : 10,
    nameTextStyle: { color: '#444', align: horizontal ? ('center' as const) : ('left' as const) },
    axisLabel: { color: '#444', hideOverlap: true, formatter: (v: number) => valueText(v, chart.unit) },
    splitLine: { lineStyle: { color: '#e6e6e6' } },
  };
  const longest = Math.max(...chart.series.flatMap((one) => one.values.map((v) => valueText(v, chart.unit).length)));
  return {
    animation: false,
    color: PALETTE,
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    legend: { show: false },
    grid: {
      left: horizontal ? labelWidth + 24 : longest * LETTER + 20,
      right: horizontal ? 36 : 24,
      top: horizontal ? TOP : axis === '' ? TOP : TOP + 20,
      bottom: horizontal ? bottomOf(axis) : 28,
    },
    xAxis: horizontal ? value : category,
    yAxis: horizontal ? category : value,
    series: chart.series.flatMap((series, i) =>
      seriesOf(chart.form, series, { color: colorOf(i), unit: chart.unit, cut }),
    ),
  };
}
