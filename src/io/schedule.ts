import { createTask, type ScheduledTask, validateDetailed } from 'node-cron'
import { exit, OperatorError } from '../errors.ts'

interface ScheduleOptions {
  /** Five fields, as cron(5) knows them: minute, hour, day of month, month, day of week. */
  readonly expression: string
  /** IANA time zone in which the fields are meant. */
  readonly timezone: string
  readonly onFire: () => void
}

const hint = 'set schedule to five fields, such as "*/5 * * * *": minute, hour, day of month, month, day of week'

const checkExpression = (expression: string): void => {
  const count = expression.trim().split(/\s+/).length
  const problem = count === 5 ? validateDetailed(expression).errors[0]?.message : `it has ${count} of five fields`
  if (problem !== undefined)
    throw new OperatorError(exit.config, `the schedule "${expression}" is not valid: ${problem}`, [hint])
}

const checkTimezone = (timezone: string): void => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone })
  } catch (cause) {
    const hints = ['set timezone to a name such as Europe/Berlin or UTC']
    throw new OperatorError(exit.config, `there is no time zone ${timezone}`, hints, { cause })
  }
}

const taskOf = (expression: string, timezone: string, run: () => void): ScheduledTask => {
  checkExpression(expression)
  checkTimezone(timezone)
  return createTask(expression, run, { timezone })
}

const gapOf = (task: ScheduledTask): number => {
  const [first, second] = task.getNextRuns(2).map((fire) => fire.getTime())
  return (second ?? 0) - (first ?? 0)
}

/**
 * Milliseconds between the next two fires.
 * @throws OperatorError 78 for an expression that is not five valid fields, or an unknown time zone
 */
export const intervalOf = (expression: string, timezone: string): number => {
  const task = taskOf(expression, timezone, () => {})
  const gap = gapOf(task)
  void task.destroy()
  return gap
}

/** Of all calls in one turn of the event loop, the first: a computer that slept through fires catches up once. */
const oncePerTurn = (run: () => void): { request(): void; cancel(): void } => {
  let waiting: NodeJS.Immediate | undefined
  const cancel = () => {
    clearImmediate(waiting)
    waiting = undefined
  }
  const request = () => {
    waiting ??= setImmediate(() => {
      cancel()
      run()
    })
  }
  return { request, cancel }
}

/**
 * Calls `onFire` whenever the expression says so, until `stop`; fires that were slept through count as one. `interval`
 * is the time between the next two fires, in milliseconds.
 * @throws OperatorError 78 for an expression that is not five valid fields, or an unknown time zone
 */
export const schedule = (options: ScheduleOptions): { stop(): void; readonly interval: number } => {
  const fire = oncePerTurn(options.onFire)
  const task = taskOf(options.expression, options.timezone, fire.request)
  /** With a listener node-cron does not print a warning of its own. */
  task.on('execution:missed', fire.request)
  const interval = gapOf(task)
  void task.start()
  const stop = () => {
    void task.destroy()
    fire.cancel()
  }
  return { stop, interval }
}
