/** Owns charts as SVG text, drawn on the server without a browser. */
import type { EChartsOption } from 'echarts';
import type { Chart } from '../../domain/artifacts/shape.ts';
import { escapeHtml, valueText } from './valueText.ts';

const WIDTH = 760;
const HEIGHT = 300;
/** Colours that stay apart for colour-blind readers (Okabe and Ito 2008). */
const PALETTE = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#999999', '#000000'];

/** A chart as an `<svg>` element with a title for screen readers; empty text for a chart without data. */
export async function chartSvg(chart: Chart): Promise<string> {
  if (chart.x.length === 0 || chart.series.length === 0) return '';
  const { init } = await import('echarts');
  const instance = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    instance.setOption(optionOf(chart));
    const svg = instance.renderToSVGString();
    return svg.replace(/<svg /, `<svg role="img" aria-label="${escapeHtml(chart.title)}" `);
  } finally {
    instance.dispose();
  }
}

function optionOf(chart: Chart): EChartsOption {
  const horizontal = chart.form !== 'LINE';
  const category = {
    type: 'category' as const,
    data: chart.x,
    axisTick: { show: false },
    ...(horizontal ? { inverse: true, axisLabel: { width: 170, overflow: 'truncate' as const } } : {}),
  };
  const value = {
    type: 'value' as const,
    scale: chart.form === 'LINE',
    axisLabel: { formatter: (v: number) => valueText(v, chart.unit) },
    splitLine: { lineStyle: { color: '#e6e6e6' } },
  };
  return {
    animation: false,
    color: PALETTE,
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    title: { text: chart.title, textStyle: { fontSize: 14, fontWeight: 'bold' }, left: 0 },
    legend: chart.series.length > 1 ? { top: 24, left: 0, icon: 'roundRect', itemHeight: 8 } : { show: false },
    grid: { left: 12, right: 24, top: chart.series.length > 1 ? 60 : 40, bottom: 12, containLabel: true },
    xAxis: horizontal ? value : category,
    yAxis: horizontal ? category : value,
    series: chart.series.flatMap((series, i) => seriesOf(chart, series, PALETTE[i % PALETTE.length] ?? '#000')),
  };
}

type ChartSeries = Chart['series'][number];

function seriesOf(
  chart: Chart,
  series: ChartSeries,
  color: string,
): NonNullable<Extract<EChartsOption['series'], unknown[]>> {
  if (chart.form === 'LINE') {
    const line = {
      type: 'line' as const,
      name: series.name,
      data: series.values,
      showSymbol: false,
      lineStyle: { width: 2 },
      itemStyle: { color },
    };
    return [...bandOf(series, color), line];
  }
  const bars =
    chart.form === 'BAR'
      ? [{ type: 'bar' as const, name: series.name, data: series.values, barMaxWidth: 18, itemStyle: { color } }]
      : [];
  return [...bars, ...intervalOf(series, color, chart.form === 'INTERVAL')];
}

/** A shaded band between lower and upper: an invisible line, and the difference stacked on it. */
function bandOf(series: ChartSeries, color: string): NonNullable<Extract<EChartsOption['series'], unknown[]>> {
  const { lower, upper } = series;
  if (!lower || !upper) return [];
  const shared = {
    type: 'line' as const,
    stack: `band ${series.name}`,
    showSymbol: false,
    lineStyle: { opacity: 0 },
    silent: true,
  };
  const height = upper.map((top, i) =>
    top === null || lower[i] === null || lower[i] === undefined ? null : top - lower[i],
  );
  return [
    { ...shared, name: `${series.name} lower`, data: lower },
    { ...shared, name: `${series.name} band`, data: height, areaStyle: { color, opacity: 0.18 } },
  ];
}

/** A whisker from lower to upper and, for interval charts, a dot at the value; one a row. */
function intervalOf(
  series: ChartSeries,
  color: string,
  withDot: boolean,
): NonNullable<Extract<EChartsOption['series'], unknown[]>> {
  const dots = withDot
    ? [
        {
          type: 'scatter' as const,
          name: series.name,
          symbolSize: 9,
          itemStyle: { color },
          data: series.values.map((v, i) => [v, i]),
        },
      ]
    : [];
  const { lower, upper } = series;
  if (!lower || !upper) return dots;
  const spans = series.values.flatMap((_value, i) => {
    const [from, to] = [lower[i], upper[i]];
    return from === null || from === undefined || to === null || to === undefined
      ? []
      : [[{ coord: [from, i] }, { coord: [to, i] }]];
  });
  const whiskers = {
    type: 'scatter' as const,
    name: `${series.name} interval`,
    data: [],
    markLine: {
      silent: true,
      symbol: ['none', 'none'],
      label: { show: false },
      lineStyle: { color, width: 2, type: 'solid' as const },
      data: spans,
    },
  };
  return [...dots, whiskers] as NonNullable<Extract<EChartsOption['series'], unknown[]>>;
}
