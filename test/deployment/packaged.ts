import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = fileURLToPath(new URL('../../', import.meta.url))

const npm = (...args: readonly string[]): string => execFileSync('npm', args, { cwd: checkout, encoding: 'utf8' })

/** Packs what was built, and installs that as people do: `PREFIX/bin/have-we-met`, in a folder of its own. Gives PREFIX. */
export const installPackage = (folder: string): string => {
  const file = npm('pack', '--silent', '--ignore-scripts', '--pack-destination', folder).trim()
  const prefix = join(folder, 'prefix')
  npm('install', '--silent', '--prefer-offline', '--global', '--prefix', prefix, join(folder, file))
  return prefix
}
