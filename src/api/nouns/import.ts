/** Owns imports in the schema: loads, importing an upload, taking a load back. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { AppError } from '../../kernel/errors.ts';
import type { ImportResult } from '../../domain/facts.ts';
import { importsById, importUpload, listImports, undoImport, type ImportView } from '../../useCases/imports.ts';
import { connectionOf, connectionTypes, PageArgs, pageCost, pageOf, type Connection } from '../connections.ts';
import { loadOne, mutate, readWith, readerIn, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { DayScalar, InstantScalar, UserError } from '../scalars.ts';

@ObjectType({ description: 'Rows of a load.' })
export class ImportRows {
  @Field(() => Int, { description: 'Rows of the file.' })
  read!: number;

  @Field(() => Int, { description: 'New.' })
  added!: number;

  @Field(() => Int, { description: 'Known, with another value: the new one counts.' })
  restated!: number;

  @Field(() => Int, { description: 'Known, with the same value.' })
  unchanged!: number;

  @Field(() => Int, { description: 'Titles, totals and the like.' })
  skipped!: number;
}

@ObjectType({ description: 'A column and what it was read as.' })
export class ImportColumn {
  @Field(() => String, { description: 'Column of the file.' })
  column!: string;

  @Field(() => String, { description: 'Field.' })
  field!: string;
}

@ObjectType({ description: 'Something left out, and why.' })
export class ImportLeftOut {
  @Field(() => String, { description: 'Line or column.' })
  what!: string;

  @Field(() => String, { description: 'Why.' })
  reason!: string;
}

@ObjectType('Import', { description: 'One file that was loaded; its facts count while it is ACTIVE.' })
export class ImportType {
  @Field(() => String, { description: 'Name of the file.' })
  fileName!: string;

  @Field(() => String, { description: 'Form it was read as.' })
  preset!: string;

  @Field(() => String, { description: 'Tool that its facts come from.' })
  source!: string;

  @Field(() => String, { description: 'STAGING, ACTIVE, UNDONE or FAILED.' })
  status!: string;

  @Field(() => DayScalar, { nullable: true, description: 'First day of its facts.' })
  fromDay!: string | null;

  @Field(() => DayScalar, { nullable: true, description: 'Last day of its facts.' })
  toDay!: string | null;

  @Field(() => InstantScalar, { description: 'When it began.' })
  createdAt!: Date;
}

@InputType({ description: 'Reads a column as a field.' })
export class ImportMapInput {
  @Field(() => String, { description: 'Column of the file.' })
  column!: string;

  @Field(() => String, { description: 'Field, such as spend or spend:TV.' })
  field!: string;
}

@InputType({ description: 'Reporting currency for one unit of another.' })
export class ImportRateInput {
  @Field(() => String, { description: 'The other currency (ISO 4217).' })
  currency!: string;

  @Field(() => String, { description: 'Rate as decimal text, such as 0.92.' })
  rate!: string;
}

@InputType({ description: 'An upload to import, and what the file leaves open.' })
export class PerformanceImportInput {
  @Field(() => ID, { description: 'From POST /uploads.' })
  uploadId!: string;

  @Field(() => String, { nullable: true, description: 'Form of the file. Default: auto.' })
  preset?: string | null;

  @Field(() => [ImportMapInput], { nullable: true, description: 'Columns to read otherwise.' })
  map?: ImportMapInput[] | null;

  @Field(() => String, { nullable: true, description: 'Currency of money that the file names none for.' })
  currency?: string | null;

  @Field(() => [ImportRateInput], { nullable: true, description: 'Rates of foreign currencies.' })
  rates?: ImportRateInput[] | null;

  @Field(() => String, { nullable: true, description: 'How numbers and dates are written, such as de-DE.' })
  locale?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Only show what would be loaded.' })
  dryRun!: boolean;
}

@ObjectType({ description: 'What the import did, or what to mend; nothing is half-loaded.' })
export class PerformanceImportPayload {
  @Field(() => ImportType, {
    nullable: true,
    description: 'The load; null in a dry run, for a file loaded before, and when there is something to mend.',
  })
  import!: ImportView | null;

  @Field(() => String, { nullable: true, description: 'LOADED, UNCHANGED, DRY_RUN or WAITING_APPROVAL.' })
  status!: string | null;

  @Field(() => ImportRows, { nullable: true, description: 'What became of its rows.' })
  rows!: ImportRows | null;

  @Field(() => [ImportColumn], { description: 'How its columns were read.' })
  columns!: ImportColumn[];

  @Field(() => [ImportLeftOut], { description: 'Lines that were skipped and columns that were dropped; at most 200.' })
  leftOut!: ImportLeftOut[];

  @Field(() => [UserError], { description: 'What to mend; each bad row is named by line and column.' })
  userErrors!: readonly UserError[];
}

@InputType({ description: 'A load to take back.' })
export class ImportUndoInput {
  @Field(() => ID, { description: 'The load.' })
  importId!: string;
}

@ObjectType({ description: 'The load that was taken back, or what to mend.' })
export class ImportUndoPayload {
  @Field(() => ImportType, { nullable: true, description: 'The load.' })
  import!: ImportView | null;

  @Field(() => Int, { description: 'Rows that no longer count.' })
  removed!: number;

  @Field(() => Int, { description: 'Rows of earlier loads that count again.' })
  restored!: number;

  @Field(() => [UserError], { description: 'What to mend; empty when it worked.' })
  userErrors!: readonly UserError[];
}

/** Left-out entries that one payload lists. */
const LISTED = 200;
const { Connection: ImportConnection } = connectionTypes('Import', ImportType);

