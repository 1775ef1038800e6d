/**
 * Owns what a statement may not do where all connections share one session, and which channels it listens to.
 * Reads SQL text only as far as that needs; a statement hidden in dynamic SQL is undone by the backend's reset at the next switch.
 */

/** Why a statement is refused and what to write instead. */
export interface Refusal {
  message: string;
  hint: string;
}

/** What the server must know of a statement before it runs. */
export interface Verdict {
  refusal?: Refusal;
  /** Channels that LISTEN names. */
  listen: string[];
  /** Channels that UNLISTEN names; `*` for all. */
  unlisten: string[];
}

interface Rule {
  pattern: RegExp;
  message: string;
  hint: string;
}

const NOTHING: Verdict = { listen: [], unlisten: [] };

/** Texts longer than this are judged anew each time. */
const CACHED_TEXT_LENGTH = 8_192;
const CACHED_TEXTS = 2_000;

/** A statement without any of these words needs no closer look. */
const WORTH_A_LOOK =
  /\b(set|set_config|reset|copy|temp|temporary|pg_temp|prepare|deallocate|execute|discard|load|listen|unlisten|declare)\b|advisory_|_timeout/i;

/** Session settings that every connection has anyway; drivers send them when they connect. */
const HARMLESS_SET = [
  /^set (session )?client_encoding( to|\s*=)\s*'?utf-?8'?$/,
  /^set names '?utf-?8'?$/,
  /^set (session )?(time zone|timezone( to|\s*=))\s*'?utc'?$/,
  /^set (session )?standard_conforming_strings( to|\s*=)\s*'?(on|true)'?$/,
  /^set (session )?datestyle( to|\s*=)\s*'?iso(, ?mdy)?'?$/,
];

/** Rules for the beginning of a statement. */
const STATEMENT_RULES: readonly Rule[] = [
  {
    pattern: /^copy\b.*\bfrom stdin\b/,
    message: 'COPY FROM STDIN is not available on the embedded database',
    hint: 'Insert rows in batches, for example from unnest() of array parameters.',
  },
  {
    pattern: /^(set (session |local )?(role|session authorization)\b|reset (role|session authorization)\b)/,
    message: 'The embedded database takes the role from the start-up user',
    hint: 'Connect as that user instead.',
  },
  {
    pattern: /^(reset|discard)\b/,
    message: 'RESET and DISCARD would change the one session that all connections of the embedded database share',
    hint: 'Use SET LOCAL inside a transaction; it ends with it.',
  },
  {
    pattern: /^set (?!local |transaction |constraints )/,
    message: 'A session-level SET would leak to every connection of the embedded database',
    hint: 'Use SET LOCAL, or set_config(name, value, true), inside a transaction.',
  },
  {
    pattern: /^(prepare|execute|deallocate)\b/,
    message: 'Named prepared statements are not available on the embedded database',
    hint: 'Send the statement unnamed, with its parameters.',
  },
  {
    pattern: /^create (or replace )?((global|local) )?temp(orary)?\b/,
    message: 'Temporary objects are not available on the embedded database',
    hint: 'Use a common table expression, or unnest() of array parameters.',
  },
  {
    pattern: /^declare\b.*\bwith hold\b/,
    message: 'A cursor WITH HOLD outlives its transaction, which the embedded database cannot allow',
    hint: 'Read the cursor inside the transaction.',
  },
  { pattern: /^load\b/, message: 'LOAD is not available on the embedded database', hint: 'Leave it out.' },
];

/** Rules for any place of a statement outside text, comments and quoted bodies. */
const ANYWHERE_RULES: readonly Rule[] = [
  {
    pattern: /\bpg_(try_)?advisory_(lock|unlock)/,
    message: 'Session advisory locks would be held by every connection of the embedded database',
    hint: 'Use pg_advisory_xact_lock or pg_try_advisory_xact_lock.',
  },
  {
    pattern: /\bset_config\s*\((?:[^()]|\([^()]*\))*,\s*false\s*\)/,
    message: 'A session-level set_config would leak to every connection of the embedded database',
    hint: 'Pass true as the third argument, inside a transaction.',
  },
  {
    pattern: /\binto temp(orary)?\b|\bpg_temp\s*\./,
    message: 'Temporary objects are not available on the embedded database',
    hint: 'Use a common table expression, or unnest() of array parameters.',
  },
];

