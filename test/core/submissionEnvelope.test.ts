import { describe, expect, it } from 'vitest'
import { submissionFault } from '../../src/core/submissionEnvelope.ts'

const envelope = { from: 'rowan@example.org', to: 'ingrid@example.com' }
const good = 'From: Rowan <rowan@example.org>\r\nTo: Ingrid <ingrid@example.com>\r\nSubject: hi\r\n\r\nhello\r\n'

const fault = (message: string, changes: Partial<typeof envelope> = {}) =>
  submissionFault({ ...envelope, ...changes }, Buffer.from(message, 'latin1'))

const withField = (field: string): string => good.replace('Subject:', `${field}\r\nSubject:`)
const withTo = (value: string): string => good.replace('Ingrid <ingrid@example.com>', value)

describe('a message may be submitted', () => {
  it.each([
    ['with a name', good],
    ['without a name', withTo('ingrid@example.com')],
    ['with a comma in a quoted name', withTo('"Solberg, Ingrid" <ingrid@example.com>')],
    ['with an encoded name', withTo('=?UTF-8?Q?J=C3=BCrgen?= <ingrid@example.com>')],
    ['with a folded To', withTo('Ingrid\r\n <ingrid@example.com>')],
    ['that speaks of Bcc in its body', `${good}Bcc: eve@example.com\r\n`],
    ['that speaks of Cc in its subject', good.replace('hi', 'Cc: eve@example.com')],
    ['with lines of 998 octets', `${good}${'x'.repeat(998)}\r\n`],
  ])('%s', (_, message) => {
    expect(fault(message)).toBeNull()
  })
})

describe('a message must not be submitted', () => {
  it.each([
    ['to two in the envelope', good, { to: 'ingrid@example.com,eve@example.com' }, 'has no plain address'],
    ['to nobody', good, { to: '' }, 'has no plain address'],
    ['to a name and an address', good, { to: 'Ingrid <ingrid@example.com>' }, 'has no plain address'],
    ['to an address with a line break', good, { to: 'ingrid@example.com\r\nRCPT' }, 'has no plain address'],
    ['to an address outside ASCII', good, { to: 'jürgen@example.com' }, 'has no plain address'],
    ['from nobody', good, { from: '' }, 'has no plain address as its sender'],
    ['to another than its To', good, { to: 'eve@example.com' }, 'is addressed to another'],
    ['to another letter case', good, { to: 'Ingrid@example.com' }, 'is addressed to another'],
    ['without To', good.replace('To:', 'X-To:'), {}, 'does not have exactly one To'],
    ['with a second To', withField('TO: eve@example.com'), {}, 'does not have exactly one To'],
    ['with two in To', withTo('ingrid@example.com, eve@example.com'), {}, 'is addressed to another'],
    ['with a group in To', withTo('all: ingrid@example.com;'), {}, 'is addressed to another'],
    ['with Cc', withField('Cc: eve@example.com'), {}, 'has a Cc field'],
    ['with bcc', withField('bcc: eve@example.com'), {}, 'has a bcc field'],
    ['with an empty Bcc', withField('Bcc:'), {}, 'has a Bcc field'],
    ['with Bcc and a space before the colon', withField('Bcc : eve@example.com'), {}, 'has a Bcc field'],
    ['with Resent-To', withField('Resent-To: eve@example.com'), {}, 'has a Resent-To field'],
    ['without a body', good.replace('\r\n\r\n', '\r\n'), {}, 'has no end of its header'],
    ['with a bare LF', good.replace('hi', 'hi\nBcc: eve@example.com'), {}, 'not CRLF'],
    ['with a bare CR', good.replace('hi', 'hi\rBcc: eve@example.com'), {}, 'not CRLF'],
    ['with a bare CR at its end', `${good}\r`, {}, 'not CRLF'],
    ['without a line end at its end', `${good}.`, {}, 'does not end'],
    ['with an octet above 127', `${good}\u00fc\r\n`, {}, 'not every server takes'],
    ['with a null octet', `${good}\0\r\n`, {}, 'not every server takes'],
    ['with a line of 999 octets', `${good}${'x'.repeat(999)}\r\n`, {}, 'more than 998 octets'],
  ])('%s', (_, message, changes, because) => {
    expect(fault(message, changes)).toContain(because)
  })
})
