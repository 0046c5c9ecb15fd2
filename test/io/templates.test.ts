import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReplyFacts } from '../../src/core/templateVariables.ts'
import { templateVariables, variablesFor } from '../../src/core/templateVariables.ts'
import { OperatorError } from '../../src/errors.ts'
import { openTemplates } from '../../src/io/templates.ts'

const facts = (given: Partial<ReplyFacts> = {}, inviter: Partial<ReplyFacts['inviter']> = {}): ReplyFacts => ({
  inviter: {
    name: "Ada O'Brien",
    firstName: 'Ada',
    headline: 'Engineer at <Example> & Sons',
    profile: 'https://www.linkedin.com/in/ada-example',
    ...inviter,
  },
  invitedAt: Date.UTC(2026, 10, 23, 12),
  timezone: 'UTC',
  commonConnections: 7,
  ownName: 'Grace Example',
  recipientKind: 'on-site',
  ...given,
})

const nothingKnown = facts(
  { ownName: '', invitedAt: null, commonConnections: null },
  { firstName: null, headline: null, profile: null },
)

let home = ''

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'templates-'))
})

afterEach(() => {
  rmSync(home, { recursive: true })
})

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(home, path)), { recursive: true })
  writeFileSync(join(home, path), text)
}

const rendered = (text: string, given = facts(), language = 'en') => {
  write(`mine/ask.${language}.hbs`, text)
  return openTemplates([join(home, 'mine')]).render('ask', [language], given)
}

