/** Mail made to hurt: each claims to be an invitation, and each must be held up, named, and leave the others alone. */

const header = (n: number): string =>
  `From: Ada Brandt <invitations@linkedin.com>\nTo: x\nDate: x\nSubject: I want to connect\nMessage-ID: <${n}.66@lva1-app1.prod.linkedin.com>\nX-LinkedIn-Template: email_m2m_invite_single_01\nMIME-Version: 1.0\n`

const typed = (type: string, body: string, more = ''): string => `Content-Type: ${type}\n${more}\n${body}\n`
const html = (body: string): string => typed('text/html; charset=utf-8', `<html><body>${body}</body></html>`)
const text = (body: string): string => typed('text/plain; charset=utf-8', body)

const nested = (depth: number): string => {
  const levels = Array.from(
    { length: depth },
    (_, level) => `Content-Type: multipart/mixed; boundary="b${level}"\n\n--b${level}\n`,
  )
  return `${levels.join('')}${text('x')}`
}

/** Rows of 76 characters, as mail has them. */
const rows = (line: string, count: number): string => `${line}\n`.repeat(count)

/** [what it is, the message] */
export const hostile: readonly (readonly [string, string])[] = (
  [
    ['of 25 MB', text(rows('We met at the fair, and I have a lot to say about the fair where we met!!', 350_000))],
    [
      'of 10 000 MIME parts',
      typed('multipart/mixed; boundary=b', `${rows('--b\nContent-Type: text/plain\n\nx', 10_000)}--b--`),
    ],
    ['of 1 000 levels of MIME', nested(1000)],
    ['with a header line of a megabyte', `X-Long: ${'x'.repeat(1_000_000)}\n${text('x')}`],
    ['with 10 000 fields', `${rows('X-Field: x', 10_000)}${text('x')}`],
    [
      'with a recipient of 20 000 addresses',
      `X-To: x\nCc: ${'a@example.org, '.repeat(20_000)}b@example.org\n${text('x')}`,
    ],
    ['of a hundred thousand entities in html', html(rows('&amp;&lt;&#39;&nbsp;', 25_000))],
    ['of a million characters of entities in text', text(rows('&amp;&#39;&lt;&quot;', 50_000))],
    [
      'of html that is never closed',
      html(rows('<div><a href="https://www.linkedin.com/comm/in/x?trk=eml-a-b">x', 10_000)),
    ],
    ['of html with 60 000 elements', html(rows('<br>', 60_000))],
    [
      'of broken base64',
      typed('text/plain; charset=utf-8', rows('====AAA!*=?', 50_000), 'Content-Transfer-Encoding: base64\n'),
    ],
    [
      'of broken quoted-printable',
      typed('text/html', rows('=ZZ=3=\u0001==', 50_000), 'Content-Transfer-Encoding: quoted-printable\n'),
    ],
    ['in a charset that nobody knows', typed(`text/plain; charset=x-${'z'.repeat(5000)}`, 'We met.')],
    ['of one line of a megabyte', typed('text/plain; charset=utf-8', 'a '.repeat(450_000))],
    ['of 100 000 short lines', text(rows('a', 100_000))],
    ['with a boundary of its own making', typed('multipart/mixed; boundary="()[]{}.*+?^$|"', '--()[]{}.*+?^$|\n\nx\n')],
    ['of control characters', text('\u0001\u0002\u0007\u001b[2J\u009b'.repeat(10_000))],
  ] as const
).map(([name, rest], n) => [name, `${header(n)}${rest}`])
