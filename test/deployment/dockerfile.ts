import { readFileSync } from 'node:fs'
import { type Copy, DockerfileParser, type Healthcheck, type Instruction, type JSONInstruction } from 'dockerfile-ast'

/** One instruction, as far as a machine without a container engine can follow it. */
export type Step =
  | { readonly kind: 'run'; readonly script: string }
  | { readonly kind: 'copy'; readonly from: string | null; readonly sources: readonly string[]; readonly to: string }
  | { readonly kind: 'workdir'; readonly path: string }

export interface Stage {
  /** The name by which a later stage copies from it; null: the image itself. */
  readonly name: string | null
  readonly steps: readonly Step[]
}

export interface Dockerfile {
  readonly stages: readonly Stage[]
  readonly environment: Readonly<Record<string, string>>
  /** `uid:gid`. */
  readonly user: string
  readonly volume: string
  readonly workdir: string
  readonly entrypoint: readonly string[]
  readonly healthcheck: readonly string[]
}

const words = (instruction: Instruction): readonly string[] =>
  instruction.getArguments().map((argument) => argument.getValue())

const execForm = (instruction: JSONInstruction | Healthcheck): readonly string[] =>
  JSON.parse(/\[.*\]/su.exec(instruction.getArgumentsContent() ?? '')?.[0] ?? '[]')

const stepOf = (instruction: Instruction): readonly Step[] => {
  const args = words(instruction)
  switch (instruction.getKeyword()) {
    case 'RUN':
      return [{ kind: 'run', script: instruction.getArgumentsContent() ?? '' }]
    case 'COPY': {
      const from = (instruction as Copy).getFromFlag()?.getValue() ?? null
      return [{ kind: 'copy', from, sources: args.slice(0, -1), to: args.at(-1) ?? '' }]
    }
    case 'WORKDIR':
      return [{ kind: 'workdir', path: args[0] ?? '' }]
    default:
      return []
  }
}

/** Reads a Dockerfile. What cannot be followed here (base images, labels) is passed over. */
export const readDockerfile = (path: string): Dockerfile => {
  const file = DockerfileParser.parse(readFileSync(path, 'utf8'))
  const stages: { name: string | null; steps: Step[] }[] = []
  for (const instruction of file.getInstructions()) {
    if (instruction.getKeyword() === 'FROM') stages.push({ name: words(instruction)[2] ?? null, steps: [] })
    else stages.at(-1)?.steps.push(...stepOf(instruction))
  }
  const only = (keyword: string): readonly string[] =>
    file
      .getInstructions()
      .filter((instruction) => instruction.getKeyword() === keyword)
      .flatMap(words)
  const environment = file.getENVs().flatMap((env) => env.getProperties())
  return {
    stages,
    environment: Object.fromEntries(environment.map((each) => [each.getName(), each.getValue() ?? ''])),
    user: only('USER').join(),
    volume: only('VOLUME').join(),
    workdir: only('WORKDIR').at(-1) ?? '/',
    entrypoint: file.getENTRYPOINTs().flatMap(execForm),
    healthcheck: file.getHEALTHCHECKs().flatMap(execForm),
  }
}
