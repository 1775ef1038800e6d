/** Owns artifacts and the evidence of their figures in the schema. */
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql';
import { renderArtifact } from '../../useCases/report/artifactRendering.ts';
import { artifactsById, evidenceById, type ArtifactView, type EvidenceView } from '../../useCases/runs.ts';
import { loadOne, readerIn, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { DayScalar, EvidenceTierEnum, InstantScalar, JsonScalar } from '../scalars.ts';

const ArtifactFormat = { HTML: 'HTML', MARKDOWN: 'MARKDOWN', CSV: 'CSV' } as const;
registerEnumType(ArtifactFormat, {
  name: 'ArtifactFormat',
  description: 'Forms that an artifact renders in; CSV where it holds rows.',
});

@ObjectType('Evidence', {
  description: 'A stored computation that figures rest on: what went in, what came out, what made it.',
})
export class EvidenceType {
  @Field(() => String, { description: 'What was computed, such as brain.screening or metrics.query.' })
  kind!: string;

  @Field(() => EvidenceTierEnum, { description: 'Strength of support.' })
  tier!: EvidenceView['tier'];

  @Field(() => String, { description: 'SHA-256 of the output bytes.' })
  outputDigest!: string;

  @Field(() => String, { description: 'Version of the code that computed it.' })
  codeVersion!: string;

  @Field(() => DayScalar, { description: 'Last day that its rows reach.' })
  asOf!: string;
}

@ObjectType('Artifact', {
  description: "A specialist's typed output, versioned, addressed by the digest of its canonical JSON.",
})
export class ArtifactType {
  @Field(() => String, { description: 'What it is, such as PAID_MEDIA_ANALYSIS.' })
  kind!: string;

  @Field(() => Int, { description: 'Counts from 1; a revision after review is the next one.' })
  version!: number;

  @Field(() => String, { description: 'SHA-256 of its canonical JSON (RFC 8785).' })
  digest!: string;

  @Field(() => JsonScalar, { description: 'Its content; every figure in it names the evidence that it is traced to.' })
  content!: unknown;

  @Field(() => String, { description: 'Model that wrote its prose. No figure comes from it.' })
  model!: string;

  @Field(() => Boolean, { description: 'Whether the embedded model wrote the prose, by rules and without a network.' })
  embeddedModel!: boolean;

  @Field(() => InstantScalar, { description: 'When it was stored.' })
  createdAt!: Date;
}

@Resolver(() => ArtifactType)
export class ArtifactResolver {
  @Query(() => ArtifactType, {
    nullable: true,
    description: 'One artifact; null when this workspace has none of that id.',
  })
  async artifact(
    @Arg('id', () => ID, { description: 'Global id of the artifact.' }) id: string,
    @Ctx() context: ApiContext,
  ): Promise<ArtifactView | null> {
    readerIn(context, 'runs:read');
    return (await loadOne(context, 'artifact', fromGlobalId('Artifact', id), artifactsById)) ?? null;
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() artifact: ArtifactView): string {
    return toGlobalId('Artifact', artifact.id);
  }

  @FieldResolver(() => [EvidenceType], { description: 'The computations that its figures rest on.' })
  async evidence(@Root() artifact: ArtifactView, @Ctx() context: ApiContext): Promise<EvidenceView[]> {
    const found = await Promise.all(artifact.evidenceIds.map((id) => loadOne(context, 'evidence', id, evidenceById)));
    return found.filter((evidence) => evidence !== undefined);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The artifact for people; null for CSV where it holds no rows.',
  })
  rendered(
    @Root() artifact: ArtifactView,
    @Arg('format', () => ArtifactFormat, { description: 'Form wanted.' }) format: keyof typeof ArtifactFormat,
  ): Promise<string | null> {
    return renderArtifact(artifact, format);
  }
}

@Resolver(() => EvidenceType)
export class EvidenceResolver {
  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() evidence: EvidenceView): string {
    return toGlobalId('Evidence', evidence.id);
  }

  @FieldResolver(() => JsonScalar, { description: 'What went in.' })
  input(@Root() evidence: EvidenceView): unknown {
    return JSON.parse(evidence.input);
  }

  @FieldResolver(() => JsonScalar, { description: 'What came out; figures name a path into it.' })
  output(@Root() evidence: EvidenceView): unknown {
    return JSON.parse(evidence.output);
  }
}
