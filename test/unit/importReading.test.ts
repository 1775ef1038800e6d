/** Claim: any bad file is refused with line, column and mend, early and whole; what is ambiguous is asked for and never guessed. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/kernel/errors.ts';
import { countSum, moneyUnits, performanceOf, plan, planAndRead, textSource } from '../support/importFiles.ts';

const HEAD = 'date,channel,campaign,spend,clicks,currency\n';
const long = (...rows: string[]): string => `${HEAD}${rows.join('\n')}\n`;
const refusal = async (text: string | Uint8Array, options: Parameters<typeof plan>[1] = {}): Promise<string> => {
  const error: unknown = await planAndRead(textSource(text), options).then(
    () => 'nothing was refused',
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError ? `${error.message} ${error.hint ?? ''}` : String(error);
};

describe('files', () => {
  it.each([
    ['an empty file', '', /The file is empty/],
    ['a file of blanks', ' \n\n', /The file is empty/],
    ['a header without rows', HEAD, /a header and no row/],
    ['a workbook', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(600)]), /Excel.*save as CSV/is],
    [
      'broken UTF-8',
      Buffer.concat([
        Buffer.from(long('2026-01-05,S\u00fcd,A,1.5,1,EUR', '2026-01-06,B').trimEnd()),
        Buffer.from([0xfc]),
        Buffer.from('x,A,1,1,EUR\n'),
      ]),
      /Line 3, byte 13: found byte 0xFC.*CSV UTF-8/s,
    ],
    [
      'an open quote',
      long('2026-01-05,A,"B,1.5,1,EUR', ...Array.from({ length: 40_000 }, () => '2026-01-05,A,B,1.5,1,EUR')),
      /quote.*never closes/s,
    ],
    [
      'two columns of one name',
      'date,channel,campaign,spend,spend,currency\n2026-01-05,A,One,10,20,EUR\n',
      /Line 1: two columns are named "spend" \(4 and 5\)/,
    ],
    [
      'a character zero, in a column that is not even loaded',
      'date,channel,campaign,spend,note,currency\n2026-01-05,A,One,10,a\u0000b,EUR\n',
      /line 2, column "note": found "a\\u0000b", expected a text without the character zero/,
    ],
    [
      'a failed computation',
      long('2026-01-05,A,One,NaN,1,EUR'),
      /line 2, column "spend": found "NaN", expected a number/,
    ],
    ['a year that is a slip', long('0001-01-01,A,One,1,1,EUR'), /line 2, column "date".*a day from 1990-01-01 on/],
    [
      'a name that no index holds',
      long(`2026-01-05,A,${'x'.repeat(1201)},1,1,EUR`),
      /line 2, column "campaign".*at most 1,200 bytes; this one has 1,201/,
    ],
    [
      'a key that no index holds',
      long(`2026-01-05,${'x'.repeat(301)},One,1,1,EUR`),
      /line 2, column "channel".*at most 300 bytes/,
    ],
    ['a file with unknown columns', 'a,b,c\n1,2,3\n', /No row of the first 20.*--map/s],
  ])('refuses %s', async (_, text, expected) => {
    expect(await refusal(text)).toMatch(expected);
  });

  it('refuses an endless line after about a megabyte', async () => {
    let served = 0;
    const piece = Buffer.alloc(65_536, 'x');
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(HEAD);
      for (; served < 2 ** 31; served += piece.length) yield piece;
    };
    await expect(plan(endless)).rejects.toThrow(/Line 2 is longer than/);
    expect(served).toBeLessThan(2 ** 21);
  });

  it('reads the same whatever the pieces are that the bytes come in', async () => {
    const text = long('2026-01-05,Süd,Ärger,1.5,1,EUR', '2026-01-06,Nord,"B, C",2.25,2,EUR');
    const digests = await Promise.all(
      [1, 3, 64, 4096].map(async (size) => (await plan(textSource(text, size))).fileDigest),
    );
    expect(new Set(digests).size).toBe(1);
    const { facts } = await planAndRead(textSource(`\ufeff${text}`, 1));
    expect(performanceOf(facts).map(({ campaign }) => campaign?.name)).toEqual(['Ärger', 'B, C']);
  });
});

describe('rows', () => {
  it.each([
    [
      'negative spend',
      '2026-01-05,A,B,-1.5,1,EUR',
      /line 2, column "spend": found "-1.5", expected an amount of 0 or more/,
    ],
    [
      'a future day',
      '2026-07-01,A,B,1.5,1,EUR',
      /line 2, column "date": found "2026-07-01", expected a day up to 2026-06-30/,
    ],
    ['a day that does not exist', '2026-02-30,A,B,1.5,1,EUR', /line 2, column "date": found "2026-02-30"/],
    ['words for a number', '2026-01-05,A,B,much,1,EUR', /line 2, column "spend": found "much"/],
    ['half a click', '2026-01-05,A,B,1.5,0.5,EUR', /line 2, column "clicks": found "0.5", expected a whole number/],
    ['a currency that is none', '2026-01-05,A,B,1.5,1,EURO', /line 2, column "currency": found "EURO"/],
    ['no channel', '2026-01-05,,B,1.5,1,EUR', /line 2, column "channel": found "an empty cell"/],
    ['a cell too many', '2026-01-05,A,B,1,5,1,EUR', /line 2.*7 cells.*6 cells.*quotes/s],
    [
      'an address among names',
      '2026-01-05,A,someone@example.com,1.5,1,EUR\n2026-01-06,A,B,1,1,EUR\n2026-01-07,A,C,1,1,EUR',
      /line 2, column "campaign": found "an e-mail address"/,
    ],
  ])('names %s by line and column', async (_, row, expected) => {
    expect(await refusal(long(row))).toMatch(expected);
  });

  it('names a repeated key with the line of the first', async () => {
    const text = long('2026-01-05,A,B,1.5,1,EUR', '2026-01-06,A,B,1,1,EUR', '2026-01-05,A,B,2,2,EUR');
    expect(await refusal(text)).toMatch(/line 4.*the same key as line 2/);
  });

  it('refuses a currency that differs from the one asked for', async () => {
    expect(await refusal(long('2026-01-05,A,B,1.5,1,EUR'), { currency: 'USD' })).toMatch(
      /found "EUR", expected USD, as --currency says/,
    );
  });

  it('counts all problems and lists the first', async () => {
    const rows = Array.from({ length: 500 }, (_, at) => `2026-01-05,A,C${at},-1,1,EUR`);
    const planned = await plan(textSource(long(...rows), 4096));
    expect([planned.problemCount, planned.problems.length]).toEqual([500, 200]);
  });
});

describe('numbers and days', () => {
  const file = (head: string, ...rows: string[]): string => `${head}\n${rows.join('\n')}\n`;

  it('decides the decimal sign from all rows of a column', async () => {
    const text = file(
      'date;channel;spend;currency',
      '2026-01-05;A;1.234;EUR',
      '2026-01-06;A;12,50;EUR',
      '2026-01-07;A;1.234.567,89;EUR',
    );
    const { facts } = await planAndRead(textSource(text));
    expect(moneyUnits(facts, 'spendMicros')).toBe(1_235_814.39);
  });

  it('takes the thousands sign of whole counts as a witness for the money beside them', async () => {
    const { facts } = await planAndRead(
      textSource(file('date;channel;spend;clicks;currency', '2026-01-05;A;1.234;5.678;EUR')),
    );
    expect([moneyUnits(facts, 'spendMicros'), countSum(facts, 'clicks')]).toEqual([1234, 5678]);
  });

  it('asks for the locale where both readings fit', async () => {
    const text = file('date,channel,spend,currency', '2026-01-05,A,"1,234",EUR');
    expect(await refusal(text)).toMatch(/line 2, column "spend": found "1,234".*--locale/);
    const german = await planAndRead(textSource(text), { locale: 'de-DE' });
    const american = await planAndRead(textSource(text), { locale: 'en-US' });
    expect([moneyUnits(german.facts, 'spendMicros'), moneyUnits(american.facts, 'spendMicros')]).toEqual([1.234, 1234]);
  });

  it('refuses two decimal signs in one column', async () => {
    const text = file('date;channel;spend;currency', '2026-01-05;A;1,5;EUR', '2026-01-06;A;1.75;EUR');
    expect(await refusal(text)).toMatch(/line 3, column "spend": found "another decimal sign than in line 2"/);
  });

  it('decides the order of day and month from all rows, and asks where it stays open', async () => {
    const american = await planAndRead(
      textSource(file('date,channel,spend,currency', '1/5/2026,A,1.5,EUR', '1/19/2026,A,1.5,EUR')),
    );
    expect(american.facts.map(({ start }) => start)).toEqual(['2026-01-05', '2026-01-19']);
    const open = file('date,channel,spend,currency', '1/5/2026,A,1.5,EUR', '2/6/2026,A,1.5,EUR');
    expect(await refusal(open)).toMatch(/line 2, column "date": found "1\/5\/2026".*--locale en-US/);
    const british = await planAndRead(textSource(open), { locale: 'en-GB' });
    expect(british.facts.map(({ start }) => start)).toEqual(['2026-05-01', '2026-06-02']);
  });

  it('reads months as periods and timestamps by the time zone of the workspace', async () => {
    const months = await planAndRead(
      textSource(file('month,channel,spend,currency', '2026-02,A,1,EUR', 'March 2026,A,1,EUR')),
    );
    expect(months.facts.map(({ grain, start, end }) => [grain, start, end])).toEqual([
      ['PERIOD', '2026-02-01', '2026-02-28'],
      ['PERIOD', '2026-03-01', '2026-03-31'],
    ]);
    const late = await planAndRead(textSource(file('date,channel,spend,currency', '2026-01-05T23:30:00Z,A,1,EUR')), {
      timeZone: 'Europe/Berlin',
    });
    expect(late.facts[0]?.start).toBe('2026-01-06');
  });

  it('refuses an amount that no row can have', async () => {
    expect(await refusal(file('date,channel,spend,currency', '2026-01-05,A,99999999999999999999,EUR'))).toMatch(
      /an amount below 100 billion/,
    );
  });

  it('divides by a million only where the header says micros', async () => {
    const text = file('date,channel,cost_micros,currency', '2026-01-05,A,1500000,EUR');
    expect(moneyUnits((await planAndRead(textSource(text))).facts, 'spendMicros')).toBe(1.5);
  });
});

describe('mapping', () => {
  it('reads a column of any name as it is told, and refuses names that are not there', async () => {
    const text = 'wann,wo,ausgabe\n2026-01-05,TV,12.5\n';
    const map = { wann: 'date', wo: 'channel', ausgabe: 'spend' };
    const { plan: planned, facts } = await planAndRead(textSource(text), { map, currency: 'EUR' });
    expect([planned.preset, moneyUnits(facts, 'spendMicros')]).toEqual(['long', 12.5]);
    expect(await refusal(text, { map: { ...map, wer: 'campaign' } })).toMatch(
      /--map names a column "wer" that the file does not have/,
    );
    expect(await refusal(text, { map: { ...map, wo: 'kanal' } })).toMatch(/there is no field "kanal"/);
  });

  it('adds rows that a breakdown column tells apart under one key', async () => {
    const text = 'date,channel,device,spend,currency\n2026-01-05,A,phone,1.5,EUR\n2026-01-05,A,desktop,2.5,EUR\n';
    expect((await plan(textSource(text))).problems).toEqual([]);
    expect(await refusal(text.replace('device', 'other'))).toMatch(/the same key as line 2.*breakdown/);
  });

  it('lists unknown and personal columns with the reason', async () => {
    const { plan: planned } = await planAndRead(
      textSource('date,channel,spend,currency,shoe size,Contact phone\n2026-01-05,A,1.5,EUR,43,+49 30 555 0100\n'),
    );
    expect(planned.dropped.map(({ column, reason }) => [column, reason.split(':')[0]])).toEqual([
      ['shoe size', 'unknown column'],
      ['Contact phone', 'personal data'],
    ]);
  });
});
