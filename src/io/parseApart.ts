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
  /** Milliseconds after which a message that waits may have a thread of its own. */
  readonly patience?: number
  /** Threads at a time. */
  readonly most?: number
}

/** Mebibytes for what lives shortly: messages are small, and a daemon's memory is to be. */
const young = 8

const usual: ParseLimits = { deadline: 15_000, memory: 256 }

/** A thread that parses one message at a time. */
interface Hand {
  readonly parse: Parse
  readonly drop: () => Promise<void>
}

const openHand = (script: URL, limits: ParseLimits): Hand => {
  let worker: Worker | null = null
  const begin = (): Worker => {
    const begun = new Worker(script, {
      resourceLimits: { maxOldGenerationSizeMb: limits.memory, maxYoungGenerationSizeMb: young },
    })
    begun.unref()
    const forget = (): void => {
      if (worker === begun) worker = null
    }
    // One that breaks while nobody asks it for anything must neither end the program nor be asked again.
    begun.on('error', forget).on('exit', forget)
    return begun
  }
  const drop = async (): Promise<void> => {
    const dropped = worker
    worker = null
    await dropped?.terminate()
  }
  const parse = async (bytes: Uint8Array): Promise<Message> => {
    worker ??= begin()
    try {
      return await ask(worker, bytes, limits)
    } catch (error) {
      await drop()
      if (error instanceof Unparsed) return messageOfFields(bytes, error.message)
      throw error
    }
  }
  return { parse, drop }
}

/** Milliseconds. */
const keptFor = 10_000

type Job = (hand: Hand) => Promise<void>

/**
 * Parses in threads, because a parser that hangs, or eats the memory, hangs and eats where no timer runs. A message that takes
 * more than the limits is given by its raw fields alone, with the reason in `defects`, and the next one gets a new thread.
 * One thread serves all accounts, one message after the other; only when a message had to wait for longer than `patience` for
 * another account's is there another thread, `most` of them at most. The last one stays for a while, and holds no process
 * open: mail of LinkedIn's is rare, and a thread takes memory.
 * @param script the built parseWorker
 */
export const parseApart = (script: URL, limits: ParseLimits = usual): Parse => {
  const { patience = 1_000, most = 4 } = limits
  const jobs: Job[] = []
  let hands = 0
  let spare: Hand | null = null
  const keep = (hand: Hand): void => {
    spare = hand
    setTimeout(() => {
      if (spare !== hand) return
      spare = null
      void hand.drop()
    }, keptFor).unref()
  }
  const work = async (): Promise<void> => {
    const hand = spare ?? openHand(script, limits)
    spare = null
    hands += 1
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job(hand)
    hands -= 1
    if (spare === null) keep(hand)
    else await hand.drop()
  }
  return (bytes) =>
    new Promise((fulfil, reject) => {
      const job: Job = async (hand) => {
        clearTimeout(timer)
        await hand.parse(bytes).then(fulfil, reject)
      }
      const timer = setTimeout(() => hands < most && void work(), patience)
      jobs.push(job)
      if (hands === 0) void work()
    })
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
