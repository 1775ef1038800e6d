/** Owns the reading of prose out of JSON that is still arriving: what people see while a model writes. */

/** Characters that a backslash stands for inside a JSON string. */
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: ' ',
  r: '',
  b: '',
  f: '',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/**
 * Takes pieces of JSON text and hands on the text of its string values (never of keys), a new line between two.
 * Broken JSON gives whatever strings it holds; nothing throws.
 */
export function proseStream(onText: (delta: string) => void): (piece: string) => void {
  let held = '';
  let inString = false;
  let lastMark = '';
  const marks: string[] = [];

  return (piece) => {
    held += piece;
    let out = '';
    let at = 0;
    while (at < held.length) {
      const char = held.charAt(at);
      if (!inString) {
        if (char === '"') inString = true;
        else if (char === '{' || char === '[') marks.push(char);
        else if (char === '}' || char === ']') marks.pop();
        if (char === '"' || !/\s/.test(char)) lastMark = char === '"' ? lastMark : char;
        at += 1;
        continue;
      }
      const isKey = marks.at(-1) === '{' && lastMark !== ':';
      const read = readChar(held, at);
      if (read === undefined) break;
      at += read.length;
      if (read.end) {
        inString = false;
        if (!isKey) out += '\n';
      } else if (!isKey) out += read.text;
    }
    held = held.slice(at);
    if (out !== '') onText(out);
  };
}

/** One character of a string, its escape undone; undefined while the rest of the escape has not come. */
function readChar(text: string, at: number): { length: number; text: string; end: boolean } | undefined {
  const char = text.charAt(at);
  if (char === '"') return { length: 1, text: '', end: true };
  if (char !== '\\') return { length: 1, text: char, end: false };
  const kind = text.charAt(at + 1);
  if (kind === '') return undefined;
  if (kind !== 'u') return { length: 2, text: ESCAPES[kind] ?? kind, end: false };
  const hex = text.slice(at + 2, at + 6);
  if (hex.length < 4) return undefined;
  return { length: 6, text: String.fromCharCode(Number.parseInt(hex, 16) || 0x20), end: false };
}
