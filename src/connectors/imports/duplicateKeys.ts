/** Owns the search for repeated keys in a file of any length: hashes in typed arrays, 12 bytes a key at three quarters full. */

const START_SLOTS = 1 << 16;
const FULL_SHARE = 0.75;

/** Remembers keys by a 64-bit hash with the line that they stand on; two of a million differing keys meet once in 40 million files. */
export class KeyLines {
  private high = new Uint32Array(START_SLOTS);
  private low = new Uint32Array(START_SLOTS);
  private lines = new Uint32Array(START_SLOTS);
  private size = 0;

  /** Remembers the key; returns the line of the earlier same key, or 0. */
  add(key: string, line: number): number {
    if (this.size >= this.lines.length * FULL_SHARE) this.grow();
    const { high, low } = hash64(key);
    const slot = this.slotOf(high, low);
    const held = this.lines[slot] ?? 0;
    if (held !== 0) return held;
    this.high[slot] = high;
    this.low[slot] = low;
    this.lines[slot] = line;
    this.size += 1;
    return 0;
  }

  private slotOf(high: number, low: number): number {
    const mask = this.lines.length - 1;
    let slot = (high ^ low) & mask;
    while (this.lines[slot] !== 0 && (this.high[slot] !== high || this.low[slot] !== low)) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const old = { high: this.high, low: this.low, lines: this.lines };
    const slots = old.lines.length * 2;
    this.high = new Uint32Array(slots);
    this.low = new Uint32Array(slots);
    this.lines = new Uint32Array(slots);
    old.lines.forEach((line, at) => {
      if (line === 0) return;
      const slot = this.slotOf(old.high[at] ?? 0, old.low[at] ?? 0);
      this.high[slot] = old.high[at] ?? 0;
      this.low[slot] = old.low[at] ?? 0;
      this.lines[slot] = line;
    });
  }
}

/** Two independent 32-bit hashes of a text (multiply and xor over UTF-16 units, then mixed). */
function hash64(text: string): { high: number; low: number } {
  let high = 0x811c9dc5;
  let low = 0x1b873593;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b) + 0x9e3779b9;
    low = (low << 13) | (low >>> 19);
  }
  high = Math.imul(high ^ (high >>> 16), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 15), 0x2c1b3c6d);
  return { high: (high ^ (high >>> 13)) >>> 0, low: (low ^ (low >>> 12)) >>> 0 };
}
