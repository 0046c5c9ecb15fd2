import { nearest } from './nearest.ts'

/** The way to a setting inside a file: names of maps, numbers in lists. */
export type Path = readonly PropertyKey[]

/** What is wrong with a value. `message` continues the setting's name: "must be a whole number", ": send is …". */
export interface Issue {
  readonly path: Path
  readonly message: string
  /** The value found; undefined where there is none. */
  readonly input?: unknown
  /** Names nobody knows, in the map at `path`. */
  readonly keys?: readonly string[]
}

/** Where a value stands: a file and its line, or the environment, which has none. */
export interface Place {
  readonly file: string
  readonly line: number | null
  /** Only where a file cannot be parsed. */
  readonly column?: number
}

export interface Problem extends Place {
  readonly text: string
}

/** Where values came from, so that a problem can be named by file and line, or by variable. */
export interface Origin {
  place(path: Path): Place
  /** `policy.maxPerPoll` or `IMAP_PORT`. */
  name(path: Path): string
  /** What to do about a missing value, ready to be appended; '' where the place says it. */
  mend(path: Path): string
}

const longestShown = 40

/** A value as it is shown in a problem. Never used for a setting that could hold a secret. */
export const shown = (value: unknown): string => {
  if (value === null || value === undefined) return 'empty'
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a map'
  const text = JSON.stringify(value)
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}

/** A schema's error option: words that continue the setting's name. */
export const say = (words: string) => ({ error: words })

/** The same, with the value found. Never for a setting that could hold a secret. */
export const sayNot = (words: string) => ({
  error: ({ input }: { readonly input?: unknown }) => `must be ${words}, not ${shown(input)}`,
})

/**
 * What is wrong where of several keys one alone may stand: each further one.
 * @param given those that stand there
 * @param name a path, in the words of whoever wrote it
 */
export const doubledIssues = ([first, ...further]: readonly string[], name: (path: Path) => string): Issue[] =>
  further.map((key) => ({
    path: [key],
    input: null,
    message: `stands beside ${name([first ?? ''])}; keep one of the two`,
  }))

const troubles: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'is a folder, not a file',
}

/** What keeps a file from being read, by the error code of open(2). */
export const fileTrouble = (code: string): string => troubles[code] ?? `cannot be read (${code})`

/** `; did you mean …?`, or nothing when no known name is near. */
export const suggestion = (written: string, known: readonly string[]): string => {
  const meant = nearest(written.slice(0, 100), known)
  return meant === null ? '' : `; did you mean ${meant}?`
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const isMissing = (issue: Issue): boolean => issue.input === undefined && issue.keys === undefined

/** Missing values of one place are one problem: who starts with nothing has one thing to do, not three. */
const missing = (issues: readonly Issue[], origin: Origin): Problem[] => {
  const groups = new Map<string, { place: Place; mend: string; names: string[] }>()
  for (const { path } of issues) {
    const [place, mend, name] = [origin.place(path), origin.mend(path), origin.name(path)]
    const key = `${place.line} ${mend}`
    const names = groups.get(key)?.names ?? []
    groups.set(key, { place, mend, names: [...names, name] })
  }
  return [...groups.values()].map(({ place, mend, names }) => ({
    ...place,
    text: `${listed(names)} ${names.length === 1 ? 'is' : 'are'} missing${mend}`,
  }))
}

const accountOnly = ['name', 'imap', 'smtp', 'from', 'aliases']

const unknownKey = (key: string, path: Path, origin: Origin, known: readonly string[]): Problem => {
  const elsewhere = path.length === 0 && accountOnly.includes(key)
  const meant = elsewhere ? '; it belongs to an account under accounts, or into .env' : suggestion(key, known)
  const full = [...path, key]
  return { ...origin.place(full), text: `${origin.name(full)} is not a setting${meant}` }
}

/** Says what a schema found in the words of the person who wrote the settings; `knownAt` gives the names valid in a map. */
export const describe = (
  issues: readonly Issue[],
  origin: Origin,
  knownAt: (path: Path) => readonly string[],
): Problem[] => [
  ...missing(issues.filter(isMissing), origin),
  ...issues
    .filter((issue) => !isMissing(issue))
    .flatMap(({ path, message, keys }) =>
      keys
        ? keys.map((key) => unknownKey(key, path, origin, knownAt(path)))
        : [{ ...origin.place(path), text: `${origin.name(path)}${message.startsWith(':') ? '' : ' '}${message}` }],
    ),
]

const positionOf = ({ file, line, column }: Place): string =>
  [file, line, column].filter((part) => part !== null && part !== undefined).join(':')

/** One line a problem, file by file and from top to bottom, none twice. */
export const problemLines = (problems: readonly Problem[]): string[] => {
  const files = [...new Set(problems.map(({ file }) => file))]
  const sorted = files.flatMap((file) =>
    problems.filter((problem) => problem.file === file).sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  )
  return [...new Set(sorted.map((problem) => `${positionOf(problem)}: ${problem.text}`))]
}
