import { resolve } from 'node:path';
import { Cancelled, explain } from '../src/errors';
import { program, type SandboxOptions } from './arguments';
import { playSandbox } from './play';
import { runTests, type TestOptions } from './testing/runTests';

// Installs what is missing, then runs the sandbox or the tests (`node sandbox/bootstrap.mjs sandbox|test`).
// Said by every AWS client on Node 20, which is supported here.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const root = resolve(__dirname, '..');

const actions = {
  sandbox: (options: SandboxOptions) => playSandbox(root, options),
  test: async (options: TestOptions) => {
    const { failed } = await runTests(root, options);
    process.exitCode = failed > 0 ? 1 : 0;
  },
};

program(actions)
  .parseAsync()
  .then(() => process.exit())
  .catch((error: unknown) => {
    if (error instanceof Cancelled) process.exit(130);
    console.error(`\n${explain(error)}`);
    process.exit(1);
  });