const problemIn = (action: () => unknown): OperatorError => {
  try {
    action()
  } catch (error) {
    if (error instanceof OperatorError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const problemOf = (text: string): OperatorError => problemIn(() => rendered(text))

describe('a template', () => {
  it.each([
    [
      'a value as it is, because it is no html',
      '{{inviter.name}}: {{fallback inviter.headline ""}}',
      "Ada O'Brien: Engineer at <Example> & Sons\n",
    ],
    ['the branch that holds', '{{#if inviter.firstName}}{{inviter.firstName}}{{else}}you{{/if}}', 'Ada\n'],
    ['the unless branch', '{{#unless ownName}}x{{else}}{{ownName}}{{/unless}}', 'Grace Example\n'],
    [
      'a chain of branches',
      '{{#if ownName}}{{#unless inviter.profile}}a{{else}}{{inviter.profile}}{{/unless}}{{/if}}',
      'https://www.linkedin.com/in/ada-example\n',
    ],
    ['the first value there is', '{{fallback inviter.firstName inviter.name}}', 'Ada\n'],
    ['a text', '{{fallback inviter.headline "a text"}}', 'Engineer at <Example> & Sons\n'],
    ['a date in full', '{{#if invitationDate}}{{date invitationDate "full"}}{{/if}}', 'Monday, November 23, 2026\n'],
    ['a short date', '{{#if invitationDate}}{{date invitationDate "short"}}{{/if}}', '11/23/26\n'],
    [
      'a plural',
      '{{#if commonConnections}}{{plural commonConnections one="# friend" other="# friends"}}{{/if}}',
      '7 friends\n',
    ],
    ['a list', '{{list inviter.name ownName "me"}}', "Ada O'Brien, Grace Example, and me\n"],
    [
      'the inner of two conditions',
      '{{#if inviter.profile}}{{#if ownName}}{{inviter.profile}}{{/if}}{{/if}}',
      'https://www.linkedin.com/in/ada-example\n',
    ],
    [
      'a number in each place of a form',
      '{{#if commonConnections}}{{plural commonConnections other="# of #"}}{{/if}}',
      '7 of 7\n',
    ],
    ['the lines of a file with CR alone', 'a\rb\r', 'a\nb\n'],
    ['no comment', 'a{{! a remark }}{{!-- another {{x}} --}}b', 'ab\n'],
    ['a file with CRLF and a byte order mark', '\uFEFFSubject: Hi\r\n\r\na\r\nb\r\n', 'a\nb\n'],
    ['no line for a tag that stands alone', 'a\n{{#if ownName}}\nb\n{{/if}}\nc', 'a\nb\nc\n'],
    ['one newline at the end', '\n\na\n\n \n\t\n', 'a\n'],
    ['two blank lines at most', 'a\n\n\n \n\n\t\n\nb\n\nc\n\n\nd', 'a\n\n\nb\n\nc\n\n\nd\n'],
    ['a signature mark', 'a\n-- \nb', 'a\n-- \nb\n'],
  ])('prints %s', (_, text, expected) => {
    expect(rendered(text).text).toBe(expected)
  })

  it.each([
    ['{{#if inviter.firstName}}x{{inviter.firstName}}{{else}}you{{/if}}', 'you\n'],
    ['{{fallback inviter.firstName inviter.headline inviter.name}}', "Ada O'Brien\n"],
    ['{{fallback inviter.firstName "there"}}', 'there\n'],
    ['{{fallback ownName "me"}}', 'me\n'],
    ['{{list inviter.firstName inviter.name ownName}}', "Ada O'Brien\n"],
    ['{{#if inviter.headline}}a{{else if inviter.firstName}}b{{else}}c{{/if}}', 'c\n'],
  ])('copes with missing values: %s', (text, expected) => {
    expect(rendered(text, nothingKnown).text).toBe(expected)
  })

  it('never renders a value again', () => {
    const given = facts({}, { name: '{{ownName}} {{nothing}} {{{', headline: '{{#each' })
    expect(rendered('{{inviter.name}} {{fallback inviter.headline ""}}', given).text).toBe(
      '{{ownName}} {{nothing}} {{{ {{#each\n',
    )
  })

  it('tells its name, its language and its subject', () => {
    expect(rendered('Subject: Your invitation, {{fallback inviter.firstName "friend"}}\n\nHello\n')).toEqual({
      template: 'ask',
      language: 'en',
      subject: 'Your invitation, Ada',
      text: 'Hello\n',
    })
  })

  it.each([
    ['without a Subject line', 'Hello\nSubject: x', 'Hello\nSubject: x\n'],
    ['whose subject comes out empty', 'Subject: {{ownName}}\n\nHello', 'Hello\n'],
  ])('%s has none', (_, text, body) => {
    expect(rendered(text, facts({ ownName: '' }))).toMatchObject({ subject: null, text: body })
  })

  it('lets no line break and no control character into the subject', () => {
    const given = facts({}, { name: 'Ada\r\nBcc: eve@example.org\u2028x\u0000\t y' })
    expect(rendered('Subject:   {{inviter.name}}  \n\nHello', given).subject).toBe('Ada Bcc: eve@example.org x y')
  })
})

describe('a template is refused', () => {
  it.each([
    ['a misspelt variable', 'a\n\n\n{{inviter.nmae}}', '4:3', 'there is no variable inviter.nmae', '{{inviter.name}}'],
    ['a variable without its group', '{{firstName}}', '1:3', 'there is no variable firstName', '{{inviter.firstName}}'],
    ['a name in the wrong case', '{{ownname}}', '1:3', 'there is no variable ownname', '{{ownName}}'],
    [
      'a misspelt condition',
      'a\n{{#if inviter.profil}}x{{/if}}',
      '2:7',
      'there is no variable inviter.profil',
      '{{inviter.profile}}',
    ],
    [
      'a misspelt variable in a branch not taken',
      '{{#unless ownName}}\n{{langage}}{{/unless}}',
      '2:3',
      'there is no variable langage',
      '{{language}}',
    ],
    [
      'a misspelt variable in an else branch',
      '{{#if ownName}}{{else if language}}\n{{x}}{{/if}}',
      '2:3',
      'there is no variable x',
      '',
    ],
    [
      'a misspelt variable in a fallback',
      '{{fallback inviter.fistName ownName}}',
      '1:12',
      'there is no variable inviter.fistName',
      '{{inviter.firstName}}',
    ],
    ['a misspelt variable in the subject', 'Subject: {{nmae}}\n\na', '1:12', 'there is no variable nmae', ''],
    ['a misspelt variable below the subject', 'Subject: a\n\n{{nmae}}', '3:3', 'there is no variable nmae', ''],
    ['a whole group', '{{inviter}}', '1:3', 'there is no variable inviter', ''],
    ['a way to the prototype', '{{inviter.constructor}}', '1:3', 'there is no variable inviter.constructor', ''],
    [
      'a name in brackets, which is one long word',
      '{{[inviter.name]}}',
      '1:3',
      'there is no variable [inviter.name]',
      '{{inviter.name}}',
    ],
    ['a path with slashes', '{{inviter/name}}', '1:3', 'there is no variable inviter/name', '{{inviter.name}}'],
    ['this', '{{this.ownName}}', '1:3', 'there is no variable this.ownName', '{{ownName}}'],
    ['a block parameter', '{{#if ownName as |me|}}{{me}}{{/if}}', '1:1', 'there is no such tag', ''],
    [
      'a block parameter called like a variable',
      '{{#if ownName as |language|}}{{language}}{{/if}}',
      '1:1',
      'there is no such tag',
      '',
    ],
    [
      'a name in brackets as a condition',
      '{{#if [inviter.headline]}}x{{/if}}',
      '1:7',
      'there is no variable [inviter',
      '',
    ],
    [
      'a name in brackets in a fallback',
      '{{fallback [inviter.name] "x"}}',
      '1:12',
      'there is no variable [inviter',
      '',
    ],
    ['a raw block', '{{{{if ownName}}}}{{inviter.nmae}}{{{{/if}}}}', '1:1', 'there is no such tag', ''],
    ['a text as a block', '{{#"if" ownName}}x{{/"if"}}', '1:1', 'a tag does not begin with', ''],
    [
      'a tag that is spoilt in a line of many',
      'Hello {{ownName}} and hello {{ownName}} and hello {{ownName;}}',
      '1:53',
      'not closed',
      '',
    ],
    ['the last part of a name', 'Hello {{name}}', '1:9', 'there is no variable name', 'write {{inviter.name}}'],
    ['a part of a name', '{{#if date}}x{{/if}}', '1:7', 'there is no variable date', 'write {{invitationDate}}'],
    [
      'a variable of an outer condition alone',
      '{{#if inviter.profile}}{{#if ownName}}{{inviter.headline}}{{/if}}{{/if}}',
      '1:41',
      'inviter.headline has no value here',
      '',
    ],
    [
      'a partial in an else branch',
      '{{#if ownName}}{{else}}{{> footer}}{{/if}}',
      '1:24',
      'there is no partial footer',
      '',
    ],
    ['a subject below a blank line', '\nSubject: x\n\nbody', '2:1', 'the subject does not begin the file', 'beginning'],
    ['a subject below a comment', '{{! mine }}\nsubject: x\n\nbody', '2:1', 'the subject does not begin', ''],
    [
      'an option that is no text',
      '{{#if commonConnections}}{{plural commonConnections other=7}}{{/if}}',
      '1:53',
      'takes texts in quotes',
      '',
    ],
    [
      'a date of another variable',
      '{{#if ownName}}{{date language "full"}}{{/if}}',
      '1:23',
      'there is no date language',
      '',
    ],
    ['a plural of two', '{{plural commonConnections ownName other="x"}}', '1:1', 'plural is not followed by', ''],
    ['a way to the root', '{{@root.ownName}}', '1:3', 'there is no variable @root.ownName', '{{ownName}}'],
    [
      'a variable that may lack a value',
      'a\n{{inviter.firstName}}',
      '2:3',
      'inviter.firstName has no value here',
      '{{#if inviter.firstName}}',
    ],
    [
      'a variable that lacks it in the other branch',
      '{{#if inviter.headline}}{{else}}\n{{inviter.headline}}{{/if}}',
      '2:3',
      'has no value here',
      '',
    ],
    [
      'a variable that lacks it in an unless branch',
      '{{#unless invitationDate}}{{invitationDate}}{{/unless}}',
      '1:29',
      'has no value here',
      '',
    ],
    [
      'a variable whose neighbour was asked for',
      '{{#if inviter.headline}}{{inviter.profile}}{{/if}}',
      '1:27',
      'inviter.profile has no value here',
      '',
    ],
    [
      'a variable after its condition',
      '{{#if inviter.profile}}x{{/if}}{{inviter.profile}}',
      '1:34',
      'has no value here',
      '',
    ],
    [
      'a fallback that may end in nothing',
      '{{fallback inviter.firstName inviter.headline}}',
      '1:30',
      'inviter.headline has no value here',
      '',
    ],
    [
      'a fallback of nothing',
      '{{fallback}}',
      '1:1',
      'fallback is not followed',
      '{{fallback inviter.firstName "there"}}',
    ],
    ['a fallback of a helper', '{{fallback (lookup inviter "x") "y"}}', '1:1', 'fallback is not followed', ''],
    [
      'an unknown helper',
      '\n{{upper ownName}}',
      '2:1',
      'there is no helper upper',
      'the helpers are fallback, date, plural, list',
    ],
    ['a helper of handlebars', '{{lookup inviter "name"}}', '1:1', 'there is no helper lookup', ''],
    ['options nobody reads', '{{ownName x=1}}', '1:1', 'there is no helper ownName', ''],
    [
      'a block of handlebars',
      '{{#each inviter}}{{this}}{{/each}}',
      '1:1',
      'there is no block {{#each}}',
      'the blocks are if, unless',
    ],
    ['a variable as a block', '{{#ownName}}x{{/ownName}}', '1:1', 'there is no block {{#ownName}}', ''],
    [
      'a condition without a variable',
      '{{#if}}x{{/if}}',
      '1:1',
      '{{#if}} is not followed by one variable',
      '{{#if inviter.headline}}',
    ],
    [
      'a condition on a text',
      '{{#if "x"}}x{{/if}}',
      '1:1',
      '{{#if}} is not followed by one variable',
      '{{#if inviter.headline}}',
    ],
    [
      'two conditions',
      '{{#if ownName language}}x{{/if}}',
      '1:1',
      '{{#if}} is not followed by one variable',
      '{{#if inviter.headline}}',
    ],
    [
      'a condition with options',
      '{{#if ownName includeZero=true}}x{{/if}}',
      '1:1',
      '{{#if}} is not followed by one variable',
      '{{#if inviter.headline}}',
    ],
    ['a partial', 'a\n{{> footer}}', '2:1', 'there is no partial footer', 'there are no partials'],
    ['a decorator', '{{* x}}', '1:1', 'there is no such tag', '{{> partial}}'],
    ['a text as a tag', '{{"ownName"}}', '1:1', 'a tag does not begin with', ''],
    ['a tag that is not closed', 'a\n{{ownName', '2:3', 'not closed', '{{ without }}'],
    ['a block that is not closed', 'a\n{{#if ownName}}', '2:16', 'not closed', '{{/if}}'],
    ['a block that is closed by another', '\n\n{{#if ownName}}{{/unless}}', '3:4', 'not closed', ''],
    ['no blank line below the subject', 'Subject: a\nb', '2:1', 'no blank line', 'line 2'],
    ['no text', ' \n', '1:1', 'no text', ''],
    ['no text below the subject', 'Subject: a\n\n', '1:1', 'no text', ''],
    ['nothing below the subject', 'Subject: a', '1:1', 'no text', ''],
  ])('for %s', (_, text, place, because, hint) => {
    const problem = problemOf(text)
    expect(problem.exitCode).toBe(78)
    expect(problem.message).toContain(`ask.en.hbs:${place}: `)
    expect(problem.message).toContain(because)
    expect(problem.hints.join()).toContain(hint)
  })

  it('with everything that is wrong with it at once, in its order', () => {
    const { message, hints } = problemOf('Subject: {{one}}\n\n{{#if ownName}}{{two}}{{/if}}\n{{inviter.profile}}')
    expect([message, ...hints.slice(1)].map((line) => line.slice(home.length + 6))).toEqual([
      'ask.en.hbs:1:12: there is no variable one',
      'ask.en.hbs:3:18: there is no variable two',
      'ask.en.hbs:4:3: inviter.profile has no value here for some inviters: wrap it in {{#if}} or use {{fallback …}}',
    ])
  })

  it.each(['ask.hbs', 'ask.english!.hbs', 'a.sk.en.hbs', '__proto__.en.hbs', 'ask.d-x.hbs', 'ask.de-x.hbs'])(
    'for the file name %s',
    (file) => {
      write(`mine/${file}`, 'Hello')
      expect(openTemplates([join(home, 'mine')]).broken()).toEqual([
        {
          file: join(home, 'mine', file),
          sentence: `${join(home, 'mine', file)} does not tell its language`,
          hints: ['call it NAME.LANGUAGE.hbs, such as ask-context.de.hbs'],
          lastGood: false,
        },
      ])
    },
  )

  it.each([
    ['a folder', (file: string) => mkdirSync(file), 'is no file'],
    ['a pipe, which nobody writes to', (file: string) => execFileSync('mkfifo', [file]), 'is no file'],
    ['a link to nothing', (file: string) => symlinkSync('nowhere', file), 'cannot be read'],
    ['a file that is no reply', (file: string) => writeFileSync(file, 'x'.repeat(65_537)), 'is larger than 64 KiB'],
  ])('when it is %s', (_, make, because) => {
    mkdirSync(join(home, 'mine'))
    make(join(home, 'mine/ask.en.hbs'))
    const templates = openTemplates([join(home, 'mine')])
    expect(problemIn(() => templates.render('ask', ['en'], facts()))).toMatchObject({
      exitCode: 78,
      message: expect.stringContaining(`${join(home, 'mine/ask.en.hbs')} ${because}`),
    })
  })

  it('whatever is typed: it is refused with a place in the file, or it renders whatever the inviter lacks', () => {
    const piece = fc.constantFrom(
      ...[
        '{{',
        '}}',
        '{{{',
        '}}}',
        '{{#if ',
        '{{/if}}',
        '{{else}}',
        '{{> ',
        '{{#unless ',
        '{{/unless}}',
        '{{!',
        '{{~',
        '~}}',
      ],
      ...[
        'inviter.name',
        'inviter.headline',
        'ownName',
        'invitationDate',
        'commonConnections',
        'signature',
        'fallback',
      ],
      ...[
        'date ',
        'plural ',
        'list ',
        '"full"',
        'one="#"',
        ' other="#s"',
        '(',
        ')',
        '@root',
        '../',
        'this',
        ' ',
        '\n',
        'x',
        '\\{{',
      ],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        write('mine/ask.en.hbs', pieces.join(''))
        write('mine/signature.en.hbs', '{{ownName}}')
        const templates = openTemplates([join(home, 'mine')])
        const [broken] = templates.broken()
        if (broken) expect(broken.sentence).toMatch(/ask\.en\.hbs:\d+:\d+: /)
        else for (const given of [facts(), nothingKnown]) expect(templates.render('ask', [], given).text).toMatch(/\n$/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('templates', () => {
  const open = () => openTemplates([join(home, 'mine'), join(home, 'nowhere'), join(home, 'shipped')])

  beforeEach(() => {
    write('shipped/ask.en.hbs', 'shipped en')
    write('shipped/ask.de.hbs', 'shipped de')
    write('shipped/zoo.en.hbs', 'shipped zoo')
    write('shipped/.ask.en.hbs', '{{broken')
    write('shipped/ask.en.hbs~', '{{broken')
    write('mine/ask.de.hbs', 'mine de')
    write('mine/ask.pt-BR.hbs', 'mine pt-BR')
    write('mine/curt.de.hbs', 'curt de')
    write('mine/two.de.hbs', 'two de')
    write('mine/two.fr.hbs', 'two fr')
  })

  it.each([
    ['ask', ['de'], 'mine de'],
    ['ask', ['de-CH'], 'mine de'],
    ['ask', ['DE-ch-1996'], 'mine de'],
    ['ask', ['pt-BR'], 'mine pt-BR'],
    ['ask', ['pt-br'], 'mine pt-BR'],
    ['ask', ['pt'], 'shipped en'],
    ['ask', ['ja'], 'shipped en'],
    ['ask', [], 'shipped en'],
    ['curt', ['ja'], 'curt de'],
    ['curt', [], 'curt de'],
    ['two', ['fr-CA'], 'two fr'],
    ['two', ['ja', 'de'], 'two de'],
    ['ask', ['ja', 'pt-BR'], 'mine pt-BR'],
    ['ask', ['zh-Hant-TW'], 'shipped en'],
    ['ask', ['pt-BR-x', 'de'], 'mine pt-BR'],
  ])('%s in %j is %s', (name, wanted, expected) => {
    expect(open().render(name, wanted, facts()).text.trim()).toBe(expected)
  })

  it('tells the language it was written in, not the one asked for', () => {
    expect(open().render('ask', ['de-CH'], facts()).language).toBe('de')
  })

  it.each([`de${'-ab'.repeat(30_000)}`, '__proto__', 'constructor', ''])(
    'cope with a language like %.20s',
    (language) => {
      expect(open().render('ask', [language], facts()).text).toMatch(/^(?:mine de|shipped en)\n$/u)
    },
  )

  it('write dates as in the language wanted where they serve it, else as in their own', () => {
    write('mine/day.de.hbs', '{{fallback invitationDate "-"}}')
    const january = facts({ invitedAt: Date.UTC(2026, 0, 5) })
    const said = (wanted: readonly string[]) => open().render('day', wanted, january).text.trim()
    expect([said(['de-AT']), said(['de']), said(['sv', 'de-AT']), said(['sv'])]).toEqual([
      '5. Jänner 2026',
      '5. Januar 2026',
      '5. Jänner 2026',
      '5. Januar 2026',
    ])
  })

  it('are all told, each once, with the file that counts', () => {
    const told = open()
      .all()
      .map(({ name, language, file }) => `${name} ${language} ${file.slice(home.length + 1)}`)
    expect(told).toEqual([
      'ask de mine/ask.de.hbs',
      'ask en shipped/ask.en.hbs',
      'ask pt-BR mine/ask.pt-BR.hbs',
      'curt de mine/curt.de.hbs',
      'two de mine/two.de.hbs',
      'two fr mine/two.fr.hbs',
      'zoo en shipped/zoo.en.hbs',
    ])
  })

  it('that do not exist are an error which names those that do', () => {
    const problem = problemIn(() => open().render('asq', ['en'], facts()))
    expect(problem).toMatchObject({
      exitCode: 78,
      message: 'there is no template asq',
      hints: ['there are: ask, curt, two, zoo'],
    })
  })

  it('in other languages only are an error which says what to add', () => {
    const problem = problemIn(() => open().render('two', ['ja'], facts()))
    expect(problem).toMatchObject({ exitCode: 78, message: 'the template two is only there in de, fr' })
    expect(problem.hints.join()).toContain('two.en.hbs')
  })

  it('are found broken also when nobody uses them, and do no harm to the others', () => {
    write('shipped/unused.en.hbs', '{{nothing}}')
    expect(
      open()
        .broken()
        .map(({ sentence }) => sentence),
    ).toEqual([`${join(home, 'shipped/unused.en.hbs')}:1:3: there is no variable nothing`])
    expect(open().render('ask', ['de'], facts()).text).toBe('mine de\n')
  })

  it('that are broken are not replaced by another language or another folder behind the back of their author', () => {
    write('mine/ask.de.hbs', '{{nothing}}')
    expect(problemIn(() => open().render('ask', ['de'], facts())).message).toContain('ask.de.hbs:1:3: ')
  })

  it('that are broken do no harm behind one of the same name', () => {
    write('shipped/ask.de.hbs', '{{broken')
    expect(open().broken()).toEqual([])
  })
})

describe('a partial', () => {
  const withPartials = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) write(`mine/${name}.hbs`, text)
    return openTemplates([join(home, 'mine')])
  }

  it.each([
    ['is taken in the language of the template', 'de', 'Grüße\nGrace Example, Berlin\n'],
    ['serves every language where it is there in one only', 'fr', 'Salut\nonly one\n'],
    ['is the default one where there is none in that language', 'ja', '敬具\nGrace Example\n'],
  ])('%s', (_, language, expected) => {
    const templates = withPartials({
      'ask.de': 'Grüße\n{{> signature}}\n',
      'ask.ja': '敬具\n{{> signature}}\n',
      'ask.fr': 'Salut\n{{> single}}\n',
      'signature.en': '{{ownName}}\n',
      'signature.de': '{{ownName}}, Berlin\n',
      'single.es': 'only one\n',
    })
    expect(templates.render('ask', [language], facts()).text).toBe(expected)
  })

  it('may have partials of its own, and see what every template sees', () => {
    const templates = withPartials({
      'ask.de': '{{> outer}}',
      'outer.de': '<{{> inner}}>',
      'inner.de': '{{inviter.name}} {{#if invitationDate}}{{date invitationDate "long"}}{{/if}}',
    })
    expect(templates.render('ask', ['de'], facts()).text).toBe("<Ada O'Brien 23. November 2026>\n")
  })

  it.each([
    [
      'is not there',
      { 'ask.en': 'a\n{{> singature}}', 'signature.en': 'x' },
      '2:1: there is no partial singature',
      '{{> signature}}',
    ],
    [
      'is part of itself',
      { 'ask.en': '{{> a}}', 'a.en': '{{> b}}', 'b.en': '{{> a}}' },
      '1:1: the partial a is part of itself',
      'a.en.hbs',
    ],
    ['is the template itself', { 'ask.en': 'x{{> ask}}' }, '1:2: the partial ask is part of itself', 'ask.en.hbs'],
    [
      'has a subject',
      { 'ask.en': '{{> a}}', 'a.en': 'Subject: x\n\ny' },
      '1:1: the partial a has a subject of its own',
      'a.en.hbs',
    ],
    ['is given something', { 'ask.en': '{{> a x=1}}', 'a.en': 'y' }, '1:1: a partial takes nothing but its name', ''],
    [
      'is named by a value',
      { 'ask.en': '{{> (lookup inviter "name")}}' },
      '1:1: a partial takes nothing but its name',
      '',
    ],
  ])('that %s is an error of the template', (_, files, sentence, hint) => {
    const problem = problemIn(() => withPartials(files as Record<string, string>).render('ask', ['en'], facts()))
    expect(problem.message).toContain(`ask.en.hbs:${sentence}`)
    expect(problem.hints.join()).toContain(hint)
  })

  it('that is asked for twice in each of many is linked once', () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [`p${n}.en`, n === 11 ? 'x' : `{{> p${n + 1}}}{{> p${n + 1}}}`]),
    )
    const text = withPartials({ ...files, 'ask.en': '{{> p0}}' }).render('ask', [], facts()).text
    expect(text).toHaveLength(2 ** 11 + 1)
  })

  it('that is broken is told once, as itself', () => {
    const templates = withPartials({ 'ask.en': '{{> a}}', 'a.en': '\n{{x}}' })
    expect(templates.broken().map(({ sentence }) => sentence.slice(home.length))).toEqual([
      '/mine/a.en.hbs:2:3: there is no variable x',
      '/mine/ask.en.hbs:1:1: the partial a is broken itself',
    ])
  })
})

describe('the variables of templates', () => {
  const paths = (value: object, prefix = ''): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'object' && inner !== null ? paths(inner, `${prefix}${key}.`) : [`${prefix}${key}`],
    )

  it('are those of TemplateVariables, each with a meaning', () => {
    expect(templateVariables.map(({ name }) => name)).toEqual(paths(variablesFor(facts(), 'en', 'en')))
    for (const { meaning } of templateVariables) expect(meaning).not.toBe('')
  })

  it.each(templateVariables.map(({ name }) => name))('%s can be printed', (name) => {
    expect(rendered(`{{#if ${name}}}{{${name}}}{{/if}}`).text.length).toBeGreaterThan(1)
  })
})
