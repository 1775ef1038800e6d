/** Owns Relay connections: keyset cursors, page limits, and the classes that type-graphql needs for each noun. */
import { ArgsType, Field, ID, Int, ObjectType, type ClassType } from 'type-graphql';
import { AppError } from '../kernel/errors.ts';

/** Rows that one page holds at the most. */
export const PAGE_LIMIT = 100;

/** Which page of a list is wanted; newest first unless the field says otherwise. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { description: `How many rows to return, 1 to ${PAGE_LIMIT}.` })
  first!: number;

  @Field(() => String, { nullable: true, description: 'Cursor of the last row already seen; null for the first page.' })
  after?: string | null;
}

@ObjectType({ description: 'Where a page ends and whether more follows.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether another page follows this one.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether a page comes before this one.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first row of this page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last row of this page; pass it as `after`.' })
  endCursor!: string | null;
}

/** Position of a row in a list sorted by time and id. */
export interface Keyset {
  readonly at: string;
  readonly id: string;
}

/** A page request as use cases take it. */
export interface Page {
  readonly first: number;
  readonly after: Keyset | null;
}

/** A connection as resolvers return it. */
export interface Connection<T> {
  readonly edges: { cursor: string; node: T }[];
  readonly pageInfo: PageInfo;
}

/** Checks the page arguments and opens the cursor. @throws BAD_USER_INPUT for a size out of range or a foreign cursor */
export function pageOf(args: PageArgs): Page {
  if (args.first < 1 || args.first > PAGE_LIMIT) {
    throw new AppError('BAD_USER_INPUT', `first is ${args.first}; 1 to ${PAGE_LIMIT} rows can be asked for.`);
  }
  return { first: args.first, after: args.after ? openCursor(args.after) : null };
}

/** A connection from rows fetched with one row more than asked for. */
export function connectionOf<T>(page: Page, rows: readonly T[], keyset: (row: T) => Keyset): Connection<T> {
  const edges = rows.slice(0, page.first).map((node) => ({ cursor: cursorOf(keyset(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** The connection and edge classes of a noun, with its descriptions. */
export function connectionTypes<T extends object>(
  name: string,
  node: ClassType<T>,
): { Connection: ClassType<Connection<T>> } {
  @ObjectType(`${name}Edge`, { description: `One ${name} of a page, with its cursor.` })
  class Edge {
    @Field(() => ID, { description: 'Position of this row; pass it as `after` to go on from here.' })
    cursor!: string;

    @Field(() => node, { description: `The ${name}.` })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${name} rows.` })
  class NounConnection implements Connection<T> {
    @Field(() => [Edge], { description: 'Rows of this page, in order.' })
    edges!: Edge[];

    @Field(() => PageInfo, { description: 'Where this page ends.' })
    pageInfo!: PageInfo;
  }
  return { Connection: NounConnection };
}

/** Cost of a connection: `first` times what each row asks for. */
export function pageCost({ args, childComplexity }: { args: { first?: number }; childComplexity: number }): number {
  return 1 + (args.first ?? 1) * childComplexity;
}

function cursorOf(keyset: Keyset): string {
  return Buffer.from(JSON.stringify([keyset.at, keyset.id])).toString('base64url');
}

function openCursor(cursor: string): Keyset {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 2 && typeof parts[0] === 'string' && typeof parts[1] === 'string') {
      return { at: parts[0], id: parts[1] };
    }
  } catch {
    // Falls through to the refusal below.
  }
  throw new AppError('BAD_USER_INPUT', `"${cursor.slice(0, 80)}" is not a cursor of this list.`, {
    hint: 'Pass `pageInfo.endCursor` of the page before.',
  });
}
