import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/deployment/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    allowOnly: false,
  },
})
