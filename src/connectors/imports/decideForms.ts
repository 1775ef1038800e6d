/** Owns the verdict on how the numbers and days of a file are written, and the questions that stay open. */
import { decideDates } from './dateForms.ts';
import { decideNumbers } from './numberForms.ts';
import type { Forms, ImportProblem } from './rowContext.ts';

/** Decides number and date forms; open ones are problems that ask for the locale. `changed` says that cells were read in another form before. */
export function decideForms(forms: Forms, locale: string | undefined): { changed: boolean; problems: ImportProblem[] } {
  const numbers = decideNumbers([...forms.numbers.values()], locale);
  const dates = decideDates([...forms.dates.values()], locale);
  const problems: ImportProblem[] = [
    ...numbers.undecided.map(({ column, reason }) =>
      reason === 'AMBIGUOUS'
        ? {
            line: column.ambiguousLine,
            column: column.header,
            found: column.ambiguousText,
            expected: 'a number that reads in one way only',
            mend: 'It may be thousands or decimals: give --locale en-US or --locale de-DE.',
          }
        : {
            line: Math.max(column.pointLine, column.commaLine),
            column: column.header,
            found: `another decimal sign than in line ${Math.min(column.pointLine, column.commaLine)}`,
            expected: 'one decimal sign in a column',
            mend: 'Write all numbers of the column in one way.',
          },
    ),
    ...dates.undecided.map(({ column, reason }) =>
      reason === 'AMBIGUOUS'
        ? {
            line: column.ambiguousLine,
            column: column.header,
            found: column.ambiguousText,
            expected: 'days whose order of day and month is plain',
            mend: 'Give --locale en-US (month first) or --locale en-GB (day first).',
          }
        : {
            line: Math.max(column.dayFirstLine, column.monthFirstLine),
            column: column.header,
            found: `another order of day and month than in line ${Math.min(column.dayFirstLine, column.monthFirstLine)}`,
            expected: 'one order in a column',
            mend: 'Write all days of the column in one way, best as YYYY-MM-DD.',
          },
    ),
  ];
  return { changed: numbers.changed || dates.changed, problems };
}
