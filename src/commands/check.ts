import { type Finding, renderFinding, renderVerdict } from '../cli/checkReport.ts'
import { doubtsIn, doubtsInWords } from '../cli/doubts.ts'
import { gapsInWords } from '../cli/previewReport.ts'
import type { Account } from '../core/settings.ts'
import type { Sample } from '../core/templateSamples.ts'
import { type ExitCode, exit, OperatorError } from '../errors.ts'
import { checkMailAccount } from './checkAccount.ts'
import type { House } from './house.ts'
import { groundsFor, refuseUnusable } from './pollAccount.ts'
import { samplesOf } from './preview.ts'
import { tryTemplates } from './templateTrial.ts'

/** Collects findings, says each at once, and remembers the exit code of the first problem. */
export interface Notebook {
  readonly ok: (sentence: string) => void
  readonly note: (sentence: string, ...advice: readonly string[]) => void
  /** Runs a step; its OperatorError is a finding, anything else is thrown. null after a problem. */
  readonly attempt: <T>(step: () => Promise<T> | T) => Promise<T | null>
}

/** `have-we-met check`: tries settings, templates, ledger, and for each account login, mailboxes and trust. */
export const checkCommand = async (house: House): Promise<ExitCode> => {
  const findings: Finding[] = []
  const codes: ExitCode[] = []
  const notebook = notebookOver(findings, codes, house)
  const settings = await notebook.attempt(() => house.settings())
  if (settings !== null) {
    notebook.ok(`settings: ${settings.sources.join(', ')}`)
    await checkTemplates(settings.accounts, house, notebook)
    await checkLedger(house, notebook)
    for (const account of settings.accounts) await checkMailAccount(account, house, notebook)
  }
  house.out(renderVerdict(findings, house.style))
  return codes[0] ?? exit.ok
}

const notebookOver = (findings: Finding[], codes: ExitCode[], house: House): Notebook => {
  const add = (finding: Finding): void => {
    findings.push(finding)
    house.out(renderFinding(finding, house.style))
  }
  return {
    ok: (sentence) => add({ level: 'ok', sentence, advice: [] }),
    note: (sentence, ...advice) => add({ level: 'note', sentence, advice }),
    attempt: async (step) => {
      try {
        return await step()
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error
        codes.push(error.exitCode)
        add({ level: 'problem', sentence: error.message, advice: error.hints })
        return null
      }
    },
  }
}

const checkTemplates = async (accounts: readonly Account[], house: House, notebook: Notebook): Promise<void> => {
  const templates = await house.templates()
  const samples = samplesOf(house)
  const trials = (await notebook.attempt(() => tryTemplates(templates, samples))) ?? []
  const broken = templates.broken()
  for (const { sentence, hints } of broken) await notebook.attempt(() => fail(sentence, hints))
  for (const gap of trials.flatMap(gapsInWords))
    notebook.note(gap, 'see have-we-met preview; {{#if}} can hold more of the line')
  if (broken.length === 0) await checkReplies(accounts, trials.length, samples, house, notebook)
  const phrases = await notebook.attempt(() => house.phrases())
  if (phrases !== null) notebook.ok(`phrases: ${phrases.map(({ language }) => language).join(', ')}`)
}

const checkReplies = async (
  accounts: readonly Account[],
  count: number,
  samples: readonly Sample[],
  house: House,
  notebook: Notebook,
): Promise<void> => {
  const usable = await notebook.attempt(async () => {
    for (const account of accounts) refuseUnusable(await groundsFor(account, house), house.now())
    return true
  })
  if (usable) notebook.ok(`templates: ${count} render with ${samples.map(({ name }) => name).join(', ')} data`)
}

const fail = (sentence: string, hints: readonly string[]): never => {
  throw new OperatorError(exit.config, sentence, hints)
}

const checkLedger = async (house: House, notebook: Notebook): Promise<void> => {
  const { stateDir } = house.settings()
  const known = await notebook.attempt(async () => {
    const reader = await house.reader()
    const entries = reader?.entries() ?? []
    reader?.close()
    return entries
  })
  if (known === null) return
  notebook.ok(`ledger: ${stateDir}, ${known.length} messages from LinkedIn so far`)
  for (const doubt of doubtsInWords(doubtsIn(known))) notebook.note(doubt)
  if (house.pause.is()) notebook.note('paused', 'have-we-met resume lets it go on')
}
