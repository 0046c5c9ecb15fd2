/**
 * Endings, as sysexits(3) numbers them. Scripts, cron and systemd act on these, so they never change meaning.
 */
export const exit = {
  ok: 0,
  usage: 64,
  malformedInput: 65,
  noInput: 66,
  unavailable: 69,
  software: 70,
  tryAgain: 75,
  loginRefused: 77,
  config: 78,
  /** What shells say of a program that Ctrl-C ended. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exit)[keyof typeof exit]

/**
 * Something the person at the keyboard, or the weather, has to mend: one sentence (lower case, no full stop),
 * and what to type or look at. Shown without a stack; anything else that is thrown is a fault of ours (70).
 */
export class OperatorError extends Error {
  readonly exitCode: ExitCode
  readonly hints: readonly string[]

  constructor(exitCode: ExitCode, sentence: string, hints: readonly string[] = [], options?: { cause?: unknown }) {
    super(sentence, options)
    this.name = 'OperatorError'
    this.exitCode = exitCode
    this.hints = hints
  }
}

/** The person left a question unanswered, or pressed Ctrl-C: nothing was done. */
export class Interrupted extends OperatorError {
  constructor() {
    super(exit.interrupted, 'nothing was written', ['have-we-met init asks again'])
  }
}

/** A server is willing, but not now: whoever comes back sooner than it asks for makes it worse. */
export class Throttled extends OperatorError {
  /** Milliseconds that the server asks us to wait; null when it did not say. */
  readonly wait: number | null

  constructor(sentence: string, wait: number | null, hints: readonly string[] = []) {
    super(exit.tryAgain, sentence, hints)
    this.wait = wait
  }
}

/** The server has no IDLE (RFC 2177), or refuses it: there is no use in asking again. */
export class IdleNotOffered extends OperatorError {}

/** Nobody is logged in any more, or never was: the user has to log in, in a browser. */
export class LoginExpired extends OperatorError {
  constructor(account: string, sentence: string, ...hints: readonly string[]) {
    super(exit.loginRefused, sentence, [`type: have-we-met login ${account}`, ...hints])
  }
}

/** Another process writes the ledger: the second names the first, and waits or leaves. */
export class LedgerInUse extends OperatorError {}
