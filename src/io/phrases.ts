import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Phrases } from '../core/phrases.ts'
import { exit, OperatorError } from '../errors.ts'

const keys = ['language', 'invitation', 'greetings', 'closings', 'shortNotes', 'chrome', 'labels', 'subjects']
const subjectKeys = ['invitation', 'reminder', 'accepted']
const placeholders: readonly string[] = ['First', 'Name', 'Me', 'n', 'word', 'any', 'rest']

/** Notes a problem of the file, with the line on which the node begins (the first line for what is missing). */
type Report = (node: unknown, problem: string) => void

const isEmpty = (node: unknown): boolean => node === undefined || (isScalar(node) && node.value === null)

const checkPlaceholders = (text: string, node: unknown, report: Report): void => {
  const strange = [...text.matchAll(/\{([^}]*)\}?/g)].find(
    ([whole, name]) => whole !== `{${name}}` || !placeholders.includes(name ?? ''),
  )
  if (strange) report(node, `${strange[0]} is not a placeholder; there are {${placeholders.join('}, {')}}`)
}

/** An empty text would stand for any line, and hide a note. */
const readText = (node: unknown, report: Report): readonly string[] => {
  if (!isScalar(node) || typeof node.value !== 'string') {
    report(node, 'this is not read as a text: put it in quotes')
    return []
  }
  if (!/[\p{L}\p{N}]/u.test(node.value)) report(node, 'this text has no letters')
  checkPlaceholders(node.value, node, report)
  return [node.value]
}

const readList = (node: unknown, name: string, report: Report): readonly string[] => {
  if (isEmpty(node)) return []
  if (isSeq(node)) return node.items.flatMap((item) => readText(item, report))
  report(node, `${name} is not a list: begin each text with "- "`)
  return []
}

/** The values under the keys; other keys are problems. */
const readMap = (
  node: unknown,
  keys: readonly string[],
  name: string,
  report: Report,
): ReadonlyMap<string, unknown> => {
  if (isEmpty(node) || node === null) return new Map()
  if (!isMap(node)) {
    report(node, `${name} does not consist of keys and values; the keys are ${keys.join(', ')}`)
    return new Map()
  }
  const pairs = node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', value, key] as const)
  for (const [key, , at] of pairs)
    if (!keys.includes(key)) report(at, `there is no key ${key} in ${name}; the keys are ${keys.join(', ')}`)
  return new Map(pairs.map(([key, value]) => [key, value]))
}

const readLanguage = (node: unknown, report: Report): string => {
  const language = isScalar(node) ? String(node.value) : ''
  if (!/^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/i.test(language)) report(node, 'language is not a tag such as de or pt-BR')
  return language
}

const readDocument = (contents: unknown, report: Report): Phrases => {
  const values = readMap(contents, keys, 'the file', report)
  const subjects = readMap(values.get('subjects'), subjectKeys, 'subjects', report)
  const list = (name: string) => readList(values.get(name), name, report)
  const subjectList = (name: string) => readList(subjects.get(name), name, report)
  return {
    language: readLanguage(values.get('language'), report),
    invitation: list('invitation'),
    greetings: list('greetings'),
    closings: list('closings'),
    shortNotes: list('shortNotes'),
    chrome: list('chrome'),
    labels: list('labels'),
    subjects: {
      invitation: subjectList('invitation'),
      reminder: subjectList('reminder'),
      accepted: subjectList('accepted'),
    },
  }
}

const readFile = (file: string, problems: string[]): Phrases => {
  const lineCounter = new LineCounter()
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter, prettyErrors: false })
  const note = (offset: number, problem: string) => {
    problems.push(`${file}:${lineCounter.linePos(offset).line}: ${problem}`)
  }
  for (const error of [...document.errors, ...document.warnings]) note(error.pos[0], error.message)
  const isBroken = document.errors.length > 0
  return readDocument(document.contents, (node, problem) => {
    if (!isBroken) note((isNode(node) && node.range?.[0]) || 0, problem)
  })
}

const guarded = <T>(path: string, action: () => T): T => {
  try {
    return action()
  } catch (cause) {
    throw new OperatorError(exit.config, `${path} cannot be read`, [`look at it: ls -l ${path}`], { cause })
  }
}

const entriesOf = (folder: string): readonly (readonly [string, string])[] =>
  guarded(folder, () => (existsSync(folder) ? readdirSync(folder) : []))
    .filter((entry) => entry.endsWith('.yaml') && !entry.startsWith('.'))
    .map((entry) => [entry, join(folder, entry)])

/**
 * Every `*.yaml` of the folders, in the order of their names; of two files with one name the one in the earlier folder
 * counts, and a folder that is not there holds none. Lists that a file leaves out are empty.
 * @throws OperatorError 78 with every problem of every file, each with file and line
 */
export const readPhrases = (folders: readonly string[]): readonly Phrases[] => {
  const files = new Map(folders.toReversed().flatMap(entriesOf))
  const problems: string[] = []
  const phrases = [...files.keys()].sort().map((entry) => {
    const file = files.get(entry) ?? entry
    return guarded(file, () => readFile(file, problems))
  })
  if (problems.length > 0)
    throw new OperatorError(exit.config, problems.join('\n'), ['mend these lines, then type have-we-met check'])
  return phrases
}
