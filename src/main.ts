#!/usr/bin/env node
/**
 * have-we-met, from the top: argv becomes a command (cli), the command goes through doors (io) that are opened here,
 * and ends in an exit code. The way of one invitation is written in poll.ts; what it means is decided in core.
 */
import { setFlagsFromString } from 'node:v8'
import { type Command, type Invocation, readArguments } from './cli/arguments.ts'
import { renderError } from './cli/errorReport.ts'
import { help } from './cli/help.ts'
import { styleFor } from './cli/style.ts'
import type { House } from './commands/house.ts'
import { redact } from './core/redact.ts'
import { openHouse, packageVersion, type Surroundings } from './doors.ts'
import { type ExitCode, exit, OperatorError } from './errors.ts'

/** Runs one command line; never throws. Only this file knows exit codes other than by name. */
const main = async (argv: readonly string[], around: Surroundings): Promise<ExitCode | 1> => {
  let invocation: Invocation | null = null
  try {
    invocation = readArguments(argv)
    const { command } = invocation
    // As daemons know it, from the first moment on; every other command ends by it.
    if (command.name === 'run' && !around.stderr.isTTY) process.on('SIGHUP', hangUp)
    if (command.name === 'help') return say(around, help)
    if (command.name === 'version') return say(around, `${packageVersion()}\n`)
    return await perform(command, await openHouse(invocation, around))
  } catch (error) {
    return tell(error, around, invocation?.logLevel === 'debug')
  }
}

const say = ({ stdout }: Surroundings, text: string): ExitCode => {
  stdout.write(text)
  return exit.ok
}

type Performed = Exclude<Command, { name: 'help' | 'version' }>

const perform = async (command: Performed, house: House): Promise<ExitCode | 1> => {
  switch (command.name) {
    case 'init':
      return (await import('./commands/init.ts')).initCommand(command, house)
    case 'login':
      return (await import('./commands/login.ts')).loginCommand(command, house)
    case 'poll':
      return (await import('./commands/poll.ts')).pollCommand(command, house)
    case 'run':
      // A daemon has time, and is to be small: V8 would take and keep twice as much to be quick.
      setFlagsFromString('--optimize-for-size')
      setFlagsFromString('--semi-space-growth-factor=1')
      return (await import('./commands/run.ts')).runCommand(house)
    case 'check':
      return (await import('./commands/check.ts')).checkCommand(house)
    case 'explain':
      return (await import('./commands/explain.ts')).explainCommand(command, house)
    case 'preview':
      return (await import('./commands/preview.ts')).previewCommand(command, house)
    case 'status':
      return (await import('./commands/status.ts')).statusCommand(command, house)
    case 'health':
      return (await import('./commands/health.ts')).healthCommand(house)
    case 'sanitize':
      return (await import('./commands/sanitize.ts')).sanitizeCommand(command.file, house)
    case 'retry':
      return (await import('./commands/retry.ts')).retryCommand(command.id, house)
    case 'forget':
      return (await import('./commands/forget.ts')).forgetCommand(command.person, house)
    case 'pause':
      return (await import('./commands/pause.ts')).pauseCommand(house)
    case 'resume':
      return (await import('./commands/pause.ts')).resumeCommand(house)
  }
}

/** What the user can mend is told in a sentence; a fault of ours shows its stack and asks for a report. */
const tell = (error: unknown, { stderr, env }: Surroundings, withStack: boolean): ExitCode => {
  const style = styleFor(stderr, env)
  const stack = redact(error instanceof Error ? `${error.stack}\n` : `${String(error)}\n`, [])
  if (!(error instanceof OperatorError)) {
    stderr.write(`${style.bad('have-we-met:')} a fault of ours; please report it with what follows\n${stack}`)
    return exit.software
  }
  stderr.write(renderError(error, style) + (withStack ? stack : ''))
  return error.exitCode
}

/** The first signal asks to end after the message in hand; the second ends at once. */
const stopOnSignals = (): AbortSignal => {
  const controller = new AbortController()
  const ask = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    controller.abort()
  }
  process.on('SIGTERM', ask).on('SIGINT', ask)
  // A terminal that is closed says so with SIGHUP.
  if (process.stderr.isTTY) process.on('SIGHUP', ask)
  return controller.signal
}

/** One that comes before anybody listens is kept for whoever does. */
const hangups: { isKept: boolean; tell: (() => void) | null } = { isKept: false, tell: null }

const hangUp = (): void => {
  if (hangups.tell === null) hangups.isKept = true
  else hangups.tell()
}

const onHangup = (run: () => void): void => {
  hangups.tell = run
  if (hangups.isKept) run()
}

const farewells: ((error: unknown) => void)[] = []

/** What a daemon has to say and do at its end, or what everybody says. */
const end = (error: unknown): ExitCode => {
  const code = error instanceof OperatorError ? error.exitCode : exit.software
  if (farewells.length === 0) return tell(error, surroundings, false)
  for (const say of farewells) say(error)
  return code
}

const { env, argv, stdin, stdout, stderr } = process
const surroundings: Surroundings = {
  ...{ env, cwd: process.cwd(), stdin, stdout, stderr },
  stop: stopOnSignals(),
  onHangup,
  lastWords: (run) => void farewells.push(run),
}

/** A reader that has seen enough (`… | head`) is no error. */
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exit.ok : exit.software))
/** A terminal is closed, a pipe's reader ends: what nobody reads any more must not break off what is in hand. */
stderr.on('error', () => {})
/** A promise that nobody looked after comes here too. */
process.on('uncaughtException', (error) => process.exit(end(error)))

process.exitCode = await main(argv.slice(2), surroundings)
/** What an abandoned poll left open, a socket or a command, must not hold the process: it has 10 s for all of its end. */
setTimeout(() => process.exit(), 1000).unref()
