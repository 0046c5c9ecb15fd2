import { renderColumns } from '../../src/cli/columns.ts'
import type { Style } from '../../src/cli/style.ts'
import { fieldValues } from '../../src/core/message.ts'
import type { DemoServer } from './server.ts'
import type { Draft, Met } from './verdict.ts'

export const renderTitle = (title: string, style: Style): string => `\n${style.bold(title)}\n\n`

const short = (value: string): string => (value.length > 72 ? `${value.slice(0, 71)}…` : value)

const renderDraft = ({ message, flags }: Draft, style: Style): string => {
  const from = fieldValues(message, 'From')[0] ?? ''
  const to = fieldValues(message, 'To')[0] ?? 'nobody yet'
  const inReplyTo = short(fieldValues(message, 'In-Reply-To')[0] ?? '')
  const header = [
    ['Subject', style.bold(message.subject)],
    ['From', from],
    ['To', to],
    ['In-Reply-To', inReplyTo],
    ['flags', flags.join(' ')],
  ].map(([name = '', value = '']) => `${style.dim(`${name}:`.padEnd(13))}${value}\n`)
  const body = (message.text ?? '').trimEnd().split('\n')
  return `${header.join('')}\n${body.map((line) => `  ${line}`.trimEnd()).join('\n')}\n`
}

/** Every draft as it now lies in Drafts: its header in short, its flags, its text. */
export const renderDrafts = (drafts: readonly Draft[], style: Style): string =>
  drafts.map((draft) => renderDraft(draft, style)).join(`\n${style.dim('-'.repeat(72))}\n`)

/** Everyone who got no draft, and the rule that says so. */
export const renderSkipped = (met: readonly Met[], style: Style): string =>
  renderColumns(
    ['FROM', 'REASON', 'BECAUSE'],
    met
      .filter(({ state }) => state === 'skipped')
      .map(({ inviter, kind, reason, because }) => [inviter?.name ?? `(${kind})`, reason ?? '', because ?? '']),
    style,
  )

/** What a mail client has to be told. */
export const renderLogin = ({ host, port, user, password }: DemoServer): string =>
  [
    ['IMAP server', host],
    ['port', String(port)],
    ['security', 'none (no TLS, password in clear: it never leaves this machine)'],
    ['user', user],
    ['password', password],
  ]
    .map(([name = '', value = '']) => `${name.padEnd(13)}${value}\n`)
    .join('')
