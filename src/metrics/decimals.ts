/** Owns the exact decimal text of sums: money from micros, counts without needless digits. */

/** Decimal text of a sum; micros become units of the currency with at least two decimals, other sums lose trailing zeros. */
export function decimalText(sum: string, isMicros: boolean): string {
  const negative = sum.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? sum.slice(1) : sum).split('.');
  const [digits, decimals] = isMicros
    ? [whole.padStart(7, '0').slice(0, -6), whole.padStart(7, '0').slice(-6)]
    : [whole, fraction];
  const trimmed = decimals.replace(/0+$/, '').padEnd(isMicros ? 2 : 0, '0');
  return `${negative ? '-' : ''}${digits}${trimmed === '' ? '' : `.${trimmed}`}`;
}
