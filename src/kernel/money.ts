/** Owns money: whole minor units or micros of a currency, never a float; parsing and printing. */
import { AppError } from './errors.ts';

/** Micros in one unit of any currency; spend and revenue are stored in micros as 64-bit integers. */
const MICROS_PER_UNIT = 1_000_000;

/** Digits after the decimal sign, where they are not two (ISO 4217). */
const EXPONENTS: Readonly<Record<string, number>> = {
  BHD: 3,
  CLP: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  TND: 3,
  UGX: 0,
  VND: 0,
  XAF: 0,
  XOF: 0,
};

/** Digits after the decimal sign of a currency's minor unit (ISO 4217). @throws BAD_USER_INPUT for no currency code. */
export function currencyExponent(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw new AppError('BAD_USER_INPUT', `"${currency}" is not a currency.`, {
      hint: 'Use an ISO 4217 code such as EUR.',
    });
  }
  return EXPONENTS[currency] ?? 2;
}

/** Micros of a decimal amount such as `1234.56`, exact to the micro, half away from zero. @throws BAD_USER_INPUT for no number. */
export function microsFromDecimal(text: string): bigint {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text.trim());
  if (!match || (match[2] === '' && (match[3] ?? '') === '')) {
    throw new AppError('BAD_USER_INPUT', `"${text}" is not a decimal amount.`, { hint: 'Write it as 1234.56.' });
  }
  const shift = Number(match[4] ?? 0);
  if (Math.abs(shift) > 18) throw new AppError('BAD_USER_INPUT', `"${text}" is out of range for money.`);
  const digits = `${match[2] ?? ''}${match[3] ?? ''}`;
  const point = (match[2] ?? '').length + shift + 6;
  const padded = digits.padEnd(Math.max(point + 1, digits.length), '0');
  const whole = point <= 0 ? '0' : padded.slice(0, point);
  const roundUp = (point < 0 ? '0' : (padded[point] ?? '0')) >= '5' ? 1n : 0n;
  const magnitude = BigInt(whole === '' ? '0' : whole) + roundUp;
  return match[1] === '-' ? -magnitude : magnitude;
}

/** Micros as a number of currency units, for arithmetic of the Brain and for charts; exact below 9 billion units. */
export function unitsFromMicros(micros: bigint): number {
  return Number(micros) / MICROS_PER_UNIT;
}

/** A number of currency units as micros, rounded to the micro. @throws BAD_USER_INPUT when it is not finite. */
export function microsFromUnits(units: number): bigint {
  if (!Number.isFinite(units)) throw new AppError('BAD_USER_INPUT', `${units} is not an amount of money.`);
  return BigInt(Math.round(units * MICROS_PER_UNIT));
}

/** Micros as whole minor units of the currency (cents for EUR), half away from zero. */
export function minorFromMicros(micros: bigint, currency: string): bigint {
  const divisor = 10n ** BigInt(6 - currencyExponent(currency));
  const half = divisor / 2n;
  return (micros >= 0n ? micros + half : micros - half) / divisor;
}

/** Whole minor units as micros. */
export function microsFromMinor(minor: bigint, currency: string): bigint {
  return minor * 10n ** BigInt(6 - currencyExponent(currency));
}

/** Micros as text for people: `EUR 1,234.50`. */
export function formatMoney(micros: bigint, currency: string): string {
  const exponent = currencyExponent(currency);
  const minor = minorFromMicros(micros, currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${currency} ${minor < 0n ? '-' : ''}${whole}${exponent ? `.${digits.slice(-exponent)}` : ''}`;
}
