import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node'

/** What became of a run. A test that was skipped or left for later proves nothing: it counts as failed. */
export interface Outcome {
  readonly passed: number
  readonly failed: number
  /** Full names of the tests that were not run although they were asked for. */
  readonly skipped: readonly string[]
}

/** Whether `-t PATTERN` asked for a test; Vitest skips the others, and rightly so. */
const isAskedFor = (test: TestCase, pattern: RegExp | undefined): boolean =>
  pattern === undefined || pattern.test(test.fullName.replaceAll(' > ', ' '))

const stateOf = (test: TestCase): string => test.result().state

/**
 * Counts the tests of a run. Every error outside a test (a file that cannot be read, an unhandled rejection) is one
 * failure more.
 */
export const countOutcome = (modules: readonly TestModule[], unhandledErrors: number, pattern?: RegExp): Outcome => {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const notRun = tests.filter((test) => !['passed', 'failed'].includes(stateOf(test)) && isAskedFor(test, pattern))
  const broken = tests.filter((test) => stateOf(test) === 'failed').length
  const unreadable = modules.filter((module) => module.errors().length > 0).length
  return {
    passed: tests.filter((test) => stateOf(test) === 'passed').length,
    failed: broken + notRun.length + unreadable + unhandledErrors,
    skipped: notRun.map((test) => `${test.module.relativeModuleId} > ${test.fullName}`),
  }
}

/** Tells the test command, which started Vitest as a child process, how the run ended. */
export default class OutcomeReporter implements Reporter {
  #pattern: RegExp | undefined

  onInit(vitest: Vitest): void {
    this.#pattern = vitest.config.testNamePattern
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    process.send?.(countOutcome(modules, unhandledErrors.length, this.#pattern))
  }
}
