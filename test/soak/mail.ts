import { hostile } from '../support/hostile.ts'
import { eml, multipart, withPart } from '../support/mail.ts'
import { marks } from '../support/signing.ts'

const letters = (n: number): string =>
  [...String(n).padStart(5, '0')].map((digit) => 'abcdefghij'[Number(digit)]).join('')

/** Names, profile and invitation of the n-th person; no two persons share any. */
const asPerson = (n: number, text: string): string =>
  text
    .replaceAll('Ingrid', `Per${letters(n)}`)
    .replaceAll('Solberg', `Sol${letters(n)}`)
    .replaceAll('ingrid-solberg-90aa12c4', `sol${letters(n)}-${n}`)
    .replaceAll('7357397350991444546', String(7_357_397_350_000_000_000n + BigInt(n)))

const note = 'We met at the harbour fair last week, and I would like to stay in touch.'
const belowTheName = '<div class="pt-0.5"'

const written = (n: number, isNoted: boolean): string => {
  const html = withPart(eml(multipart), 'text/html', (text) =>
    asPerson(n, isNoted ? text.replace(belowTheName, `<p>${note}</p>${belowTheName}`) : text),
  )
  const plain = withPart(html, 'text/plain', (text) =>
    asPerson(n, isNoted ? text.replace('\nAccept: ', `\n${note}\n\nAccept: `) : text),
  )
  return asPerson(n, plain.toString('utf8'))
}

/** What Gmail says of a message: it is LinkedIn's, or it only claims to be. */
const genuine = marks('01-gmail').trimEnd()
const spurious = genuine.replaceAll('=pass', '=fail')

export interface Letter {
  /** Which person's. */
  readonly n: number
  readonly to: string
  readonly messageId: string
  /** What the program's clock shows. */
  readonly now: number
}

const inCrlf = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/gu, '\r\n'))

const addressed = (text: string, { to, messageId, now }: Letter): string =>
  text
    .replace(/^Date: .*$/mu, `Date: ${new Date(now).toUTCString()}`)
    .replace(/^To: .*$/mu, `To: Rowan Ashby <${to}>`)
    .replace(/^Message-ID: .*$/mu, `Message-ID: ${messageId}`)

/** The n-th person's invitation: without a note, with one, or made by somebody else than LinkedIn. */
export const invitationOf = (letter: Letter, what: 'plain' | 'noted' | 'forged'): Buffer =>
  inCrlf(`${what === 'forged' ? spurious : genuine}\n${addressed(written(letter.n, what === 'noted'), letter)}`)

/** Mail made to hurt, which LinkedIn seems to have sent. */
export const hostileMail = (which: number, letter: Letter): Buffer =>
  inCrlf(`${genuine}\n${addressed(hostile[which]?.[1] ?? '', letter)}`)
