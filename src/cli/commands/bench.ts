/** Owns `bench`: the figures, measured side by side on this machine. */
import { withExample, withJson, type Register } from '../options.ts';
import { stopSignal } from '../stopSignal.ts';
import { openTerminal, table } from '../terminal.ts';

/** Adds the benchmarks; they are loaded only when asked for. */
export const registerBench: Register = (root) => {
  const bench = withJson(root.command('bench'))
    .description('measure Baton on this machine; a benchmark prints, it is no timed test')
    .option('--only <NAME>', 'one benchmark')
    .action(async (options: { only?: string; json?: boolean }) => {
      const terminal = openTerminal(options.json ?? false);
      const { runBenchmarks } = await import('../../../evals/bench/benchmarks.ts');
      const stopping = stopSignal();
      const figures = await runBenchmarks(options.only, (text) => terminal.note(text), stopping.signal).finally(() =>
        stopping.release(),
      );
      const shown = figures.map((one) => [
        one.name,
        one.value.toFixed(2),
        one.unit,
        String(one.n),
        one.p50.toFixed(2),
        one.p95.toFixed(2),
      ]);
      terminal.answer(figures, table(['benchmark', 'value', 'unit', 'n', 'p50', 'p95'], shown));
    });
  withExample(bench, 'baton bench --only metricsQuery');
};
