/** Owns how reports look: one style sheet inside the file, readable on screen, on paper and in the dark. */

/** The style sheet of every HTML report. */
export const REPORT_STYLE = `
:root { --ink: #1c2330; --soft: #5c6675; --line: #dfe3e8; --ground: #ffffff; --panel: #f6f7f9; --accent: #0072B2; --good: #1a7f4b; --bad: #b3261e; --warn: #8a5a00 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --soft: #a1abb9; --line: #323a46; --ground: #14181f; --panel: #1c222b; --accent: #56B4E9; --good: #57c98c; --bad: #ff8a80; --warn: #e6b450 }
  figure svg { background: #ffffff; border-radius: 6px }
}
* { box-sizing: border-box }
body { margin: 0; color: var(--ink); background: var(--ground); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif }
main { max-width: 64rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem }
h2 { font-size: 1.35rem; margin: 3rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--line) }
h3 { font-size: 1.08rem; margin: 1.6rem 0 .4rem }
h4 { font-size: 1rem; margin: 1.2rem 0 .3rem; color: var(--soft) }
p, ul { margin: .4rem 0 .8rem; max-width: 50rem }
li { margin: .25rem 0 } li a, nav a { color: var(--accent); text-decoration: none } li a { font-size: .85rem; white-space: nowrap }
h2.first { margin-top: 1.4rem }
.lead { color: var(--soft); max-width: 50rem }
.summary { font-size: 1.05rem }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 1.4rem 0 }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem }
.tile b { display: block; font-size: 1.35rem; line-height: 1.3 }
.tile span { color: var(--soft); font-size: .85rem }
.card { border: 1px solid var(--line); border-left: 5px solid var(--accent); border-radius: 8px; padding: .9rem 1.2rem; margin: 1rem 0; background: var(--panel) }
.card h3 { margin: 0 0 .3rem } .card p, .card ul { max-width: none }
.verb { display: inline-block; font-size: .75rem; font-weight: 700; letter-spacing: .04em; padding: .1rem .5rem; border-radius: 4px; background: var(--accent); color: #fff; margin-right: .5rem; vertical-align: 2px }
.meta { color: var(--soft); font-size: .88rem; margin: .2rem 0 }
.good { color: var(--good) } .bad { color: var(--bad) } .warn { color: var(--warn) }
.table { overflow-x: auto; margin: .8rem 0 }
table { border-collapse: collapse; font-size: .9rem; min-width: 100% }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: .3rem }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line) }
th { font-weight: 600; color: var(--soft); vertical-align: bottom }
th:last-child, td:last-child { padding-right: 0 }
.number { text-align: right; font-variant-numeric: tabular-nums }
td.number { white-space: nowrap }
figure { margin: 1rem 0 }
figcaption { font-weight: 600; font-size: .92rem; margin: 0 0 .4rem }
.legend { font-weight: 400; color: var(--soft); font-size: .85rem; display: block } .legend > span { margin-right: 1rem; white-space: nowrap } .legend i { font-style: normal }
td .verb { display: block; width: max-content; margin: 0 0 .2rem }
figure svg { max-width: 100%; height: auto }
.small { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.5rem }
.small .wide { display: none } .small .narrow { display: block }
details { margin: .6rem 0; color: var(--soft); font-size: .92rem }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere }
.author { color: var(--soft); font-size: .82rem; font-style: italic }
.unavailable { border-left: 4px solid var(--warn); padding-left: .8rem; color: var(--warn) }
nav { margin: 1rem 0; font-size: .92rem; line-height: 1.9 } nav a { color: var(--accent); margin-right: 1rem; text-decoration: none }
@media (max-width: 44rem) {
  main { padding: 1.4rem 1rem 3rem }
  h1 { font-size: 1.5rem }
  .wide { display: none } .narrow { display: block }
  table { font-size: .82rem } th, td { padding-right: .6rem }
  td.number { white-space: normal }
  .tight th, .tight td { font-size: .75rem; padding-right: .4rem } .tight td:first-child { overflow-wrap: anywhere; min-width: 4rem }
  .card { padding: .8rem .9rem }
}
@media print {
  @page { margin: 14mm }
  body { font-size: 10.5pt }
  main { max-width: none; padding: 0 }
  h2, h3, h4, figcaption, caption { break-after: avoid }
  figure, tr, .tile { break-inside: avoid }
  nav, li a { display: none }
}
`;
