import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/bench/scale/scale.ts'],
    globalSetup: 'test/helpers/stateFolder.ts',
    testTimeout: 600_000,
    hookTimeout: 180_000,
  },
});
