import { pointAt } from './point.ts'
import type { Spot } from './points.ts'
import type { Recording } from './proxy.ts'

/** A place in a submission; `isDecided`: the message is not handed over after it any more, or its answer has come. */
export interface SmtpSpot extends Spot {
  readonly isDecided: boolean
}

const verbs = ['EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA'] as const

const commandSpots = verbs.flatMap((verb): readonly SmtpSpot[] => [
  { name: `${verb}, before it`, point: pointAt('to-server', `^${verb}`, 'before'), isDecided: true },
  { name: `${verb}, within its line`, point: pointAt('to-server', `^${verb}`, 'after'), isDecided: true },
  {
    name: `${verb}, after its line`,
    point: pointAt('to-server', `^${verb}[^\\r\\n]*\\r\\n`, 'after'),
    isDecided: verb !== 'DATA',
  },
])

const messageSpots: readonly SmtpSpot[] = [
  { name: 'the message, before it', point: pointAt('to-server', '^From: ', 'before'), isDecided: false },
  { name: 'the message, within it', point: pointAt('to-server', '^From: ', 'before', 1, 700), isDecided: false },
  { name: 'the final dot, before it', point: pointAt('to-server', '^\\.\\r\\n', 'before'), isDecided: false },
  { name: 'the final dot, within it', point: pointAt('to-server', '^\\.\\r\\n', 'before', 1, 1), isDecided: false },
  { name: 'the final dot, after it', point: pointAt('to-server', '^\\.\\r\\n', 'after'), isDecided: false },
]

/** The last reply but one, to the final dot, decides; QUIT's is of no interest. */
const replySpots = (toClient: string): readonly SmtpSpot[] => {
  const replies = [...toClient.matchAll(/^\d{3} [^\r\n]*\r\n/gmu)].map(([reply]) => reply)
  const verdict = replies.findIndex((reply) => reply.startsWith('354')) + 1
  return replies.slice(0, verdict + 1).flatMap((_, index): readonly SmtpSpot[] => {
    const name = `reply #${index + 1}`
    const whole = '^\\d{3} [^\\r\\n]*\\r\\n'
    const isDecided = index < verdict - 1
    return [
      { name: `${name}, before it`, point: pointAt('to-client', whole, 'before', index + 1), isDecided },
      { name: `${name}, within it`, point: pointAt('to-client', '^\\d{3} ', 'after', index + 1), isDecided },
      {
        name: `${name}, after it`,
        point: pointAt('to-client', whole, 'after', index + 1),
        isDecided: isDecided || index === verdict,
      },
    ]
  })
}

/** Every place of a submission that was recorded. */
export const smtpSpotsIn = ({ toClient }: Recording): readonly SmtpSpot[] => [
  ...commandSpots,
  ...messageSpots,
  ...replySpots(toClient),
]
