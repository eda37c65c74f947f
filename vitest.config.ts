import { defineConfig } from 'vitest/config';

/** `unit` needs nothing but Node; `real` needs the sandbox's services (kube-apiserver, etcd, local AWS). */
export default defineConfig({
  test: {
    // Modules are loaded once in a process, not for each file: that was half of the time. No test replaces a module.
    // Services are started once in a process, too (test/helpers/world.ts).
    isolate: false,
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.real.test.ts', 'test/e2e/**'],
          // Against tests that hang, not slow ones: speed is measured by the bench.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          globalSetup: 'test/helpers/stateFolder.ts',
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
