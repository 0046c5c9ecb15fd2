/**
 * Loaded into the program under test (`node --import`): a fault of ours, of the kind that TEST_CRASH names, when SIGUSR2 comes.
 */
process.on('SIGUSR2', () => {
  if (process.env.TEST_CRASH === 'rejection') void Promise.reject(new Error('nobody waited for it'))
  else throw new Error('nobody caught it')
})
