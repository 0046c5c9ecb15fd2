import type { Command } from '../cli/arguments.ts'
import { renderError } from '../cli/errorReport.ts'
import type { Since } from '../cli/moments.ts'
import { outcomeJson, summaryJson } from '../cli/outcomeJson.ts'
import { renderPoll, renderReplies, renderSummary, renderTakenUp } from '../cli/pollReport.ts'
import type { Instant } from '../core/message.ts'
import { counted, emptySummary, type Outcome, type Summary } from '../core/outcome.ts'
import type { Account } from '../core/settings.ts'
import { type ExitCode, exit, OperatorError } from '../errors.ts'
import type { Ledger } from '../ledgerPort.ts'
import { defaultGrace } from '../worker.ts'
import type { House } from './house.ts'
import { pollAccount } from './pollAccount.ts'

type PollCommand = Extract<Command, { name: 'poll' }>

/** `have-we-met poll`: one pass over every account. One that fails does not keep the others from their turn. */
export const pollCommand = async (command: PollCommand, house: House): Promise<ExitCode> => {
  const { accounts } = house.settings()
  if (house.pause.is()) {
    house.talk('paused: nothing is scanned before have-we-met resume\n')
    return exit.ok
  }
  const ledger = await (command.dryRun ? house.rehearsal() : house.ledger())
  try {
    const ends: End[] = []
    for (const account of accounts) {
      if (!house.stop.aborted) ends.push(await pollOne(account, command, house, ledger))
    }
    if (command.json) house.out(summaryJson(ends.map(({ summary }) => summary).reduce(added, emptySummary)))
    return ends.find(({ code }) => code !== exit.ok)?.code ?? exit.ok
  } finally {
    ledger.close()
  }
}

interface End {
  readonly summary: Summary
  readonly code: ExitCode
}

const added = (one: Summary, other: Summary): Summary => ({
  seen: one.seen + other.seen,
  replied: one.replied + other.replied,
  skipped: one.skipped + other.skipped,
  deferred: one.deferred + other.deferred,
  uncertain: one.uncertain + other.uncertain,
  failed: one.failed + other.failed,
  unrecognised: one.unrecognised + other.unrecognised,
})

const sinceFrom = (since: Since | null, now: Instant): Instant | null => {
  if (since === null) return null
  return 'age' in since ? now - since.age : since.moment
}

const pollOne = async (account: Account, command: PollCommand, house: House, ledger: Ledger): Promise<End> => {
  const outcomes: Outcome[] = []
  const report = (outcome: Outcome): void => {
    outcomes.push(outcome)
    if (command.json) house.out(outcomeJson(outcome))
  }
  const run = {
    ledger,
    since: sinceFrom(command.since, house.now()),
    dryRun: command.dryRun,
    report,
    stopping: () => house.stop.aborted,
    abort: soonAfter(house.stop),
  }
  if (!command.json) house.talk(`reading ${account.imap.user} at ${account.imap.host}\n`)
  try {
    const { summary, takenUp, trouble } = await pollAccount(account, house, run)
    if (!command.json)
      house.out(
        renderTakenUp(takenUp) +
          table(outcomes, command, house) +
          renderSummary(summary, outcomes, command.dryRun, house.style),
      )
    if (trouble !== null) house.talk(renderError(trouble, house.style))
    return { summary, code: trouble?.exitCode ?? codeOf(summary) }
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    if (!command.json) house.out(table(outcomes, command, house))
    house.talk(renderError(error, house.style))
    return { summary: outcomes.reduce(counted, emptySummary), code: error.exitCode }
  }
}

/** A server that is silent must not hold a program that was told to stop: then the connection is closed. */
const soonAfter = (stop: AbortSignal): AbortSignal => {
  const controller = new AbortController()
  stop.addEventListener('abort', () => setTimeout(() => controller.abort(), defaultGrace).unref(), { once: true })
  return controller.signal
}

const table = (outcomes: readonly Outcome[], { dryRun }: PollCommand, house: House): string =>
  renderPoll(outcomes, house.style) + (dryRun ? `${renderReplies(outcomes, house.style)}\n` : '')

/** Nobody is told to try again because of mail that was skipped; somebody is when a draft could not be stored. */
const codeOf = ({ failed, uncertain }: Summary): ExitCode => (failed + uncertain > 0 ? exit.tryAgain : exit.ok)
