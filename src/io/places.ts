import pLimit from 'p-limit'

/**
 * Places for polls: so many at a time, the others wait their turn. A poll that takes longer than `patience` (milliseconds) goes
 * on without one, so that accounts behind a silent server hold up no other for longer than that.
 */
export const placesFor = (count: number, patience: number): (<T>(run: () => Promise<T>) => Promise<T>) => {
  const limit = pLimit(count)
  return (run) =>
    new Promise((fulfil, reject) => {
      void limit(async () => {
        const result = run()
        result.then(fulfil, reject)
        await settledWithin(result, patience)
      })
    })
}

const settledWithin = async (result: Promise<unknown>, milliseconds: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([result.catch(() => {}), late])
  clearTimeout(timer)
}
