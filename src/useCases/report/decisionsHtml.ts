/** Owns the decision part of the HTML report: tiles, cards, what people said, what was carried out. */
import type { Figure } from '../../domain/evidence.ts';
import type { ChangeHistory, RunRecord } from '../runSummary.ts';
import { amountPair, forecastText } from './approvalText.ts';
import { strategyRows } from './strategyText.ts';
import { dayText, escapeHtml, percentText, UNKNOWN, valueText, words, wordsInside } from './valueText.ts';

/** How the run itself went, as numbers. */
export function tilesHtml(plan: RunRecord, measurement: RunRecord | null): string {
  const effects = plan.changes.flatMap((history) => history.effects);
  const decided = plan.changes.flatMap((history) => history.decisions);
  const seconds =
    plan.run.startedAt && plan.run.endedAt ? (plan.run.endedAt.getTime() - plan.run.startedAt.getTime()) / 1000 : null;
  const scored = (measurement ?? plan).cards
    .flatMap((entry) => entry.forecasts)
    .concat(plan.cards.flatMap((entry) => entry.forecasts));
  const observed = scored.filter((forecast) => forecast.state === 'SCORED').length;
  const tiles: [string, string][] = [
    [`${plan.tasks.filter((task) => task.status === 'SUCCEEDED').length} of ${plan.tasks.length}`, 'tasks done'],
    [String(plan.cards.length), 'recommendations'],
    [String(decided.length), 'verdicts by people'],
    [`${effects.filter((effect) => effect.status === 'DONE').length} of ${effects.length}`, 'effects carried out once'],
    [String(observed), 'forecasts scored'],
    ...(seconds === null
      ? []
      : [[`${valueText(seconds, 'SCORE')} s`, 'from start to end, people included'] as [string, string]]),
  ];
  return `<div class="tiles">${tiles.map(([value, label]) => `<div class="tile"><b>${escapeHtml(value)}</b><span>${escapeHtml(label)}</span></div>`).join('')}</div>`;
}

/** Each card with forecast, reasons, alternatives and record. */
export function cardsHtml(record: RunRecord): string {
  if (record.cards.length === 0) return '<p>No recommendation was made.</p>';
  return record.cards.map(({ card }) => cardHtml(card)).join('\n');
}

function cardHtml(row: RunRecord['cards'][number]['card']): string {
  const { card } = row;
  const list = (title: string, items: readonly string[]): string =>
    items.length === 0 ? '' : `<p class="meta"><b>${title}:</b> ${items.map(escapeHtml).join(' ')}</p>`;
  const alternatives = card.rejectedAlternatives.map(
    (one) =>
      `<tr><td>${escapeHtml(one.alternative)}</td><td class="number">${escapeHtml(valueText(one.score, one.unit))}</td><td>${escapeHtml(one.unit)}</td><td>${escapeHtml(one.reason)}</td></tr>`,
  );
  return `<div class="card">
<h3><span class="verb">${row.verb}</span>${escapeHtml(row.targetName)}</h3>
<p>${escapeHtml(card.action)}</p>
${card.forecast ? `<p><b>Expected:</b> ${escapeHtml(forecastText(card.forecast))}</p>` : ''}
<p>${escapeHtml(card.rationale)}</p>
<p class="meta">${card.identified ? '<span class="good">Identified</span>' : '<span class="warn">Not identified</span>'} · ${escapeHtml(words(row.status))} · ${escapeHtml(words(card.reversibility))} · expires ${escapeHtml(dayText(row.expiresOn))} · record of such advice: ${card.record.scored} scored${card.record.coverage80 === null ? '' : `, ${percentText(card.record.coverage80)} inside the forecast’s own 80% interval`}${card.record.notToldApart > 0 ? `, ${card.record.notToldApart} more only with the error of the comparison (not told apart)` : ''}</p>
${list(card.identified ? 'Left out' : 'Why not told apart', card.identifiabilityReasons)}${list('Assumes', card.assumptions)}${list('Risks', card.risks)}
<details><summary>Evidence, alternatives, dissent</summary>
<ul>${card.evidence.map((one) => `<li>${escapeHtml(one.tier)}, as of ${escapeHtml(one.asOf)}: ${escapeHtml(one.summary)}</li>`).join('')}${card.dissent.map((one) => `<li>${escapeHtml(words(one.specialist))} sees it otherwise: ${escapeHtml(one.view)}</li>`).join('')}</ul>
${card.figures.length > 0 ? figuresHtml(card.figures) : ''}
${alternatives.length > 0 ? `<div class="table"><table><caption>Considered and not chosen</caption><thead><tr><th>Alternative</th><th class="number">Score</th><th>Unit</th><th>Why not</th></tr></thead><tbody>${alternatives.join('')}</tbody></table></div>` : ''}
</details>
</div>`;
}

