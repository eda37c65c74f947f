import { defineConfig } from 'vitest/config';

/** `unit` needs nothing but Node; `real` needs the sandbox's services (kube-apiserver, etcd, local AWS). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.real.test.ts', 'test/e2e/**'],
          // Against tests that hang, not slow ones: speed is measured by the bench.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
