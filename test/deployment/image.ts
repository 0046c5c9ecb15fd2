import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ended } from '../support/program.ts'
import { layOutRoot, type Root, runInside } from './container.ts'
import { type Dockerfile, readDockerfile, type Stage, type Step } from './dockerfile.ts'

const checkout = fileURLToPath(new URL('../../', import.meta.url))

/** An image as the Dockerfile makes it, of this machine's Node and programs in place of the base image's. */
export interface Image {
  readonly dockerfile: Dockerfile
  /** The folder that is its `/`. */
  readonly path: string
  /** Runs a command in it as its user: the root is read-only, and all but /tmp and the volume with it. */
  run(command: readonly string[], environment?: Record<string, string>, mounts?: Record<string, string>): Promise<Ended>
  remove(): void
}

/** What `.dockerignore` lets through: it begins with `*`, and names every exception. */
const isInContext = (path: string): boolean => {
  const [first, ...exceptions] = readFileSync(join(checkout, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => !/^(#|$)/u.test(line))
  if (first !== '*' || exceptions.some((line) => !line.startsWith('!'))) throw new Error('.dockerignore is no list')
  return exceptions.map((line) => line.slice(1)).some((kept) => path === kept || path.startsWith(`${kept}/`))
}

const copy = (step: Step & { kind: 'copy' }, workdir: string, root: Root, roots: ReadonlyMap<string, Root>): void => {
  for (const source of step.sources) {
    if (step.from === null && !isInContext(source)) throw new Error(`COPY ${source}: .dockerignore keeps it out`)
    const from = step.from === null ? join(checkout, source) : join(roots.get(step.from)?.path ?? '', source)
    const to = join(root.path, resolve(workdir, step.to))
    cpSync(from, step.to.endsWith('/') ? join(to, source) : to, { recursive: true, verbatimSymlinks: true })
  }
}

/** npm finds what it has fetched before, and a registry where it must. */
const buildEnvironment = (): Record<string, string> => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/root',
  npm_config_cache: '/root/cache',
  npm_config_prefer_offline: 'true',
  ...Object.fromEntries(
    ['NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'npm_config_registry'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  ),
})

const perform = async (stage: Stage, root: Root, roots: ReadonlyMap<string, Root>, cache: string): Promise<void> => {
  let workdir = '/'
  for (const step of stage.steps) {
    if (step.kind === 'workdir') {
      workdir = step.path
      mkdirSync(join(root.path, workdir), { recursive: true })
    } else if (step.kind === 'copy') copy(step, workdir, root, roots)
    else {
      const inside = { user: '0:0', workdir, environment: buildEnvironment(), writable: null }
      const mounts = { '/root/cache': cache }
      const { code, stderr } = await runInside(root, ['sh', '-ec', step.script], { ...inside, mounts })
      if (code !== 0) throw new Error(`RUN ${step.script} ended with ${code}: ${stderr}`)
    }
  }
}

/** Follows the Dockerfile instruction by instruction, in folders; as root only. */
export const buildImage = async (): Promise<Image> => {
  const directory = mkdtempSync(join(tmpdir(), 'have-we-met-image-'))
  const dockerfile = readDockerfile(join(checkout, 'deploy/docker/Dockerfile'))
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim()
  mkdirSync(cache, { recursive: true })
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  const roots = new Map<string, Root>()
  try {
    for (const stage of dockerfile.stages) {
      const root = layOutRoot(join(directory, stage.name ?? 'image'))
      mkdirSync(join(root.path, 'root/cache'))
      await perform(stage, root, roots, cache)
      roots.set(stage.name ?? 'image', root)
    }
  } catch (error) {
    remove()
    throw error
  }
  const image = roots.get('image')
  if (image === undefined) throw new Error('the Dockerfile ends with a stage that has a name')
  const { user, workdir, environment, volume } = dockerfile
  return {
    dockerfile,
    path: image.path,
    run: (command, more = {}, mounts = {}) =>
      runInside(image, command, {
        user,
        workdir,
        environment: { PATH: '/usr/local/bin:/usr/bin:/bin', ...environment, ...more },
        mounts,
        writable: volume,
      }),
    remove,
  }
}