/** Timers that the embedded database cannot run: the first hangs it, the others never fire. */
const FORBIDDEN_TIMER = /\b(idle_in_transaction_session_timeout|transaction_timeout|idle_session_timeout)\b/;
const SET_CONFIG_OF_TIMER =
  /\bset_config\s*\(\s*e?'(idle_in_transaction_session_timeout|transaction_timeout|idle_session_timeout)'/i;
const SET_CONFIG_OF_ROLE = /\bset_config\s*\(\s*e?'(role|session_authorization)'/i;

const TIMER_REFUSAL: Refusal = {
  message: 'The embedded database cannot run session timers such as idle_in_transaction_session_timeout',
  hint: 'Leave the setting out; a connection that is idle in a transaction for 5 s is rolled back and closed anyway.',
};

/** The refusal of a prepared statement that has a name. */
export const NAMED_STATEMENT_REFUSAL: Refusal = {
  message: 'Named prepared statements are not available on the embedded database',
  hint: 'Send the statement unnamed; graphile-worker has noPreparedStatements for this.',
};

const verdicts = new Map<string, Verdict>();

/** Judges the text of a Query or Parse message, which may hold several statements. */
export function judgeStatement(sql: string): Verdict {
  if (!WORTH_A_LOOK.test(sql)) return NOTHING;
  const known = verdicts.get(sql);
  if (known) return known;
  const verdict = judge(sql);
  if (sql.length <= CACHED_TEXT_LENGTH) {
    if (verdicts.size >= CACHED_TEXTS) verdicts.clear();
    verdicts.set(sql, verdict);
  }
  return verdict;
}

function judge(sql: string): Verdict {
  const { statements, names, bodies } = skeletonOf(sql);
  const verdict: Verdict = { listen: [], unlisten: [] };
  for (const statement of statements) {
    const refusal = refusalOf(statement, sql) ?? (statement.startsWith('do ') ? refusalInBodies(bodies) : undefined);
    if (refusal) return { ...verdict, refusal };
    const listening = /^(un)?listen (?:"(\d+)"|([a-z0-9_$*]+))$/.exec(statement);
    if (listening) {
      const channel = listening[2] === undefined ? (listening[3] ?? '') : (names[Number(listening[2])] ?? '');
      (listening[1] ? verdict.unlisten : verdict.listen).push(channel);
    }
  }
  return verdict;
}

function refusalOf(statement: string, sql: string): Refusal | undefined {
  if (SET_CONFIG_OF_TIMER.test(sql) || (FORBIDDEN_TIMER.test(statement) && /\bset\b/.test(statement)))
    return TIMER_REFUSAL;
  if (SET_CONFIG_OF_ROLE.test(sql)) return STATEMENT_RULES[1];
  const rule =
    ANYWHERE_RULES.find((each) => each.pattern.test(statement)) ??
    STATEMENT_RULES.find((each) => each.pattern.test(statement));
  if (rule && HARMLESS_SET.some((pattern) => pattern.test(textOfSet(statement, sql)))) return undefined;
  return rule;
}

/** The body of DO runs at once, so its statements are judged too. */
function refusalInBodies(bodies: readonly string[]): Refusal | undefined {
  for (const body of bodies) {
    for (const statement of skeletonOf(body).statements) {
      const bare = statement.replace(/^(declare .*?\bbegin\b|begin|then|else|loop|perform)\s+/, '');
      // EXECUTE in a body runs text and no prepared statement.
      const refusal = bare.startsWith('execute ') ? undefined : refusalOf(bare, body);
      if (refusal) return refusal;
    }
  }
  return undefined;
}

/** A lone SET with its value in clear; several statements in one text are never harmless. */
function textOfSet(statement: string, sql: string): string {
  if (!statement.startsWith('set ')) return '';
  return sql.trim().replace(/;\s*$/, '').toLowerCase().replace(/\s+/g, ' ');
}

/**
 * SQL in lower case with text as `''`, quoted names as `"index"` into `names`, bodies in dollar quotes as `$$`,
 * without comments, in single spaces, cut at semicolons.
 */
function skeletonOf(sql: string): { statements: string[]; names: string[]; bodies: string[] } {
  const names: string[] = [];
  const bodies: string[] = [];
  const tokens =
    /--[^\n]*|\/\*[\s\S]*?\*\/|\be'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'|'[^']*(?:''[^']*)*'|"([^"]*(?:""[^"]*)*)"|(\$(?:[a-z_][a-z0-9_]*)?\$)([\s\S]*?)\2/gi;
  const skeleton = sql.replace(tokens, (token: string, name?: string, tag?: string, body?: string): string => {
    if (token.startsWith('--') || token.startsWith('/*')) return ' ';
    if (tag !== undefined) {
      bodies.push(body ?? '');
      return ' $$$$ ';
    }
    if (name !== undefined) return `"${names.push(name.replaceAll('""', '"')) - 1}"`;
    return "''";
  });
  const statements = skeleton
    .toLowerCase()
    .split(';')
    .map((statement) => statement.trim().replace(/\s+/g, ' '))
    .filter((statement) => statement !== '');
  return { statements, names, bodies };
}
