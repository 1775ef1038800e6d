/** Owns how one series of a chart is drawn: lines with bands, bars, dots, and intervals that are always seen. */
import type { CustomSeriesRenderItem, EChartsOption } from 'echarts';
import type { Chart } from '../../domain/artifacts/shape.ts';
import { valueText } from './valueText.ts';

/** Colours that stay apart for colour-blind readers (Okabe and Ito 2008). */
export const PALETTE = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#999999', '#000000'];

/** Colour of the series at an index. */
export function colorOf(index: number): string {
  return PALETTE[index % PALETTE.length] ?? '#000000';
}

type Series = Chart['series'][number];
type Drawn = NonNullable<Extract<EChartsOption['series'], unknown[]>>;

/** How a series is to look. */
export interface Look {
  readonly color: string;
  readonly unit: string;
  /** Where the value axis is cut; null where it holds every interval. */
  readonly cut: { readonly from: number; readonly to: number } | null;
}

/** A series as the drawing library takes it. */
export function seriesOf(form: Chart['form'], series: Series, look: Look): Drawn {
  const { color } = look;
  if (form === 'LINE') {
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
  if (form === 'BAR')
    return [
      { type: 'bar' as const, name: series.name, data: series.values, barMaxWidth: 16, itemStyle: { color } },
      ...intervalsOf(series, look),
    ];
  const dots = {
    type: 'scatter' as const,
    name: series.name,
    symbol: series.lower ? 'circle' : 'diamond',
    symbolSize: series.lower ? 9 : 13,
    itemStyle: { color },
    z: 4,
    data: series.values.flatMap((value, i) => (value === null ? [] : [[value, i]])),
  };
  return [...intervalsOf(series, look), dots];
}

/** A shaded band between lower and upper: an invisible line, and the difference stacked on it. */
function bandOf(series: Series, color: string): Drawn {
  const { lower, upper } = series;
  if (!lower || !upper) return [];
  const shared = {
    type: 'line' as const,
    stack: `band ${series.name}`,
    stackStrategy: 'all' as const,
    showSymbol: false,
    lineStyle: { opacity: 0 },
    itemStyle: { color },
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

/** A whisker from lower to upper in each row; the value axis counts both ends, and an end beyond a cut is an arrow with its number. */
function intervalsOf(series: Series, look: Look): Drawn {
  const { lower, upper } = series;
  if (!lower || !upper) return [];
  const data = series.values.flatMap((_value, i) => {
    const [from, to] = [lower[i] ?? null, upper[i] ?? null];
    return from === null || to === null ? [] : [[from, to, i]];
  });
  return [
    {
      type: 'custom' as const,
      name: `${series.name} interval`,
      silent: true,
      z: 3,
      encode: { x: [0, 1], y: 2 },
      data,
      renderItem: whisker(look),
    },
  ];
}

/** Half the height of the stroke at a whisker's end, in pixels. */
const CAP = 5;

function whisker({ color, unit, cut }: Look): CustomSeriesRenderItem {
  return (_params, api) => {
    const row = Number(api.value(2));
    const at = (value: number): [number, number] => {
      const [x = 0, y = 0] = api.coord([value, row]);
      return [x, y];
    };
    const end = (value: number, side: -1 | 1) => {
      const edge = side < 0 ? cut?.from : cut?.to;
      const beyond = edge !== undefined && (side < 0 ? value < edge : value > edge);
      const [x, y] = at(beyond ? edge : value);
      const stroke = { stroke: color, lineWidth: 2, fill: 'none' };
      if (!beyond) return { x, y, marks: [line([x, y - CAP], [x, y + CAP], stroke)] };
      const points: Point[] = [-CAP, 0, CAP].map((dy) => [x - side * (dy === 0 ? 0 : CAP), y + dy]);
      const arrow = { type: 'polyline' as const, shape: { points }, style: stroke };
      const text = {
        type: 'text' as const,
        style: {
          text: `to ${valueText(value, unit)}`,
          x: x - side * 2,
          y: y - CAP - 2,
          fill: '#444',
          fontSize: 11,
          align: side > 0 ? ('right' as const) : ('left' as const),
          verticalAlign: 'bottom' as const,
        },
      };
      return { x, y, marks: [arrow, text] };
    };
    const [from, to] = [end(Number(api.value(0)), -1), end(Number(api.value(1)), 1)];
    const body = line([from.x, from.y], [to.x, to.y], { stroke: color, lineWidth: 2, fill: 'none' });
    return { type: 'group', children: [body, ...from.marks, ...to.marks] };
  };
}

type Point = [number, number];
interface Stroke {
  stroke: string;
  lineWidth: number;
  fill: string;
}

function line(from: Point, to: Point, style: Stroke) {
  return { type: 'line' as const, shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style };
}
