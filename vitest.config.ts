import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    // Nearly every file imports the whole engine, and none changes a module: files of a worker share what they import.
    isolate: false,
    // Every processor: half of the time is waiting for the browser, which has processes of its own.
    maxWorkers: '100%',
  },
})
