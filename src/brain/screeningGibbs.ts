/** experiment */
import type { Random } from '../kernel/random.ts';
import { normalQuantile } from './distributions.ts';
import { productsOf, type PointFit } from './screeningFit.ts';
import { shapes, type Design } from './screeningDesign.ts';
import type { Choice } from './screeningSearch.ts';
import { dot, projectOnto } from './screeningDesign.ts';

function phi(z: number): number { // normal cdf fast (Abramowitz-Stegun 7.1.26 precision 1e-7)
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const d = 0.3989422804014327 * Math.exp(-0.5 * z * z);
  const p = d * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - p : p;
}
export function gibbs(design: Design, point: PointFit, options: { draws: number; random: Random }): Choice[] {
  const { random } = options;
  const M = design.channels.length, S = shapes.length, C = design.candidates, G = design.gram;
  const b = productsOf(design, design.geos.map((g) => g.kpi));
  let yy = 0; let df = 0;
  design.geos.forEach((geo) => { const v = projectOnto(geo.baseline, geo.factor, geo.kpi); yy += dot(geo.kpi, geo.kpi) - dot(v, v); df += design.rows - 2; });
  const cand = point.choice.candidate.slice(), eff = point.choice.effect.slice();
  let s2 = point.noise;
  const TAU = Number(process.env.TAU ?? 0.3);
  const BURN = 500, THIN = Number(process.env.THIN ?? 15);
  const out: Choice[] = [];
  const lw = new Float64Array(S), mean = new Float64Array(S), sd = new Float64Array(S);
  for (let it = 0; it < BURN + options.draws * THIN; it++) {
    for (let m = 0; m < M; m++) {
      let mx = -Infinity; const ridge = s2 / (TAU * TAU);
      for (let s = 0; s < S; s++) {
        const at = m * S + s; let c = b[at]!;
        for (let o = 0; o < M; o++) if (o !== m) c -= eff[o]! * G[at * C + cand[o]!]!;
        const q = G[at * C + at]! + ridge; const mu = c / q; const sg = Math.sqrt(s2 / q);
        mean[s] = mu; sd[s] = sg; const z = mu / sg;
        const lp = z > -5 ? Math.log(phi(z) + 1e-300) + 0.5 * z * z : -Math.log(-z * 2.5066);
        lw[s] = shapes[s]!.logPrior + lp + Math.log(sg);
        if (lw[s]! > mx) mx = lw[s]!;
      }
      let tot = 0; for (let s = 0; s < S; s++) { lw[s] = Math.exp(lw[s]! - mx); tot += lw[s]!; }
      let u = random.uniform() * tot; let pick = 0; while (pick < S - 1 && (u -= lw[pick]!) > 0) pick++;
      cand[m] = m * S + pick;
      // truncated normal
      const z0 = -mean[pick]! / sd[pick]!; 
      if (z0 > 5) { eff[m] = sd[pick]! * (-Math.log(1 - random.uniform()) / z0); }
      else { const p0 = phi(z0); const p = p0 + random.uniform() * (1 - p0); eff[m] = Math.max(0, mean[pick]! + sd[pick]! * normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, p)))); }
    }
    let rss = yy; for (let m = 0; m < M; m++) { rss -= 2 * eff[m]! * b[cand[m]!]!; for (let o = 0; o < M; o++) rss += eff[m]! * eff[o]! * G[cand[m]! * C + cand[o]!]!; }
    s2 = Math.max(1e-10, rss / 2 / random.gamma(df / 2));
    if (it >= BURN && (it - BURN) % THIN === 0) out.push({ candidate: cand.slice(), effect: eff.slice() });
  }
  return out;
}
