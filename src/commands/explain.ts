import { assess, compose, type Grounds } from '../assess.ts'
import type { Command } from '../cli/arguments.ts'
import { type Explained, renderExplanation } from '../cli/explainReport.ts'
import { outcomeJson } from '../cli/outcomeJson.ts'
import { invitationKeyOf, replyMessageIdFor } from '../core/identity.ts'
import type { Instant, Message } from '../core/message.ts'
import { noDelivery } from '../core/outcome.ts'
import type { AccountFacts } from '../core/rule.ts'
import { type ExitCode, exit } from '../errors.ts'
import type { House } from './house.ts'
import { groundsOf } from './pollAccount.ts'

type ExplainCommand = Extract<Command, { name: 'explain' }>

/**
 * `have-we-met explain`: how saved messages are read, every rule's word, and the reply each would get. Needs neither
 * account nor ledger nor network; where an account is set up, its policy, trust and user are taken.
 */
export const explainCommand = async (command: ExplainCommand, house: House): Promise<ExitCode> => {
  const { accounts, defaults } = house.settingsWithoutAccount()
  const account = accounts[0] ?? null
  const grounds = await groundsOf(account, account ?? defaults, command.dns, house)
  const parse = await house.parse()
  for (const file of command.files) {
    for await (const { source, bytes } of house.readMessages(file)) {
      const outcome = await explain(await parse(bytes), bytes, grounds, { at: command.at, account: null }, house)
      house.out(command.json ? outcomeJson(outcome) : `${renderExplanation(source, outcome, house.style)}\n`)
    }
  }
  return exit.ok
}

/** What a message is judged by, besides what stands in it. */
interface Light {
  /** null: as of the message's own date, so that an old sample is not refused for its age. */
  readonly at: Instant | null
  /** null where nobody's account is looked at. */
  readonly account: AccountFacts | null
}

/** Reads and judges one message, and composes the reply it would get. */
export const explain = async (
  message: Message,
  bytes: Uint8Array,
  grounds: Grounds,
  { at, account }: Light,
  house: Pick<House, 'now'>,
): Promise<Explained> => {
  const now = at ?? message.date ?? house.now()
  const assessed = await assess(message, bytes, grounds, now, () => account)
  const replies = assessed.decision.kind === 'reply'
  const key = invitationKeyOf(assessed.notification) ?? message.messageId ?? ''
  const messageId = replyMessageIdFor('explain', key, grounds.user.from.address)
  return {
    messageId: message.messageId,
    mailbox: null,
    uid: null,
    subject: message.subject,
    ...assessed,
    reply: replies ? compose(message, assessed, grounds, { messageId, now }).reply : null,
    delivery: noDelivery,
  }
}
