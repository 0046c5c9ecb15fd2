import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { samplesFor } from '../../src/core/templateSamples.ts'
import { openTemplates } from '../../src/io/templates.ts'
import type { Log, Templates } from '../../src/ports.ts'

const [full] = samplesFor({ ownName: 'Rowan Ashby', timezone: 'UTC', now: Date.UTC(2026, 10, 23) })

let home = ''
let clock = 0
let told: string[] = []

const log: Log = {
  debug: () => {},
  info: (event, details) => void told.push(`${event} ${String(details?.file).slice(home.length + 1)}`),
  warn: (event, details) =>
    void told.push(`${event} ${String(details?.sentence).slice(home.length + 1)}, last good: ${details?.lastGood}`),
  error: () => {},
}

const path = (name: string): string => join(home, `${name}.hbs`)
const save = (name: string, text: string): void => writeFileSync(path(name), text)
const open = (): Templates => openTemplates([join(home, 'mine'), join(home, 'shipped')], { log, now: () => clock })
const reply = (templates: Templates, name = 'ask', wanted: readonly string[] = ['en']): string =>
  full === undefined ? '' : templates.render(name, wanted, full.facts).text.trim()

/** The moment of the last change in the folder, as the file system tells it: the clock goes on from there. */
const changed = (): number => statSync(join(home, 'mine')).mtimeMs

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'template-edits-'))
  for (const folder of ['mine', 'shipped']) mkdirSync(join(home, folder))
  clock = 0
  told = []
  save('shipped/ask.en', 'shipped')
  save('mine/ask.en', 'first')
})

afterEach(() => {
  rmSync(home, { recursive: true })
})

describe('an edited template', () => {
  it('is used from the next reply on', () => {
    const templates = open()
    expect(reply(templates)).toBe('first')
    save('mine/ask.en', 'second')
    expect(reply(templates)).toBe('second')
    save('mine/ask.en', 'other!')
    expect(reply(templates)).toBe('other!')
    expect(told).toEqual([])
  })

  it('that is broken leaves the last good one in use, says so once, and is used as soon as it is mended', () => {
    const templates = open()
    save('mine/ask.en', 'second {{ownNmae}}')
    expect([reply(templates), reply(templates)]).toEqual(['first', 'first'])
    expect(templates.broken()).toEqual([
      {
        file: path('mine/ask.en'),
        sentence: `${path('mine/ask.en')}:1:10: there is no variable ownNmae`,
        hints: [expect.stringContaining('write {{ownName}}')],
        lastGood: true,
      },
    ])
    expect(told).toEqual(['template-broken mine/ask.en.hbs:1:10: there is no variable ownNmae, last good: true'])
    save('mine/ask.en', 'third {{ownName}}')
    expect(reply(templates)).toBe('third Rowan Ashby')
    expect(templates.broken()).toEqual([])
    expect(told.slice(1)).toEqual(['template-mended mine/ask.en.hbs'])
  })

  it('that is broken in another way is told again', () => {
    const templates = open()
    save('mine/ask.en', '{{x}}')
    templates.broken()
    save('mine/ask.en', '{{y}}')
    templates.broken()
    expect(told).toEqual([
      'template-broken mine/ask.en.hbs:1:3: there is no variable x, last good: true',
      'template-broken mine/ask.en.hbs:1:3: there is no variable y, last good: true',
    ])
  })

  it('that is empty, as it is while an editor writes it, leaves the last good one in use', () => {
    const templates = open()
    save('mine/ask.en', '')
    expect(reply(templates)).toBe('first')
  })

  it('keeps its partial with it when the partial is broken', () => {
    save('mine/ask.en', 'first {{> end}}')
    save('mine/end.en', '{{ownName}}')
    const templates = open()
    save('mine/end.en', '{{#if ownName}}')
    expect(reply(templates)).toBe('first Rowan Ashby')
    save('mine/ask.en', 'second {{> end}}')
    expect(reply(templates)).toBe('second Rowan Ashby')
    save('mine/end.en', 'R. A.')
    expect(reply(templates)).toBe('second R. A.')
  })

  it('that asks for a partial which is not there leaves the last good one in use', () => {
    const templates = open()
    save('mine/ask.en', 'second {{> end}}')
    expect(reply(templates)).toBe('first')
    save('mine/end.en', 'end')
    expect(reply(templates)).toBe('second end')
  })
})

describe('a template that was never good', () => {
  it('is an error of the reply that needs it, until it is mended', () => {
    save('mine/ask.en', '{{x}}')
    const templates = open()
    expect(told).toEqual(['template-broken mine/ask.en.hbs:1:3: there is no variable x, last good: false'])
    expect(() => reply(templates)).toThrow(`${path('mine/ask.en')}:1:3: there is no variable x`)
    save('mine/ask.en', 'mended')
    expect(reply(templates)).toBe('mended')
  })

  it('of a new file leaves the shipped one in use that it was to replace', () => {
    rmSync(path('mine/ask.en'))
    const templates = open()
    save('mine/ask.en', '{{x}}')
    expect(reply(templates)).toBe('shipped')
  })
})

