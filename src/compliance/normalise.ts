/**
 * Owns the views of a text that rules read: Unicode compatibility forms, look-alikes, invisible characters, digits for letters
 * and spaced-out words undone, each character mapped back to where it stands in the text as written.
 */

/** A normalised text; character i of it stands for the original's half-open UTF-16 range `starts[i]` to `ends[i]`. */
export interface View {
  readonly text: string;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Characters of other scripts that pass for Latin letters (a working subset of Unicode TR39 confusables), already lower case. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    в: 'b',
    с: 'c',
    ԁ: 'd',
    е: 'e',
    ғ: 'f',
    һ: 'h',
    і: 'i',
    ј: 'j',
    к: 'k',
    ӏ: 'l',
    м: 'm',
    н: 'h',
    о: 'o',
    р: 'p',
    ԛ: 'q',
    г: 'r',
    ѕ: 's',
    т: 't',
    ѵ: 'v',
    ԝ: 'w',
    х: 'x',
    у: 'y',
    α: 'a',
    β: 'b',
    ε: 'e',
    ι: 'i',
    κ: 'k',
    ν: 'v',
    ο: 'o',
    ρ: 'p',
    τ: 't',
    υ: 'u',
    χ: 'x',
    ɑ: 'a',
    ɡ: 'g',
    ɩ: 'i',
    ı: 'i',
    ł: 'l',
    ø: 'o',
    đ: 'd',
    '\u2018': "'",
    '\u2019': "'",
    '\u201b': "'",
    '\u201c': '"',
    '\u201d': '"',
    '\u201e': '"',
    '\u00ab': '"',
    '\u00bb': '"',
    '\u2010': '-',
    '\u2011': '-',
    '\u2012': '-',
    '\u2013': '-',
    '\u2014': '-',
    '\u2212': '-',
    '\u2215': '/',
    '\u2044': '/',
  }),
);
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const LEET: ReadonlyMap<string, string> = new Map(
  Object.entries({ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' }),
);

/** All views of a text, the plain one first; the others only where they differ. */
export function viewsOf(text: string): View[] {
  const plain = plainView(text);
  const views = [plain];
  for (const one of ['i', 'l']) {
    const leet = undoLeet(plain.text, one);
    if (views.every((view) => view.text !== leet)) views.push({ ...plain, text: leet });
  }
  const closed = closeSpacedWords(plain);
  if (closed) views.push(closed);
  return views;
}

/** The half-open range of the original that a range of a view stands for. */
export function originalSpan(view: View, start: number, end: number): { start: number; end: number } {
  return { start: view.starts[start] ?? 0, end: view.ends[end - 1] ?? 0 };
}

/** A phrase as it looks in a plain view, for comparing. */
export function plainText(text: string): string {
  return plainView(text).text.replace(/\s+/g, ' ').trim();
}

function plainView(text: string): View {
  const chars: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  // A base character with its marks is one cluster: only together do they have a compatibility form.
  for (const match of text.matchAll(/[\s\S]\p{M}*/gu)) {
    const [cluster] = match;
    const from = match.index;
    for (const char of fold(cluster)) {
      for (const unit of char.split('')) {
        chars.push(unit);
        starts.push(from);
        ends.push(from + cluster.length);
      }
    }
  }
  return { text: chars.join(''), starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}

function fold(cluster: string): string[] {
  const kept: string[] = [];
  for (const char of cluster.normalize('NFKC').toLowerCase()) {
    if (INVISIBLE.test(char) || /\p{M}/u.test(char)) continue;
    kept.push(LOOK_ALIKES.get(char) ?? (/\s/.test(char) && char !== '\n' ? ' ' : char));
  }
  return kept;
}

/** Digits and signs that stand for letters, where a word has letters on both sides of them or two before or after. */
function undoLeet(text: string, one: string): string {
  return text.replace(/[\p{L}\d@$!]+/gu, (word) => {
    if ((word.match(/\p{L}/gu) ?? []).length < 2 || /^\d+\p{L}{1,3}$/u.test(word)) return word;
    const inner = word.replace(/(?<=\p{L})[0134557@$!]{1,2}(?=\p{L})/gu, (run) => letters(run, one));
    const led = inner.replace(/^[0134557@$]{1,2}(?=\p{L}{2})/u, (run) => letters(run, one));
    return led.replace(/(?<=\p{L}{2})[013457]{1,2}$/u, (run) => letters(run, one));
  });
}

function letters(run: string, one: string): string {
  return Array.from(run, (char) => (char === '1' ? one : (LEET.get(char) ?? char))).join('');
}

/** `g u a r a n t e e d` closed up; undefined where nothing is spaced out. */
function closeSpacedWords(view: View): View | undefined {
  const keep = new Uint8Array(view.text.length).fill(1);
  let found = false;
  for (const match of view.text.matchAll(/(?<![\p{L}\p{N}])\p{L}(?:[ ._*-]\p{L}(?![\p{L}\p{N}])){3,}/gu)) {
    found = true;
    for (let i = match.index; i < match.index + match[0].length; i += 1)
      if (/[ ._*-]/.test(view.text.charAt(i))) keep[i] = 0;
  }
  if (!found) return undefined;
  const chosen = [...keep.keys()].filter((i) => keep[i] === 1);
  return {
    text: chosen.map((i) => view.text.charAt(i)).join(''),
    starts: Int32Array.from(chosen, (i) => view.starts[i] ?? 0),
    ends: Int32Array.from(chosen, (i) => view.ends[i] ?? 0),
  };
}
