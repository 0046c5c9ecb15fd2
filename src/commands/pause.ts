import { type ExitCode, exit } from '../errors.ts'
import type { House } from './house.ts'

/** `have-we-met pause`: a running daemon stops scanning and writing; nothing is lost meanwhile. */
export const pauseCommand = ({ pause, talk }: House): ExitCode => {
  pause.set()
  talk('paused; have-we-met resume lets it go on\n')
  return exit.ok
}

/** `have-we-met resume`. */
export const resumeCommand = ({ pause, talk }: House): ExitCode => {
  const was = pause.is()
  pause.clear()
  talk(was ? 'resumed: the next poll reads what has come meanwhile\n' : 'it was not paused\n')
  return exit.ok
}
