/** Owns the recognition of columns that hold personal data: by what they are called and by what they hold. */
import { foldText } from './headerNames.ts';

/** Folded header names, or their parts, of personal columns in the languages known. */
const NAMES: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  {
    what: 'an e-mail address',
    pattern:
      /^(e ?mail|mail)$|(^| )(e ?mail( address| adresse)?|mailadresse|correo( electrónico)?|courriel|adresse e ?mail)( |$)(?!.*(click|open|send|sent|rate|marketing|campaign))/,
  },
  {
    what: 'a phone number',
    pattern:
      /(^| )(phone|telephone|mobile phone|cell|fax|telefon|telefonnummer|handy|mobilnummer|mobiltelefon\w*|teléfono|móvil|téléphone|portable)( |$|\w*nummer)/,
  },
  {
    what: "a person's name",
    pattern:
      /^(name|full name|first name|last name|middle name|surname|given name|family name|customer name|contact name|contact|customer|vorname|nachname|vollständiger name|ansprechpartner\w*|kunde|kundenname|kontaktname|nombre|apellidos?|nombre completo|nom|prénom|nom complet)$/,
  },
  {
    what: "a person's name",
    pattern:
      /(^| )(owner|zuständiger?|inhaber|besitzer|propietario|propriétaire|associated contacts?|verknüpfter? kontakte?|zugehörige kontakte|created by|erstellt von|salutation|anrede)( |$|:)/,
  },
  { what: 'a network address', pattern: /(^| )(ip|ip address|ip adresse|dirección ip|adresse ip)( |$)/ },
  {
    what: 'an address',
    pattern:
      /(^| )(street|street address|postal address|address|zip|zip code|postal code|postcode|straße|strasse|anschrift|adresse|plz|postleitzahl|dirección|código postal|rue|code postal)( |$)/,
  },
  {
    what: 'a birthday',
    pattern:
      /(^| )(birthday|date of birth|birth date|geburtsdatum|geburtstag|fecha de nacimiento|date de naissance)( |$)/,
  },
  {
    what: 'free notes',
    pattern:
      /(^| )(notes?|comments?|free ?text|remarks?|notizen?|notiz|kommentare?|bemerkung(en)?|freitext|notas|comentarios|remarques|commentaires)( |$)/,
  },
];

const EMAIL_CELL = /^\s*[^\s@;,]+@[^\s@;,]+\.[^\s@;,]{2,}\s*$/;
const PHONE_CELL = /^\s*\+\d[\d ()./-]{7,}\d\s*$/;
const IP_CELL = /^\s*(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}\s*$/;

/** What personal data a header announces, such as `a phone number`; null when none. */
export function personalHeader(header: string): string | null {
  const key = foldText(header);
  return NAMES.find(({ pattern }) => pattern.test(key))?.what ?? null;
}

/** What personal data a single cell holds; null when none. */
export function personalCell(cell: string): string | null {
  if (cell.includes('@') && EMAIL_CELL.test(cell)) return 'an e-mail address';
  if (cell.startsWith('+') && PHONE_CELL.test(cell)) return 'a phone number';
  return IP_CELL.test(cell) ? 'a network address' : null;
}

/** What personal data most filled cells of a column hold; null when none. */
export function personalContent(cells: readonly string[]): string | null {
  const filled = cells.filter((cell) => cell.trim() !== '');
  const found = filled.map(personalCell).filter((what) => what !== null);
  return filled.length > 0 && found.length * 2 > filled.length ? (found[0] ?? null) : null;
}
