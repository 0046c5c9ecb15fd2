/**
 * An answer, unless the signal comes first: then an error. What was asked for goes on by itself.
 * @param stopped the error
 */
export const unlessStopped = async <T>(signal: AbortSignal, answer: Promise<T>, stopped: () => Error): Promise<T> => {
  let stop = (): void => {}
  const end = new Promise<never>((_, reject) => {
    stop = () => reject(stopped())
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([answer, end])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Resolves once the signal has aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
