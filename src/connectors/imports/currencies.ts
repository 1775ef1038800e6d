/** Owns which currency an amount is in, and its conversion into the reporting currency of the workspace. */
import { AppError } from '../../kernel/errors.ts';
import { textCell } from './cells.ts';
import type { ColumnUse } from './columns.ts';
import { isCurrency } from './headerNames.ts';
import { columnOf, type ImportOptions, type ImportProblem, type RowContext } from './rowContext.ts';
import type { TableRow } from './table.ts';

const RATE_SCALE = 1_000_000_000_000n;

/** Signs that stand for one currency alone. */
const SIGNS: readonly (readonly [string, string])[] = [
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['zł', 'PLN'],
  ['₹', 'INR'],
  ['R$', 'BRL'],
];

/** Currencies that write `$`. */
const DOLLARS: ReadonlySet<string> = new Set([
  'USD',
  'CAD',
  'AUD',
  'NZD',
  'SGD',
  'HKD',
  'TWD',
  'MXN',
  'ARS',
  'CLP',
  'COP',
  'BRL',
  'JMD',
  'BSD',
  'BZD',
  'FJD',
  'TTD',
]);

/** Converts the money of one file. */
export interface MoneyConverter {
  /** Micros in the reporting currency; null when the currency is not known or has no rate (then a problem was reported). */
  convert(row: TableRow, column: ColumnUse, micros: bigint): bigint | null;
}

/** Checks currency codes and rates before a file is read. @throws BAD_USER_INPUT naming the option */
export function checkCurrencyOptions(options: ImportOptions): void {
  const codes = [
    options.reportingCurrency,
    ...(options.currency === undefined ? [] : [options.currency]),
    ...Object.keys(options.rates ?? {}),
  ];
  for (const code of codes) {
    if (!isCurrency(code))
      throw new AppError('BAD_USER_INPUT', `"${code}" is not a currency.`, {
        hint: 'Use an ISO 4217 code in capitals, such as EUR.',
      });
  }
  for (const [code, rate] of Object.entries(options.rates ?? {})) scaledRate(code, rate);
}

/**
 * The converter of a file. The currency of an amount is its header's suffix, else the currency column, else the sign in the cell, else the
 * one suffix that other headers of the file bear, else `--currency`, else (a wide mix-model file only) the reporting currency.
 */
export function moneyConverter(context: RowContext): MoneyConverter {
  const { options, sink, forms } = context;
  const currencyColumn = columnOf(context.mapping, 'currency');
  const fallback = options.currency ?? (context.preset.shape === 'WIDE' ? options.reportingCurrency : null);
  const rates = new Map(Object.entries(options.rates ?? {}).map(([code, rate]) => [code, scaledRate(code, rate)]));
  const suffixes = new Set(context.mapping.columns.flatMap(({ currency }) => (currency === null ? [] : [currency])));
  const shared = suffixes.size === 1 ? ([...suffixes][0] ?? null) : null;
  const told = new Set<string>();
  const once = (problem: ImportProblem): null => {
    const key = `${problem.column} ${problem.found} ${problem.expected}`;
    if (!told.has(key)) sink.problem(problem);
    told.add(key);
    return null;
  };

  return {
    convert(row, column, micros) {
      const raw = row.cells[column.index] ?? '';
      const inColumn = currencyColumn ? textCell(context, row, currencyColumn)?.toUpperCase() : null;
      const stated = column.currency ?? inColumn ?? signOf(raw) ?? shared;
      const at = {
        line: row.line,
        column: column.currency === null ? (currencyColumn?.header ?? column.header) : column.header,
      };
      if (stated !== null && !isCurrency(stated))
        return once({
          ...at,
          found: stated,
          expected: 'an ISO 4217 currency such as EUR',
          mend: 'Correct the currency column.',
        });
      if (stated !== null && options.currency !== undefined && stated !== options.currency) {
        return once({
          ...at,
          found: stated,
          expected: `${options.currency}, as --currency says`,
          mend: `Leave --currency out: the file names its own currency.`,
        });
      }
      const currency = stated ?? fallback;
      if (currency === null) {
        if (micros === 0n) return 0n;
        return once({
          ...at,
          found: 'money without a currency',
          expected: 'a currency',
          mend: `Say which one it is: --currency ${raw.includes('$') ? 'USD' : options.reportingCurrency}.`,
        });
      }
      if (raw.includes('$') && !DOLLARS.has(currency)) {
        return once({
          ...at,
          found: raw.trim(),
          expected: `an amount in ${currency}`,
          mend: 'The cell bears a dollar sign: give the right --currency, such as USD, and its --rate.',
        });
      }
      if (forms.observing) forms.currencies.add(currency);
      if (currency === options.reportingCurrency) return micros;
      const rate = rates.get(currency);
      if (rate !== undefined) return convertMicros(micros, rate);
      return once({
        ...at,
        found: currency,
        expected: `${options.reportingCurrency}, the reporting currency of the workspace`,
        mend: `Give the rate: --rate ${currency}=0.92 (units of ${options.reportingCurrency} for one ${currency}).`,
      });
    },
  };
}

/** The currency that the sign of a cell names beyond doubt. */
function signOf(raw: string): string | null {
  const last = raw.charCodeAt(raw.length - 1);
  if (raw.charCodeAt(0) <= 57 && last <= 57 && last !== 36) return null;
  return SIGNS.find(([sign]) => raw.includes(sign))?.[1] ?? null;
}

function convertMicros(micros: bigint, rate: bigint): bigint {
  const product = micros * rate;
  const half = product < 0n ? -RATE_SCALE / 2n : RATE_SCALE / 2n;
  return (product + half) / RATE_SCALE;
}

/** A rate as an integer scaled by 10^12. */
function scaledRate(code: string, rate: string): bigint {
  const match = /^(\d{1,9})(?:\.(\d{1,12}))?$/.exec(rate.trim());
  const scaled = match ? BigInt(match[1] ?? '0') * RATE_SCALE + BigInt((match[2] ?? '').padEnd(12, '0')) : 0n;
  if (scaled > 0n) return scaled;
  throw new AppError('BAD_USER_INPUT', `--rate ${code}=${rate}: "${rate}" is not a rate.`, {
    hint: `Write the units of the reporting currency for one ${code}, such as --rate ${code}=0.92.`,
  });
}
