/** Owns the limits on a GraphQL document that hold before anything runs, over HTTP and sockets alike. */
import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** Levels of fields; `edges` and `node` are not counted. */
export const DEPTH_LIMIT = 12;
/** Aliases in one document. */
export const ALIAS_LIMIT = 30;
/** Fields at the root of one operation. */
export const ROOT_FIELD_LIMIT = 10;
/** Fields of one document, fragments counted once for each use. */
export const FIELD_LIMIT = 1000;
/** Directives of one document, and on one field. */
export const DIRECTIVE_LIMIT = 10;
export const FIELD_DIRECTIVE_LIMIT = 3;
/** Lexical tokens of one document. */
export const TOKEN_LIMIT = 4000;

const TRANSPARENT = new Set(['edges', 'node']);
const isIntrospection = (name: string): boolean => name.startsWith('__');

interface Count {
  depth: number;
  fields: number;
  rootFields: number;
}

/** The validation rules that Apollo and the sockets both apply. */
export const documentLimitRules: readonly ValidationRule[] = [sizeRule, aliasRule, directiveRule];

function refusal(limit: string, found: number, allowed: number): GraphQLError {
  return new GraphQLError(`The document has ${found} ${limit}; ${allowed} are allowed.`, {
    extensions: { code: 'BAD_USER_INPUT', limit, found, allowed },
  });
}

function sizeRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const count = measure(context.getDocument(), operation.selectionSet);
      if (count.depth > DEPTH_LIMIT) context.reportError(refusal('levels of depth', count.depth, DEPTH_LIMIT));
      if (count.fields > FIELD_LIMIT) context.reportError(refusal('fields', count.fields, FIELD_LIMIT));
      if (count.rootFields > ROOT_FIELD_LIMIT)
        context.reportError(refusal('root fields', count.rootFields, ROOT_FIELD_LIMIT));
    },
  };
}

function aliasRule(context: ValidationContext): ASTVisitor {
  let aliases = 0;
  return {
    Field(field) {
      if (field.alias) aliases += 1;
      if (aliases === ALIAS_LIMIT + 1) context.reportError(refusal('aliases', aliases, ALIAS_LIMIT));
    },
  };
}

function directiveRule(context: ValidationContext): ASTVisitor {
  let directives = 0;
  return {
    Field(field) {
      const own = field.directives?.length ?? 0;
      directives += own;
      if (own > FIELD_DIRECTIVE_LIMIT)
        context.reportError(refusal('directives on one field', own, FIELD_DIRECTIVE_LIMIT));
      if (own > 0 && directives > DIRECTIVE_LIMIT)
        context.reportError(refusal('directives', directives, DIRECTIVE_LIMIT));
    },
  };
}

/** Walks the document as it would expand, each fragment measured once; cyclic fragments are left to the standard rules. */
function measure(document: DocumentNode, root: SelectionSetNode): Count {
  const fragments = new Map(
    document.definitions
      .filter((definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const known = new Map<string, Count>();
  const open = new Set<string>();

  const ofFragment = (name: string): Count => {
    const done = known.get(name);
    const fragment = fragments.get(name);
    if (done || !fragment || open.has(name)) return done ?? { depth: 0, fields: 0, rootFields: 0 };
    open.add(name);
    const count = walk(fragment.selectionSet);
    open.delete(name);
    known.set(name, count);
    return count;
  };
  const walk = (set: SelectionSetNode): Count => {
    const total: Count = { depth: 0, fields: 0, rootFields: 0 };
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        if (isIntrospection(selection.name.value)) {
          total.fields += 1;
          total.rootFields += 1;
          continue;
        }
        const inner = selection.selectionSet ? walk(selection.selectionSet) : { depth: 0, fields: 0, rootFields: 0 };
        const own = TRANSPARENT.has(selection.name.value) ? 0 : 1;
        total.depth = Math.max(total.depth, inner.depth + own);
        total.fields += inner.fields + 1;
        total.rootFields += 1;
      } else {
        const inner =
          selection.kind === Kind.INLINE_FRAGMENT ? walk(selection.selectionSet) : ofFragment(selection.name.value);
        total.depth = Math.max(total.depth, inner.depth);
        total.fields += inner.fields;
        total.rootFields += inner.rootFields;
      }
    }
    return total;
  };
  return walk(root);
}
