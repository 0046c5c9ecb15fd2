/** Does it with each of them, so many at a time, in their order. */
export const abreast = async <T>(jobs: number, all: readonly T[], act: (one: T) => Promise<unknown>): Promise<void> => {
  const waiting = all.values()
  const work = async (): Promise<void> => {
    for (const one of waiting) await act(one)
  }
  await Promise.all(Array.from({ length: jobs }, work))
}
