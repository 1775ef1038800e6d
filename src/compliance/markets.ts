/** Owns which market lies in which: the European Union holds its member states, `ALL` holds everything. */

const EU_MEMBERS: ReadonlySet<string> = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(' '),
);

/** Whether something that holds in `scope` holds in `market`; codes are ISO 3166 alpha-2, `EU`, `UK` or `ALL`, in any case. */
export function marketCovers(scope: string, market: string): boolean {
  const outer = codeOf(scope);
  const inner = codeOf(market);
  return outer === 'ALL' || outer === inner || (outer === 'EU' && EU_MEMBERS.has(inner));
}

/** Whether a text for `market` may meet the law of `scope`: also when the market holds the scope, or is all of them. */
export function marketMeets(scope: string, market: string): boolean {
  return marketCovers(scope, market) || marketCovers(market, scope);
}

function codeOf(market: string): string {
  const code = market.trim().toUpperCase();
  if (code === '' || code === 'GLOBAL' || code === 'WORLD') return 'ALL';
  if (code === 'GB' || code === 'UNITED KINGDOM') return 'UK';
  if (code === 'USA' || code === 'UNITED STATES') return 'US';
  return code === 'GERMANY' || code === 'DACH' ? 'DE' : (code.split(/[-_]/)[0] ?? code);
}
