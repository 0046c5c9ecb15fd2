import type { House } from './commands/house.ts'
import type { Environment } from './core/settingsAccount.ts'

/** What only the daemon goes through. @param env what a command that tells of troubles sees */
export const daemonDoors = (env: Environment): Pick<House, 'slots' | 'places' | 'encodeNotice' | 'noticeCommand'> => ({
  slots: async ({ schedule, timezone }) => (await import('./io/schedule.ts')).slotsOf(schedule, timezone),
  places: async (count, patience) => (await import('./io/places.ts')).placesFor(count, patience),
  encodeNotice: async () => (await import('./io/encode.ts')).encodeNotice,
  noticeCommand: async () => (await import('./io/noticeCommand.ts')).noticeCommand(env),
})
