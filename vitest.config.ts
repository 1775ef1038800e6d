/** Owns how tests run: real code, real embedded database, no globals. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Two copies of graphql 16 would be loaded otherwise, and each refuses the other's types.
    alias: [{ find: /^graphql$/, replacement: new URL('./node_modules/graphql/index.js', import.meta.url).pathname }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    server: { deps: { inline: [/type-graphql/, /@apollo\/server/, /@as-integrations/, /graphql-ws/, /graphql-sse/] } },
  },
});