describe('an editor that saves by renaming', () => {
  it('may put a new file over the old one', () => {
    const templates = open()
    save('mine/ask.en.new', 'second')
    renameSync(path('mine/ask.en.new'), path('mine/ask.en'))
    expect(reply(templates)).toBe('second')
  })

  it('may move the old file away first: for two seconds it is taken for one that comes back', () => {
    const templates = open()
    renameSync(path('mine/ask.en'), `${path('mine/ask.en')}~`)
    clock = changed()
    expect(reply(templates)).toBe('first')
    clock += 1999
    expect(reply(templates)).toBe('first')
    save('mine/ask.en', 'second')
    expect(reply(templates)).toBe('second')
    renameSync(path('mine/ask.en'), `${path('mine/ask.en')}~`)
    clock = changed()
    expect(reply(templates)).toBe('second')
    expect(told).toEqual([])
  })

  it('is waited for by the clock that also dates its folder', () => {
    const templates = openTemplates([join(home, 'mine'), join(home, 'shipped')])
    rmSync(path('mine/ask.en'))
    expect(reply(templates)).toBe('first')
  })

  it('is not waited for any longer: then the file is gone, and the shipped one counts', () => {
    const templates = open()
    rmSync(path('mine/ask.en'))
    clock = changed()
    expect(reply(templates)).toBe('first')
    clock += 2000
    expect(reply(templates)).toBe('shipped')
  })

  it.each([
    ['that vanished long before the next look', 60_000, 0],
    ['while the clock was set back', 0, -3_600_000],
  ])('is not waited for %s', (_, before, after) => {
    const templates = open()
    rmSync(path('mine/ask.en'))
    clock = changed()
    const past = new Date(clock - before)
    utimesSync(join(home, 'mine'), past, past)
    clock += after
    expect(reply(templates)).toBe('shipped')
  })
})

describe('a new template', () => {
  it('is there at once, and a folder may come later', () => {
    rmSync(join(home, 'mine'), { recursive: true })
    const templates = open()
    expect(reply(templates)).toBe('shipped')
    mkdirSync(join(home, 'mine'))
    save('mine/ask.en', 'mine')
    save('mine/curt.de', 'kurz')
    expect([reply(templates), reply(templates, 'curt')]).toEqual(['mine', 'kurz'])
    expect(templates.all().map(({ file }) => file.slice(home.length + 1))).toEqual([
      'mine/ask.en.hbs',
      'mine/curt.de.hbs',
    ])
  })
})

describe('a folder that cannot be read', () => {
  const spoil = (): void => {
    rmSync(join(home, 'mine'), { recursive: true })
    writeFileSync(join(home, 'mine'), '')
  }

  it('is told, and what was good in it stays in use for as long as that lasts', () => {
    const templates = open()
    spoil()
    expect(reply(templates)).toBe('first')
    clock += 3_600_000
    expect(reply(templates)).toBe('first')
    expect(templates.broken().map(({ sentence }) => sentence)).toEqual([`${join(home, 'mine')} cannot be read`])
  })

  it('from the beginning lets nothing of another folder go out in its place, until it can be read', () => {
    spoil()
    const templates = open()
    expect(() => reply(templates)).toThrow(`${join(home, 'mine')} cannot be read`)
    rmSync(join(home, 'mine'))
    expect(reply(templates)).toBe('shipped')
  })

  it('because it is a link to nothing is told, too', () => {
    rmSync(join(home, 'mine'), { recursive: true })
    symlinkSync('nowhere', join(home, 'mine'))
    expect(() => reply(open())).toThrow(`${join(home, 'mine')} cannot be read`)
  })
})

describe('a new file that is broken', () => {
  it('changes nothing until it is good: what served its language before goes on', () => {
    const templates = open()
    save('mine/ask.nl', '')
    expect(reply(templates, 'ask', ['nl', 'en'])).toBe('first')
    expect(templates.broken().map(({ lastGood }) => lastGood)).toEqual([true])
    save('mine/ask.nl', 'eerste')
    expect(reply(templates, 'ask', ['nl', 'en'])).toBe('eerste')
  })

  it('does not end that the only language of a template serves all', () => {
    save('mine/curt.de', 'kurz')
    const templates = open()
    save('mine/curt.fr', '')
    expect(reply(templates, 'curt', ['ja', 'en'])).toBe('kurz')
  })

  it('takes nothing over from one of its name that was deleted before', () => {
    save('mine/curt.de', 'kurz')
    const templates = open()
    rmSync(path('mine/curt.de'))
    clock = changed() + 2000
    expect(templates.all().map(({ name }) => name)).toEqual(['ask'])
    save('mine/curt.de', '{{x}}')
    expect(() => reply(templates, 'curt', ['de'])).toThrow('the template curt is only there in de')
  })
})

it('an edit that is taken back counts, too', () => {
  const templates = open()
  for (const text of ['second', 'first', 'second']) {
    save('mine/ask.en', text)
    expect(reply(templates)).toBe(text)
  }
})
