/** Owns how tests read import files: sources from text, bytes or a fixture, and a plan with its facts. */
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ByteSource } from '../../src/connectors/imports/byteText.ts';
import type { ImportPlan } from '../../src/connectors/imports/importPlan.ts';
import { planImport } from '../../src/connectors/imports/planImport.ts';
import { readFacts } from '../../src/connectors/imports/readFacts.ts';
import type { ImportOptions } from '../../src/connectors/imports/rowContext.ts';
import type { Fact, PerformanceFact } from '../../src/domain/facts.ts';

/** Options of a workspace that reports in EUR on the last day of June 2026. */
export const importDefaults: ImportOptions = { reportingCurrency: 'EUR', businessDate: '2026-06-30' };

/** A source of a text, cut into pieces of a few bytes so that nothing depends on where a chunk ends. */
export function textSource(text: string | Uint8Array, pieceBytes = 7): ByteSource {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  return async function* () {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  };
}

/** A source of a fixture of the folder `fixtures/imports`. */
export function fixtureSource(name: string): ByteSource {
  return () => createReadStream(fileURLToPath(new URL(`./fixtures/imports/${name}`, import.meta.url)));
}

/** Plans a source. */
export function plan(source: ByteSource, options: Partial<ImportOptions> = {}): Promise<ImportPlan> {
  return planImport(source, { ...importDefaults, ...options });
}

/** Plans a source and reads all its facts. */
export async function planAndRead(
  source: ByteSource,
  options: Partial<ImportOptions> = {},
): Promise<{ plan: ImportPlan; facts: Fact[] }> {
  const planned = await plan(source, options);
  const facts: Fact[] = [];
  for await (const batch of readFacts(source, planned)) facts.push(...batch);
  return { plan: planned, facts };
}

/** The performance facts among facts. */
export function performanceOf(facts: readonly Fact[]): PerformanceFact[] {
  return facts.filter((fact) => fact.table === 'performance');
}

/** Sum of a money measure in currency units. */
export function moneyUnits(facts: readonly Fact[], measure: keyof PerformanceFact['money']): number {
  return Number(performanceOf(facts).reduce((sum, { money }) => sum + (money[measure] ?? 0n), 0n)) / 1e6;
}

/** Sum of a count. */
export function countSum(facts: readonly Fact[], measure: keyof PerformanceFact['counts']): number {
  return Number(performanceOf(facts).reduce((sum, { counts }) => sum + (counts[measure] ?? 0n), 0n));
}
