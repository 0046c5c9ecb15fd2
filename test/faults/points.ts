import { type Point, pointAt } from './point.ts'
import type { Recording } from './proxy.ts'

/** A place in the conversation, as it may be told to people. */
export interface Spot {
  readonly name: string
  readonly point: Point
}

/** A command as the client sent it: `A APPEND Drafts … {1093+}`, a literal, and the end of the line. */
interface Command {
  readonly tag: string
  /** UID is a part of it. */
  readonly verb: string
  /** Of this verb, from 1. */
  readonly occurrence: number
  /** Octets of its literal, or null. */
  readonly literal: number | null
}

const line = '[^\\r\\n]*\\r\\n'
const command = /^(\w+) ((?:UID )?[A-Z]{2,})[^\r\n]*?(?:\{(\d+)\+?\})?\r\n/gmu

/** Without the literals, in which anything may stand. */
const outline = (sent: string): string => {
  const begin = /\{(\d+)\+?\}\r\n/u.exec(sent)
  if (begin === null) return sent
  const end = begin.index + begin[0].length
  return sent.slice(0, end) + outline(sent.slice(end + Number(begin[1])))
}

const commandsIn = (sent: string): readonly Command[] => {
  const counts = new Map<string, number>()
  return [...outline(sent).matchAll(command)].map(([, tag = '', verb = '', literal]) => {
    const occurrence = (counts.get(verb) ?? 0) + 1
    counts.set(verb, occurrence)
    return { tag, verb, occurrence, literal: literal === undefined ? null : Number(literal) }
  })
}

const spotsOfLiteral = (begin: string, occurrence: number, literal: number): readonly Spot[] => {
  const octets = (name: string, beyond: number): Spot => ({
    name,
    point: pointAt('to-server', begin, 'after', occurrence, beyond),
  })
  return [
    octets('in its literal', Math.floor(literal / 2)),
    octets('before the last octet of its literal', literal - 1),
    octets('after the last octet of its literal', literal),
    octets('after all of it', literal + 2),
  ]
}

const spotsOfCommand = ({ tag, verb, occurrence, literal }: Command): readonly Spot[] => {
  const begin = `^\\w+ ${verb}\\b`
  const answer = `^${tag} (?:OK|NO|BAD)`
  const spots: readonly Spot[] = [
    { name: 'before it', point: pointAt('to-server', begin, 'before', occurrence) },
    { name: 'within its line', point: pointAt('to-server', begin, 'after', occurrence) },
    { name: 'after its line', point: pointAt('to-server', begin + line, 'after', occurrence) },
    ...(literal === null ? [] : spotsOfLiteral(begin + line, occurrence, literal)),
    { name: 'before its answer', point: pointAt('to-client', answer, 'before') },
    { name: 'within its answer', point: pointAt('to-client', answer, 'after') },
    { name: 'after its answer', point: pointAt('to-client', answer + line, 'after') },
  ]
  return spots.map(({ name, point }) => ({ name: `${verb} #${occurrence}, ${name}`, point }))
}

const spotsOfContinuations = (said: string): readonly Spot[] =>
  [...said.matchAll(/^\+ ?/gmu)].flatMap((_, index) => [
    { name: `continuation #${index + 1}, before it`, point: pointAt('to-client', '^\\+', 'before', index + 1) },
    { name: `continuation #${index + 1}, after it`, point: pointAt('to-client', `^\\+${line}`, 'after', index + 1) },
  ])

const greeting: readonly Spot[] = [
  { name: 'before the greeting', point: { direction: 'to-client', octets: 0 } },
  { name: 'within the greeting', point: { direction: 'to-client', octets: 20 } },
  { name: 'after the greeting', point: pointAt('to-client', `^\\* OK${line}`, 'after') },
]

/** Every place of a conversation that was recorded, so that a command which is new to it is covered by itself. */
export const spotsIn = ({ toServer, toClient }: Recording): readonly Spot[] => [
  ...greeting,
  ...spotsOfContinuations(outline(toClient)),
  ...commandsIn(toServer).flatMap(spotsOfCommand),
]
