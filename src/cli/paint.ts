/** Owns how text reaches a terminal: colours are ours alone, and controls that names or models bring along are made visible. */
import { styleText } from 'node:util';
import { CONTROLS } from '../domain/text.ts';
import { newId } from '../kernel/ids.ts';

/** Looks that text for people can have. */
export type Ink = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Opens a mark of ours; nobody who writes a name can know it. */
const MARK = `⟦${newId()} `;
const MARKS = new RegExp(`${MARK}(/?)(bold|dim|red|green|yellow)⟧`, 'g');

/** Text that `printed` shows in that look where the stream takes colours. */
export function paint(ink: Ink, text: string): string {
  return `${MARK}${ink}⟧${text}${MARK}/${ink}⟧`;
}

/** Text with every control character and direction override written out, such as `\x1b`; line ends and tabs stay. */
export function visible(text: string): string {
  return text.replace(CONTROLS, (sign) => {
    const code = sign.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}

/** The text of one cell or one line: its own line ends are written out too. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** Text as a stream gets it: safe, then coloured where `paint` asked for it and the stream takes colours. */
export function printed(text: string, stream: NodeJS.WriteStream): string {
  return visible(text).replace(MARKS, (_, closing: string, ink: Ink) => {
    const [open = '', close = ''] = styleText(ink, '|', { stream }).split('|');
    return closing === '' ? open : close;
  });
}

/** JSON that is safe to show: what it may leave raw in texts is escaped, which reads back the same. */
export function printedJson(document: unknown, indent: number): string {
  const text = JSON.stringify(
    document,
    (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    indent,
  );
  return text.replace(CONTROLS, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
