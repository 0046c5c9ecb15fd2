import type { Account } from './core/settings.ts'
import type { Mark } from './core/state.ts'
import type { Ledger } from './ledgerPort.ts'
import type { Log, MailAccount, MailboxStatus } from './ports.ts'

interface Pass {
  readonly account: Pick<Account, 'name'>
  readonly ledger: Pick<Ledger, 'inHand' | 'seenMailboxes'>
  readonly log: Log
}

/**
 * All mailboxes. A Drafts mailbox that held replies before and is gone is made again: Alpine deletes it as soon as it is
 * empty, and nobody could be answered until the user made one by hand.
 */
export const listWithDrafts = async (mail: MailAccount, pass: Pass): Promise<readonly MailboxStatus[]> => {
  const all = await mail.list()
  if (all.some(({ specialUse }) => specialUse === '\\Drafts')) return all
  const gone = goneDrafts(all, pass)
  if (gone === null) return all
  await mail.create(gone)
  pass.log.info('drafts-made-again', { account: pass.account.name, mailbox: gone })
  return mail.list()
}

/** null where it was never there, is only renamed, or may be one of several. */
const goneDrafts = (all: readonly MailboxStatus[], { account, ledger }: Pass): string | null => {
  const drafts = ledger
    .inHand(account.name, Number.MAX_SAFE_INTEGER)
    .flatMap(({ state }): Mark[] =>
      state.kind === 'drafted' || state.kind === 'edited' ? [{ ...state, uidNext: (state.uid ?? 0) + 1 }] : [],
    )
  const gone = [...drafts, ...ledger.seenMailboxes(account.name)].filter((mark) => !isThere(mark, all))
  const [path, ...more] = new Set(gone.map(({ mailbox }) => mailbox))
  return path === undefined || more.length > 0 ? null : path
}

/** A mailbox that was renamed keeps its UIDVALIDITY, which others may have too, and its UIDNEXT does not go down. */
const isThere = (mark: Mark, all: readonly MailboxStatus[]): boolean =>
  all.some(
    ({ path, specialUse, status }) =>
      path === mark.mailbox ||
      (specialUse === null &&
        path.toUpperCase() !== 'INBOX' &&
        status?.uidValidity === mark.uidValidity &&
        status.uidNext >= mark.uidNext),
  )
