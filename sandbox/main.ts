import { resolve } from 'node:path';
import { explain } from '../src/errors';
import { program } from './arguments';
import { playSandbox } from './play';

// Installs what is missing, then runs the sandbox or the tests (`node sandbox/bootstrap.mjs sandbox|test`).
const root = resolve(__dirname, '..');

program({ sandbox: (options) => playSandbox(root, options) })
  .parseAsync()
  .then(() => process.exit())
  .catch((error: unknown) => {
    console.error(`\n${explain(error)}`);
    process.exit(1);
  });
