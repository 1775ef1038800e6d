/** Owns `/explorer`: GraphiQL from the installed packages, with no address outside this server. */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const require = createRequire(import.meta.url);

/** File name in the address, where the package keeps it, and its type. */
const FILES: Readonly<Record<string, { package: string; path: string; type: string }>> = {
  'react.js': { package: 'react', path: 'umd/react.production.min.js', type: 'text/javascript' },
  'react-dom.js': { package: 'react-dom', path: 'umd/react-dom.production.min.js', type: 'text/javascript' },
  'graphiql.js': { package: 'graphiql', path: 'graphiql.min.js', type: 'text/javascript' },
  'graphiql.css': { package: 'graphiql', path: 'graphiql.min.css', type: 'text/css' },
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Baton explorer</title>
<link rel="stylesheet" href="/explorer/graphiql.css">
<style>html, body, #app { height: 100%; margin: 0 }</style>
</head>
<body>
<div id="app"></div>
<script src="/explorer/react.js"></script>
<script src="/explorer/react-dom.js"></script>
<script src="/explorer/graphiql.js"></script>
<script>
  const fetcher = GraphiQL.createFetcher({ url: '/graphql' });
  // Lines short enough for the editor's pane on a small screen.
  const start = [
    '# Your token goes into "Headers" below:',
    '# { "Authorization": "Bearer TOKEN" }',
    '# Then run this with the button or Ctrl+Enter.',
    '{',
    '  viewer {',
    '    email',
    '    roles',
    '    workspace { title currency businessDate }',
    '  }',
    '}',
    '',
  ].join('\\n');
  ReactDOM.createRoot(document.getElementById('app')).render(
    React.createElement(GraphiQL, { fetcher, defaultQuery: start, shouldPersistHeaders: false }),
  );
</script>
</body>
</html>`;

/** Content rules of the page: only this server, and the inline script of the page itself. */
const CONTENT_SECURITY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:";

/** Serves the explorer page and its files; browsers ask for an icon by themselves, and there is none. */
export function serveExplorer(app: FastifyInstance): void {
  app.get('/favicon.ico', async (_request, reply) => reply.code(204).send());
  app.get('/explorer', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', CONTENT_SECURITY).send(PAGE),
  );
  app.get<{ Params: { file: string } }>('/explorer/:file', async (request, reply) => {
    const file = FILES[request.params.file];
    if (!file) return reply.code(404).send({ error: { code: 'NOT_FOUND', message: 'There is no such file.' } });
    return reply
      .type(file.type)
      .header('cache-control', 'public, max-age=86400')
      .send(createReadStream(join(dirname(require.resolve(`${file.package}/package.json`)), file.path)));
  });
}