function figuresHtml(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const range =
      figure.lower === null || figure.upper === null
        ? UNKNOWN
        : `${valueText(figure.lower, figure.unit)} to ${valueText(figure.upper, figure.unit)}`;
    return `<tr><td>${escapeHtml(figure.label)}</td><td class="number">${escapeHtml(valueText(figure.value, figure.unit))}</td><td>${escapeHtml(figure.unit)}</td><td class="number">${escapeHtml(range)}</td><td><code>${escapeHtml(figure.path)}</code></td></tr>`;
  });
  return `<div class="table"><table><caption>Figures and where they stand in the evidence</caption><thead><tr><th>Figure</th><th class="number">Value</th><th>Unit</th><th class="number">Interval</th><th>Path</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** What was put to people, what they said, and what was carried out. */
export function changesHtml(record: RunRecord): string {
  if (record.changes.length === 0) return '<p>Nothing was proposed for approval.</p>';
  const told = new Set(record.cards.map(({ card }) => card.card.rationale));
  return `<h3>What people decided, and what was carried out</h3>${record.changes.map((history) => changeHtml(history, told)).join('\n')}`;
}

/** One change set; its reason only where no card above has `told` it. */
function changeHtml({ change, diff, decisions, effects }: ChangeHistory, told: ReadonlySet<string>): string {
  const lines = strategyRows(diff);
  const isMoney = lines.length > 0 && lines.every((line) => /^[A-Z]{3}$/.test(line.unit));
  const head = (label: string): string => `<th${isMoney ? ' class="number"' : ''}>${label}</th>`;
  const rows = lines.map((line) => {
    const { before, after } = amountPair(line);
    const effect = effects.find((one) => one.actionIndex === line.actionIndex);
    const cell = /^[A-Z]{3}$/.test(line.unit) ? '<td class="number">' : '<td>';
    return `<tr><td>${escapeHtml(line.label)}</td>${cell}${escapeHtml(before || UNKNOWN)}</td>${cell}${escapeHtml(after)}</td><td>${escapeHtml(effectWords(effect, change.state))}</td><td><code>${escapeHtml(effect?.reference ?? '')}</code></td></tr>`;
  });
  const said = decisions.map(
    (one) =>
      `<li>${escapeHtml(words(one.gate))}: <b>${escapeHtml(one.email)}</b> ${escapeHtml(wordsInside(one.verdict))}${one.reason ? `, “${escapeHtml(one.reason)}”` : ''}</li>`,
  );
  return `<div class="card">
<h3>${escapeHtml(change.title)}</h3>
<p class="meta">${escapeHtml(words(change.state))} · gates ${change.requiredGates.map((gate) => escapeHtml(wordsInside(gate))).join(', ')} · digest <code>${change.digest.slice(0, 16)}</code></p>
${told.has(change.reason) ? '' : `<p>${escapeHtml(change.reason)}</p>`}
<ul>${said.join('') || '<li>Nobody has decided yet.</li>'}</ul>
<div class="table"><table><thead><tr><th>What</th>${head('Before')}${head('After')}<th>Effect</th><th>Reference</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
</div>`;
}

/** What became of one line, in words; a file is for people to carry out. */
function effectWords(effect: ChangeHistory['effects'][number] | undefined, state: string): string {
  if (!effect) return state === 'EXECUTED' ? 'nothing to send' : 'not sent';
  if (effect.status === 'DONE' && effect.channel === 'file') return 'written for your media buyer';
  return wordsInside(effect.status);
}