@Resolver(() => ImportType)
export class ImportResolver {
  @Query(() => ImportConnection, { nullable: true, description: 'Loads, newest first.', complexity: pageCost })
  async imports(@Args(() => PageArgs) args: PageArgs, @Ctx() context: ApiContext): Promise<Connection<ImportView>> {
    const page = pageOf(args);
    const rows = await readWith(context, 'metrics:read', (unit) => listImports(unit, page));
    return connectionOf(page, rows, (load) => ({ at: load.createdAt.toISOString(), id: load.id }));
  }

  @Query(() => ImportType, { nullable: true, description: 'One load; null when this workspace has none of that id.' })
  async import(
    @Arg('id', () => ID, { description: 'Global id of the load.' }) id: string,
    @Ctx() context: ApiContext,
  ): Promise<ImportView | null> {
    readerIn(context, 'metrics:read');
    return (await loadOne(context, 'import', fromGlobalId('Import', id), importsById)) ?? null;
  }

  @Mutation(() => PerformanceImportPayload, {
    description: 'Loads facts from an upload; the same file twice changes nothing.',
    complexity: 50,
  })
  async performanceImport(
    @Arg('input', () => PerformanceImportInput) input: PerformanceImportInput,
    @Ctx() context: ApiContext,
  ): Promise<PerformanceImportPayload> {
    try {
      const result = await mutate(context, (caller) =>
        importUpload(caller, fromGlobalId('Upload', input.uploadId), {
          preset: input.preset ?? undefined,
          currency: input.currency ?? undefined,
          locale: input.locale ?? undefined,
          dryRun: input.dryRun,
          map: input.map ? Object.fromEntries(input.map.map(({ column, field }) => [column, field])) : undefined,
          rates: input.rates
            ? Object.fromEntries(input.rates.map(({ currency, rate }) => [currency, rate]))
            : undefined,
        }),
      );
      return {
        ...payloadOf(result),
        import: result.load ? ((await loadOne(context, 'import', result.load, importsById)) ?? null) : null,
      };
    } catch (error) {
      return { import: null, status: null, rows: null, columns: [], leftOut: [], userErrors: fileErrors(error) };
    }
  }

  @Mutation(() => ImportUndoPayload, { description: 'Takes back one load and what derives from it.' })
  async importUndo(
    @Arg('input', () => ImportUndoInput) input: ImportUndoInput,
    @Ctx() context: ApiContext,
  ): Promise<ImportUndoPayload> {
    const id = fromGlobalId('Import', input.importId);
    const { removed, restored } = await mutate(context, (caller) => undoImport(caller, id));
    return { import: (await loadOne(context, 'import', id, importsById)) ?? null, removed, restored, userErrors: [] };
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() load: ImportView): string {
    return toGlobalId('Import', load.id);
  }
}

function payloadOf(result: ImportResult): Omit<PerformanceImportPayload, 'import'> {
  const leftOut = [
    ...result.skipped.map(({ line, reason }) => ({ what: `line ${line}`, reason })),
    ...result.dropped.map(({ column, reason }) => ({ what: `column ${column}`, reason })),
  ];
  return {
    status: result.status,
    rows: result.rows,
    columns: result.columns,
    leftOut: leftOut.slice(0, LISTED),
    userErrors: [],
  };
}

/** A file that cannot be loaded is an expected outcome: each of its faults is one entry. Everything else goes on as it came. */
function fileErrors(error: unknown): UserError[] {
  if (!(error instanceof AppError) || error.code !== 'BAD_USER_INPUT') throw error;
  return error.message.split('\n').map((message) => ({
    code: 'BAD_FILE',
    message: error.hint === undefined ? message : `${message} ${error.hint}`,
    path: ['uploadId'],
  }));
}
