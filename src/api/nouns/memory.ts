/** Owns memory in the schema: searching it, and adding brand material. */
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  Float,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql';
import type { MemoryHit } from '../../domain/memory.ts';
import {
  addBrandText,
  brandDocuments,
  forgetBrandDocument,
  searchMemory,
  type BrandDocument,
} from '../../useCases/brandDocuments.ts';
import { apart, mutate, readWith, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { InstantScalar, UserError } from '../scalars.ts';

const MemoryKindEnum = { BRAND: 'BRAND', LEARNING: 'LEARNING', PLAYBOOK: 'PLAYBOOK' } as const;
registerEnumType(MemoryKindEnum, {
  name: 'MemoryKind',
  description: 'Brand material, what a measured decision taught, or a rule drawn from several.',
});

@ObjectType({ description: 'How a hit came about.' })
export class MemoryScoreParts {
  @Field(() => Float, { description: 'Words (BM25).' })
  lexical!: number;

  @Field(() => Float, { description: 'Meaning (cosine of the embeddings).' })
  semantic!: number;
}

@ObjectType({ description: 'Where a passage comes from.' })
export class MemoryProvenance {
  @Field(() => String, { description: 'Title of the document.' })
  title!: string;

  @Field(() => String, { description: 'File or address it came from.' })
  source!: string;

  @Field(() => [String], { description: 'Headings above the passage.' })
  headingPath!: readonly string[];

  @Field(() => String, { description: 'OWNED, IMPORTED or UNTRUSTED; only owned material is ever a rule.' })
  trust!: string;

  @Field(() => InstantScalar, { description: 'When it was added.' })
  addedAt!: string;
}

@ObjectType('MemoryHit', { description: 'A passage that fits.' })
export class MemoryHitType {
  @Field(() => MemoryKindEnum, { description: 'What it is.' })
  kind!: MemoryHit['kind'];

  @Field(() => String, { description: 'The passage.' })
  text!: string;

  @Field(() => Float, { description: 'Fused score; comparable within one answer only.' })
  score!: number;

  @Field(() => MemoryScoreParts, { description: 'Parts of the score.' })
  parts!: MemoryScoreParts;

  @Field(() => MemoryProvenance, { description: 'Where it comes from.' })
  provenance!: MemoryProvenance;
}

@ObjectType('BrandDocument', { description: 'A document of brand memory.' })
export class BrandDocumentType {
  @Field(() => String, { description: 'Title.' })
  title!: string;

  @Field(() => String, { description: 'File or address it came from.' })
  source!: string;

  @Field(() => String, { description: 'OWNED, IMPORTED or UNTRUSTED.' })
  trust!: string;

  @Field(() => InstantScalar, { description: 'When it was added.' })
  addedAt!: string;
}

@InputType({ description: 'Brand material of your own, as Markdown.' })
export class BrandDocumentAddInput {
  @Field(() => String, { description: 'Title.' })
  title!: string;

  @Field(() => String, { description: 'File or address it comes from.' })
  source!: string;

  @Field(() => String, {
    description:
      'The text. Lines with MUST, SHOULD and MAY become rules, tables of claims become claims with evidence.',
  })
  markdown!: string;
}

@ObjectType({ description: 'What was added, or what to mend.' })
export class BrandDocumentAddPayload {
  @Field(() => ID, { nullable: true, description: 'The document.' })
  documentId!: string | null;

  @Field(() => Boolean, { description: 'False where the same text was there before.' })
  added!: boolean;

  @Field(() => Int, { description: 'Passages.' })
  chunks!: number;

  @Field(() => Int, { description: 'Rules read from it.' })
  rules!: number;

  @Field(() => Int, { description: 'Claims read from it.' })
  claims!: number;

  @Field(() => [UserError], { description: 'What to mend; empty when it worked.' })
  userErrors!: readonly UserError[];
}

@InputType({ description: 'What to forget.' })
export class MemoryForgetInput {
  @Field(() => ID, { description: 'Global id of a document of brand memory.' })
  documentId!: string;
}

@ObjectType({ description: 'What was forgotten, or what to mend.' })
export class MemoryForgetPayload {
  @Field(() => ID, { nullable: true, description: 'The document that is gone.' })
  documentId!: string | null;

  @Field(() => [UserError], { description: 'What to mend; empty when it worked.' })
  userErrors!: readonly UserError[];
}

@Resolver(() => MemoryHitType)
export class MemoryResolver {
  @Query(() => [MemoryHitType], {
    nullable: true,
    description: 'Passages of brand material, learnings and playbooks, best first; at most 50.',
    complexity: 20,
  })
  memorySearch(
    @Arg('text', () => String, { description: 'What to look for.' }) text: string,
    @Arg('first', () => Int, { defaultValue: 10, description: 'How many, 1 to 50.' }) first: number,
    @Arg('kinds', () => [MemoryKindEnum], { nullable: true, description: 'Only these kinds.' }) kinds:
      | MemoryHit['kind'][]
      | null,
    @Ctx() context: ApiContext,
  ): Promise<MemoryHit[]> {
    return apart(context, (caller) => searchMemory(caller, { text, limit: first, ...(kinds ? { kinds } : {}) }));
  }

  @Mutation(() => BrandDocumentAddPayload, { description: 'Adds brand material of your own.', complexity: 20 })
  async brandDocumentAdd(
    @Arg('input', () => BrandDocumentAddInput) input: BrandDocumentAddInput,
    @Ctx() context: ApiContext,
  ): Promise<BrandDocumentAddPayload> {
    const { documentId, added, chunks, rules, claims } = await mutate(context, (caller) => addBrandText(caller, input));
    return { documentId: toGlobalId('BrandDocument', documentId), added, chunks, rules, claims, userErrors: [] };
  }

  @Mutation(() => MemoryForgetPayload, {
    description: 'Forgets a document of brand memory with its passages and rules; claims that it stated stay.',
  })
  async memoryForget(
    @Arg('input', () => MemoryForgetInput) input: MemoryForgetInput,
    @Ctx() context: ApiContext,
  ): Promise<MemoryForgetPayload> {
    const id = fromGlobalId('BrandDocument', input.documentId);
    const outcome = await mutate(context, (caller) => forgetBrandDocument(caller, id));
    return outcome.ok
      ? { documentId: input.documentId, userErrors: [] }
      : { documentId: null, userErrors: outcome.errors };
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() hit: MemoryHit): string {
    return toGlobalId('MemoryHit', hit.id);
  }
}

@Resolver(() => BrandDocumentType)
export class BrandDocumentResolver {
  @Query(() => [BrandDocumentType], { nullable: true, description: 'Documents of brand memory, newest first.' })
  brandDocuments(@Ctx() context: ApiContext): Promise<BrandDocument[]> {
    return readWith(context, 'memory:read', brandDocuments);
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() document: BrandDocument): string {
    return toGlobalId('BrandDocument', document.id);
  }
}
