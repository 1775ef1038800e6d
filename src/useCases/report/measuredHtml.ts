/** Owns what came of a run in the HTML report: each forecast against its outcome, by its own interval and by the one with the error of the comparison. */
import type { RunRecord } from '../runSummary.ts';
import { chartFigure } from './charts.ts';
import { cardsHtml } from './decisionsHtml.ts';
import { measuredForecasts, type MeasuredForecast } from './measuredForecasts.ts';
import { escapeHtml, UNKNOWN, valueText, words, wordsInside } from './valueText.ts';

/** A forecast beside its outcome in one sentence. */
export function outcomeText({ card, forecast, judged, verdict }: MeasuredForecast): string {
  const { unit } = forecast;
  const own = rangeText(ownInterval(forecast), unit);
  const place =
    verdict === null
      ? wordsInside(forecast.state)
      : `${valueText(forecast.observed, unit)} came, ${verdict === 'INSIDE' ? 'inside' : 'outside'} its own 80% interval of ${own}${verdict === 'NOT_TOLD_APART' ? ` and inside ${rangeText(judged, unit)}, which it is with the error of the comparison: not told apart` : ''}`;
  return `${card}: ${valueText(forecast.mean, unit)} forecast; ${place}.`;
}

/** Forecast against outcome, learnings, and the cards that cite them. */
export async function measurementHtml(plan: RunRecord, measurement: RunRecord): Promise<string> {
  const measured = measuredForecasts(plan.cards);
  const figures = await Promise.all(measured.filter((one) => one.verdict !== null).map(measuredFigure));
  const learnings = measurement.learnings
    .map((learning) => `<li>${escapeHtml(learning.content.statement)}</li>`)
    .join('');
  return `<p>A change can only be seen against what would have happened without it, and that is an estimate too. An outcome counts as inside only in the forecast’s own 80% interval. Where it lies outside that and inside the interval widened by the error of the comparison, the comparison is too coarse to tell: not told apart.</p>
${figures.length > 0 ? `<div class="small">${figures.join('')}</div>` : ''}
<div class="table"><table class="tight"><caption>Forecast and outcome</caption><thead><tr><th>Card</th><th class="number">Forecast</th><th class="number">80% interval of the forecast</th><th class="number">With the error of the comparison</th><th class="number">Observed</th><th>Verdict</th></tr></thead><tbody>${measured.map(measuredRow).join('')}</tbody></table></div>
<h3>What was learned</h3><ul>${learnings || '<li>Nothing was due yet.</li>'}</ul>
${measurement.cards.length > 0 ? `<h3>What follows from it</h3>${cardsHtml(measurement)}` : ''}`;
}

function measuredRow({ card, forecast, judged, verdict }: MeasuredForecast): string {
  const { unit, quantity, mean, observed, state } = forecast;
  const kpi = `${words(forecast.kpi)}${quantity === 'DELTA' ? ', change' : ''}${/^[A-Z]{3}$/.test(unit) ? ` (${unit})` : ''}`;
  const place = verdict === null ? words(state) : BADGES[verdict];
  const numbers = [
    valueText(mean, unit),
    rangeText(ownInterval(forecast), unit),
    rangeText(judged, unit),
    valueText(observed, unit),
  ].map((text) => `<td class="number">${escapeHtml(text)}</td>`);
  return `<tr><td>${escapeHtml(card)}<br><span class="meta">${escapeHtml(kpi)}</span></td>${numbers.join('')}<td>${place}</td></tr>`;
}

/** Green stands for the forecast's own interval alone. */
const BADGES = {
  INSIDE: '<span class="good">inside</span>',
  NOT_TOLD_APART: '<span>not told apart</span>',
  OUTSIDE: '<span class="bad">outside</span>',
} as const;

function ownInterval(forecast: MeasuredForecast['forecast']): { lower: number; upper: number } | null {
  return forecast.intervals.find((one) => one.level === 0.8) ?? null;
}

function rangeText(range: { readonly lower: number; readonly upper: number } | null, unit: string): string {
  return range ? `${valueText(range.lower, unit)} to ${valueText(range.upper, unit)}` : UNKNOWN;
}

/** One forecast beside its outcome, on an axis of its own. */
function measuredFigure({ card, forecast, judged }: MeasuredForecast): Promise<string> {
  return chartFigure(
    {
      title: card,
      form: 'INTERVAL',
      unit: forecast.unit,
      evidenceId: forecast.evidenceId,
      path: '',
      x: [words(forecast.kpi)],
      series: [
        {
          name: 'Forecast, 80% with error of comparison',
          values: [forecast.mean],
          lower: [judged?.lower ?? null],
          upper: [judged?.upper ?? null],
        },
        { name: 'Observed', values: [forecast.observed] },
      ],
    },
    /^[A-Z]{3}$/.test(forecast.unit) ? forecast.unit : forecast.quantity === 'DELTA' ? 'change' : '',
  );
}
