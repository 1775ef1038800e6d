/** Owns `memory search`. */
import { numberOption, inWorkspace, withExample, withPlace, type PlaceOptions, type Register } from '../options.ts';
import { paint } from '../paint.ts';
import { searchMemory } from '../../useCases/brandDocuments.ts';
import { valueText } from '../../useCases/report/valueText.ts';

/** Adds the commands of memory. */
export const registerMemory: Register = (root, runtime) => {
  const memory = root.command('memory').description('what Baton knows of the brand and has learned');
  withExample(memory, 'baton memory search "tone of voice" --limit 3');
  const search = withPlace(memory.command('search'), false)
    .description('search brand material, learnings and playbooks; hits with score parts and provenance')
    .argument('<text>', 'what to look for')
    .option('--limit <N>', 'hits at the most', '8')
    .action((text: string, options: PlaceOptions & { limit: string }) =>
      inWorkspace(runtime, options, async ({ caller, terminal, signal }) => {
        const hits = await searchMemory(caller, { text, limit: numberOption('--limit', options.limit) }, signal);
        const lines = hits.map((hit) =>
          [
            `${paint('bold', [...new Set([hit.provenance.title, ...hit.provenance.headingPath])].join(' › '))}  ${valueText(hit.score, 'SCORE')} (words ${valueText(hit.parts.lexical, 'SCORE')}, meaning ${valueText(hit.parts.semantic, 'SCORE')})`,
            `  ${hit.text.replace(/\s+/g, ' ').slice(0, 220)}`,
            paint(
              'dim',
              `  ${hit.kind.toLowerCase()}, ${hit.provenance.source} ${hit.provenance.span.start}–${hit.provenance.span.end}, ${hit.provenance.trust.toLowerCase()}`,
            ),
          ].join('\n'),
        );
        terminal.answer(hits, hits.length === 0 ? 'Nothing fits.' : lines.join('\n\n'));
      }),
    );
  withExample(search, 'baton memory search "how do we speak about energy savings"');
};
