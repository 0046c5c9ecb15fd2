import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/properties.ts'],
    exclude: [
      'test/clients/**',
      'test/deployment/**',
      'test/otherServers/**',
      'test/fixtures/**',
      '**/node_modules/**',
    ],
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    allowOnly: false,
    coverage: {
      provider: 'v8',
      include: ['src/core/**/*.ts'],
      reporter: ['text'],
      thresholds: { 'src/core/**': { branches: 95 } },
    },
  },
})
