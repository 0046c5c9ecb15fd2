import type { House } from './house.ts'

const minute = 60_000

/** Waits for somebody to log in, and says every minute how long is left of `time` (milliseconds). */
export const waiting = async <T>(answer: Promise<T>, time: number, house: House): Promise<T> => {
  let left = Math.max(1, Math.round(time / minute))
  const inWords = (): string => (left === 1 ? '1 minute' : `${left} minutes`)
  house.talk(`waiting for you to log in, ${inWords()} at most; Ctrl-C gives up\n`)
  const timer = setInterval(() => {
    left -= 1
    if (left > 0) house.talk(`still waiting: ${inWords()} left\n`)
  }, minute)
  try {
    return await answer
  } finally {
    clearInterval(timer)
  }
}
