import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Message } from '../core/message.ts'
import { messageOfFields } from '../core/rawFields.ts'
import type { Parse } from '../ports.ts'

export interface ParseLimits {
  /** Milliseconds for one message. */
  readonly deadline: number
  /** Mebibytes of heap. */
  readonly memory: number
}

const usual: ParseLimits = { deadline: 15_000, memory: 256 }

/** A thread, and the messages that wait for it. */
interface Hand {
  readonly parse: Parse
  readonly waiting: () => number
  readonly drop: () => Promise<void>
}

/** The thread begins with the first message, stays for the others, and holds no process open. */
const openHand = (script: URL, limits: ParseLimits): Hand => {
  let worker: Worker | null = null
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  const begin = (): Worker => {
    const begun = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: limits.memory } })
    begun.unref()
    return begun
  }
  const drop = async (): Promise<void> => {
    const dropped = worker
    worker = null
    await dropped?.terminate()
  }
  const answerTo = async (bytes: Uint8Array): Promise<Message> => {
    worker ??= begin()
    try {
      return await ask(worker, bytes, limits)
    } catch (error) {
      await drop()
      if (error instanceof Unparsed) return messageOfFields(bytes, error.message)
      throw error
    }
  }
  const parse = (bytes: Uint8Array): Promise<Message> => {
    waiting += 1
    const answer = last
      .then(() => answerTo(bytes))
      .finally(() => {
        waiting -= 1
      })
    last = answer.catch(() => {})
    return answer
  }
  return { parse, waiting: () => waiting, drop }
}

/**
 * Parses in threads, because a parser that hangs, or eats the memory, hangs and eats where no timer runs. A message that takes
 * more than the limits is given by its raw fields alone, with the reason in `defects`, and the next one gets a new thread.
 * One thread is enough until somebody would have to wait for another account's message: then there are `most` at most, and
 * those that find no more to do end.
 * @param script the built parseWorker
 */
export const parseApart = (script: URL, limits: ParseLimits = usual, most = 4): Parse => {
  const first = openHand(script, limits)
  const hands = [first]
  const freest = (): Hand => {
    const free = hands.find((hand) => hand.waiting() === 0)
    if (free !== undefined) return free
    if (hands.length === most) return hands.reduce((one, other) => (other.waiting() < one.waiting() ? other : one))
    const further = openHand(script, limits)
    hands.push(further)
    return further
  }
  return async (bytes) => {
    const hand = freest()
    try {
      return await hand.parse(bytes)
    } finally {
      if (hand !== first && hand.waiting() === 0) {
        hands.splice(hands.indexOf(hand), 1)
        await hand.drop()
      }
    }
  }
}

/** Why there is no message. */
class Unparsed extends Error {}

/** @throws Unparsed when a limit was reached; the thread is of no more use then, nor after any other error */
const ask = async (worker: Worker, bytes: Uint8Array, { deadline, memory }: ParseLimits): Promise<Message> => {
  const late = AbortSignal.timeout(deadline)
  const copy = new Uint8Array(bytes)
  worker.postMessage(copy, [copy.buffer])
  worker.ref()
  try {
    const [message] = await once(worker, 'message', { signal: late })
    return message
  } catch (error) {
    if (late.aborted) throw new Unparsed(`it was not parsed within ${deadline / 1000} s`)
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new Unparsed(`it was not parsed within ${memory} MiB of memory`)
    throw error
  } finally {
    worker.unref()
  }
}
