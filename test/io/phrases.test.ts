import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OperatorError } from '../../src/errors.ts'
import { readPhrases } from '../../src/io/phrases.ts'

let home = ''

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'phrases-'))
})

afterEach(() => {
  rmSync(home, { recursive: true })
})

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(home, path)), { recursive: true })
  writeFileSync(join(home, path), text)
}

const problemOf = (text: string): OperatorError => {
  write('shipped/xx.yaml', text)
  try {
    readPhrases([join(home, 'shipped')])
  } catch (error) {
    if (error instanceof OperatorError) return error
    throw error
  }
  throw new Error('the phrases were accepted')
}

describe('phrases', () => {
  it('are read with everything they hold', () => {
    write(
      'shipped/de.yaml',
      `language: de
invitation: [Ich würde Sie gern hinzufügen.]
greetings: [Hallo]
closings: [Viele Grüße]
shortNotes: [Moin]
chrome:
  - "{Name}, {any}: {n} gemeinsame Kontakte von {First} und {Me}"
labels: [Annehmen]
subjects:
  invitation: [Bitte]
  reminder: [Noch einmal]
  accepted: [Danke]
`,
    )
    expect(readPhrases([join(home, 'shipped')])).toEqual([
      {
        language: 'de',
        invitation: ['Ich würde Sie gern hinzufügen.'],
        greetings: ['Hallo'],
        closings: ['Viele Grüße'],
        shortNotes: ['Moin'],
        chrome: ['{Name}, {any}: {n} gemeinsame Kontakte von {First} und {Me}'],
        labels: ['Annehmen'],
        subjects: { invitation: ['Bitte'], reminder: ['Noch einmal'], accepted: ['Danke'] },
      },
    ])
  })

  it('that a file leaves out, or leaves empty, are empty lists', () => {
    write('shipped/nl.yaml', 'language: nl\ngreetings:\n  # none yet\nsubjects:\n')
    const none = { invitation: [], greetings: [], closings: [], shortNotes: [], chrome: [], labels: [] }
    const subjects = { invitation: [], reminder: [], accepted: [] }
    expect(readPhrases([join(home, 'shipped')])).toEqual([{ language: 'nl', ...none, subjects }])
  })

  it('of an earlier folder replace the file of the same name, and others are added', () => {
    write('mine/de.yaml', 'language: de\ngreetings: [Servus]')
    write('mine/aa.yaml', 'language: de-AT')
    write('shipped/de.yaml', 'language: de\ngreetings: [Hallo]')
    write('shipped/en.yaml', 'language: en')
    write('shipped/README.md', 'no phrases')
    write('shipped/.hidden.yaml', 'no: phrases')
    const phrases = readPhrases([join(home, 'mine'), join(home, 'shipped'), join(home, 'nowhere')])
    expect(phrases.map((one) => one.language)).toEqual(['de-AT', 'de', 'en'])
    expect(phrases[1]?.greetings).toEqual(['Servus'])
  })

  it('shipped with the program are in order, and there are English ones', () => {
    expect(readPhrases(['config/phrases']).map((one) => one.language)).toContain('en')
  })
})

describe('a phrases file is refused', () => {
  it.each([
    ['that names no language', 'greetings: [Hi]', 1, 'language'],
    ['that is empty', '', 1, 'language is not a tag'],
    ['whose language is no tag', '\nlanguage: Deutsch!', 2, 'language'],
    ['with an unknown key', 'language: de\ngreeting: [Hi]', 2, 'no key greeting'],
    ['with an unknown key in subjects', 'language: de\nsubjects:\n  invite: [x]', 3, 'no key invite in subjects'],
    ['with a key twice', 'language: de\nlabels: [a]\nlabels: [b]', 3, 'unique'],
    ['that is a list', '- language: de', 1, 'keys and values'],
    ['whose list is a text', 'language: de\nlabels: Accept', 2, 'labels is not a list'],
    ['whose subjects are a list', 'language: de\nsubjects: [a]', 2, 'subjects does not consist'],
    ['with a number as text', 'language: de\nlabels:\n  - ok\n  - 7', 4, 'quotes'],
    ['with a text that YAML takes for a map', 'language: de\nlabels:\n  - Accept: now', 3, 'quotes'],
    ['with a placeholder that YAML takes for a map', 'language: de\nlabels:\n  - {Name}', 3, 'quotes'],
    ['with an empty text', 'language: de\nlabels:\n  - " "', 3, 'no letters'],
    ['with nothing as text', 'language: de\nlabels:\n  -', 3, 'quotes'],
    ['with a misspelt placeholder', 'language: de\nlabels:\n  - "Accept {Frist}"', 3, '{Frist} is not a placeholder'],
    ['with an open placeholder', 'language: de\nlabels:\n  - "Accept {Name"', 3, '{Name is not a placeholder'],
    ['with a tag that YAML does not know', 'language: de\nlabels: [!shout a]', 2, '!shout'],
    ['that is not YAML', 'language: de\nlabels: [a', 2, ''],
  ])('%s', (_, text, line, because) => {
    const problem = problemOf(text)
    expect(problem.exitCode).toBe(78)
    expect(problem.message.split('\n')[0]).toContain(`xx.yaml:${line}: `)
    expect(problem.message.split('\n')[0]).toContain(because)
    expect(problem.hints).toHaveLength(1)
  })

  it('that is not YAML with that problem alone', () => {
    expect(problemOf('language: de!\nlabel: "a').message).toMatch(/^[^\n]*xx\.yaml:2: [^\n]*$/)
  })

  it('with every problem of every file at once', () => {
    write('shipped/aa.yaml', 'language: aa\nlabel: [a]\nlabels: [7, 8]')
    const { message } = problemOf('language: 7!')
    expect(message.split('\n').map((line) => line.replace(/.*([ax]+\.yaml:\d+).*/, '$1'))).toEqual([
      'a.yaml:2',
      'a.yaml:3',
      'a.yaml:3',
      'x.yaml:1',
    ])
  })

  it('that cannot be read', () => {
    mkdirSync(join(home, 'shipped/de.yaml'), { recursive: true })
    expect(() => readPhrases([join(home, 'shipped')])).toThrow(/de\.yaml cannot be read/)
  })
})
