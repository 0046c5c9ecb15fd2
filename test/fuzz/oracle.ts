import { parse } from '../../src/io/parse.ts'
import { type Judged, judge } from './judge.ts'

/** Values that sign a person in, or track one, in the links of a mail. */
export const secretsIn = (source: string): readonly string[] => {
  const plain = source.replace(/=\r?\n/gu, '').replace(/=3D/gu, '=')
  const values = plain.matchAll(
    /(?:sharedKey|otpToken|midToken|midSig|loid|eid)(?:=|%3D|\/)([\w%.~-]{6,})|[?&]e=([\w-]{8,})/gu,
  )
  return [...new Set([...values].map(([, one, other]) => one ?? other ?? ''))]
}

const draftFaults = async ({ draft, outcome }: Judged): Promise<readonly string[]> => {
  if (draft === null) return []
  const message = await parse(draft)
  const names = message.fields.map(({ name }) => name.toLowerCase())
  const to = outcome.recipient.kind === 'on-site' ? [] : [outcome.recipient.address]
  return [
    ...(names.length === new Set(names).size ? [] : ['the draft has a field twice']),
    ...(names.some((name) => name === 'cc' || name === 'bcc') ? ['the draft has a copy'] : []),
    ...(message.from.length === 1 && /@example\.(?:org|com)$/u.test(message.from[0]?.address ?? '')
      ? []
      : ['the draft is not from the user']),
    ...(message.to.map(({ address }) => address).join() === to.join() ? [] : ['the draft goes to somebody else']),
    ...(message.html === null && message.defects.length === 0 ? [] : ['the draft is more than one text']),
    ...(draft
      .toString('latin1')
      .split('\r\n')
      .some((line) => line.length > 998)
      ? ['the draft has a line too long']
      : []),
  ]
}

/** What is wrong with how octets were judged; [] when nothing is. Throws only where the program would. */
export const faultsOf = async (bytes: Buffer, answered: boolean): Promise<readonly string[]> => {
  const judged = await judge(bytes)
  const leaked = secretsIn(bytes.toString('latin1')).filter((secret) => judged.told.includes(secret))
  return [
    ...(answered || judged.draft === null ? [] : ['a reply that the untouched mail would not get']),
    ...(leaked.length === 0 ? [] : [`${leaked.length} secrets of its links are told`]),
    ...(await draftFaults(judged)),
  ]
}
