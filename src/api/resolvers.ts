/** Owns the list of resolver classes that make up the schema. */
export const resolvers: readonly (() => void)[] = [];
