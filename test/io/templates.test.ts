import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OperatorError } from '../../src/errors.ts'
import { openTemplates, templateVariables } from '../../src/io/templates.ts'
import type { TemplateVariables } from '../../src/ports.ts'

const invitationManager = 'https://www.linkedin.com/mynetwork/invitation-manager/'

const variables = (given: Partial<TemplateVariables> = {}, inviter: Partial<TemplateVariables['inviter']> = {}) => ({
  inviter: {
    name: "Ada O'Brien",
    firstName: 'Ada',
    headline: 'Engineer at <Example> & Sons',
    profile: 'https://www.linkedin.com/in/ada-example',
    ...inviter,
  },
  invitationDate: '23 November 2026',
  ownName: 'Grace Example',
  language: 'en',
  recipientKind: 'on-site' as const,
  invitationManager,
  ...given,
})

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

const rendered = (text: string, given = variables()) => {
  write('mine/ask.en.hbs', text)
  return openTemplates([join(home, 'mine')]).render('ask', null, given)
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
    ['{{#if inviter.headline}}a{{else if inviter.firstName}}b{{else}}c{{/if}}', 'c\n'],
  ])('copes with missing values: %s', (text, expected) => {
    const given = variables({ ownName: '', invitationDate: null }, { firstName: null, headline: null, profile: null })
    expect(rendered(text, given).text).toBe(expected)
  })

  it('never renders a value again', () => {
    const given = variables({}, { name: '{{ownName}} {{nothing}} {{{', headline: '{{#each' })
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
    expect(rendered(text, variables({ ownName: '' }))).toMatchObject({ subject: null, text: body })
  })

  it('lets no line break and no control character into the subject', () => {
    const given = variables({}, { name: 'Ada\r\nBcc: eve@example.org\u2028x\u0000\t y' })
    expect(rendered('Subject:   {{inviter.name}}  \n\nHello', given).subject).toBe('Ada Bcc: eve@example.org x y')
  })
})

describe('a template is refused', () => {
  it.each([
    ['a misspelt variable', 'a\n\n\n{{inviter.nmae}}', 4, 'there is no variable inviter.nmae', '{{inviter.name}}'],
    ['a variable without its group', '{{firstName}}', 1, 'there is no variable firstName', '{{inviter.firstName}}'],
    ['a name in the wrong case', '{{ownname}}', 1, 'there is no variable ownname', '{{ownName}}'],
    [
      'a misspelt condition',
      'a\n{{#if inviter.profil}}x{{/if}}',
      2,
      'there is no variable inviter.profil',
      '{{inviter.profile}}',
    ],
    [
      'a misspelt variable in a branch not taken',
      '{{#unless ownName}}\n{{langage}}{{/unless}}',
      2,
      'there is no variable langage',
      '{{language}}',
    ],
    [
      'a misspelt variable in an else branch',
      '{{#if ownName}}{{else if language}}\n{{x}}{{/if}}',
      2,
      'there is no variable x',
      '',
    ],
    [
      'a misspelt variable in a fallback',
      '{{fallback inviter.fistName ownName}}',
      1,
      'there is no variable inviter.fistName',
      '{{inviter.firstName}}',
    ],
    ['a misspelt variable in the subject', 'Subject: {{nmae}}\n\na', 1, 'there is no variable nmae', ''],
    ['a misspelt variable below the subject', 'Subject: a\n\n{{nmae}}', 3, 'there is no variable nmae', ''],
    ['a whole group', '{{inviter}}', 1, 'there is no variable inviter', ''],
    ['a way to the prototype', '{{inviter.constructor}}', 1, 'there is no variable inviter.constructor', ''],
    ['a way to the root', '{{@root.ownName}}', 1, 'there is no variable @root.ownName', '{{ownName}}'],
    [
      'a variable that may lack a value',
      'a\n{{inviter.firstName}}',
      2,
      'inviter.firstName has no value here',
      '{{#if inviter.firstName}}',
    ],
    [
      'a variable that lacks it in the other branch',
      '{{#if inviter.headline}}{{else}}\n{{inviter.headline}}{{/if}}',
      2,
      'has no value here',
      '',
    ],
    [
      'a variable that lacks it in an unless branch',
      '{{#unless invitationDate}}{{invitationDate}}{{/unless}}',
      1,
      'has no value here',
      '',
    ],
    [
      'a variable whose neighbour was asked for',
      '{{#if inviter.headline}}{{inviter.profile}}{{/if}}',
      1,
      'inviter.profile has no value here',
      '',
    ],
    [
      'a variable after its condition',
      '{{#if inviter.profile}}x{{/if}}{{inviter.profile}}',
      1,
      'has no value here',
      '',
    ],
    [
      'a fallback that may end in nothing',
      '{{fallback inviter.firstName inviter.headline}}',
      1,
      'inviter.headline has no value here',
      '',
    ],
    ['a fallback of nothing', '{{fallback}}', 1, 'fallback is not followed', '{{fallback a b}}'],
    ['a fallback of a helper', '{{fallback (lookup inviter "x") "y"}}', 1, 'fallback is not followed', ''],
    ['an unknown helper', '\n{{upper ownName}}', 2, 'there is no helper upper', '{{fallback a b}}'],
    ['a helper of handlebars', '{{lookup inviter "name"}}', 1, 'there is no helper lookup', ''],
    ['options nobody reads', '{{ownName x=1}}', 1, 'there is no helper ownName of this form', ''],
    ['a block of handlebars', '{{#each inviter}}{{this}}{{/each}}', 1, 'there is no block {{#each}}', '{{#if a}}'],
    ['a variable as a block', '{{#ownName}}x{{/ownName}}', 1, 'there is no block {{#ownName}}', ''],
    ['a condition without a variable', '{{#if}}x{{/if}}', 1, 'there is no block {{#if}}', ''],
    ['a condition on a text', '{{#if "x"}}x{{/if}}', 1, 'there is no block {{#if}}', ''],
    ['two conditions', '{{#if ownName language}}x{{/if}}', 1, 'there is no block {{#if}}', ''],
    ['a condition with options', '{{#if ownName includeZero=true}}x{{/if}}', 1, 'there is no block {{#if}}', ''],
    ['a partial', 'a\n{{> footer}}', 2, 'there are no partials', ''],
    ['a decorator', '{{* x}}', 1, 'there are no partials and no decorators', ''],
    ['a text as a tag', '{{"ownName"}}', 1, 'a tag does not begin with', ''],
    ['a tag that is not closed', 'a\n{{ownName', 2, 'not closed', '{{ without }}'],
    ['a block that is not closed', 'a\n{{#if ownName}}', 2, 'not closed', '{{/if}}'],
    ['a block that is closed by another', '\n\n{{#if ownName}}{{/unless}}', 3, 'not closed', ''],
    ['no blank line below the subject', 'Subject: a\nb', 2, 'no blank line', 'line 2'],
    ['no text', ' \n', 1, 'no text', ''],
    ['no text below the subject', 'Subject: a\n\n', 1, 'no text', ''],
    ['nothing below the subject', 'Subject: a', 1, 'no text', ''],
  ])('for %s', (_, text, line, because, hint) => {
    const problem = problemOf(text)
    expect(problem.exitCode).toBe(78)
    expect(problem.message).toContain(`ask.en.hbs:${line}: `)
    expect(problem.message).toContain(because)
    expect(problem.hints.join()).toContain(hint)
  })

  it.each(['ask.hbs', 'ask.english!.hbs', 'a.sk.en.hbs'])('for the file name %s', (file) => {
    write(`mine/${file}`, 'Hello')
    const problem = problemIn(() => openTemplates([join(home, 'mine')]))
    expect(problem).toMatchObject({ exitCode: 78, message: `${join(home, 'mine', file)} does not tell its language` })
  })

  it('when it cannot be read', () => {
    mkdirSync(join(home, 'mine/ask.en.hbs'), { recursive: true })
    expect(problemIn(() => openTemplates([join(home, 'mine')]))).toMatchObject({ exitCode: 78 })
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
    ['ask', 'de', 'mine de'],
    ['ask', 'de-CH', 'mine de'],
    ['ask', 'DE-ch-1996', 'mine de'],
    ['ask', 'pt-BR', 'mine pt-BR'],
    ['ask', 'pt-br', 'mine pt-BR'],
    ['ask', 'pt', 'shipped en'],
    ['ask', 'ja', 'shipped en'],
    ['ask', null, 'shipped en'],
    ['curt', 'ja', 'curt de'],
    ['curt', null, 'curt de'],
    ['two', 'fr-CA', 'two fr'],
  ])('%s in %s is %s', (name, language, expected) => {
    expect(open().render(name, language, variables()).text.trim()).toBe(expected)
  })

  it('tells the language it was written in, not the one asked for', () => {
    expect(open().render('ask', 'de-CH', variables()).language).toBe('de')
  })

  it('are all told, each once, with the file that counts', () => {
    const told = open().all.map(({ name, language, file }) => `${name} ${language} ${file.slice(home.length + 1)}`)
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
    const problem = problemIn(() => open().render('asq', 'en', variables()))
    expect(problem).toMatchObject({
      exitCode: 78,
      message: 'there is no template asq',
      hints: ['there are: ask, curt, two, zoo'],
    })
  })

  it('in other languages only are an error which says what to add', () => {
    const problem = problemIn(() => open().render('two', 'ja', variables()))
    expect(problem).toMatchObject({ exitCode: 78, message: 'the template two is only there in de, fr' })
    expect(problem.hints.join()).toContain('two.en.hbs')
  })

  it('are found broken at once, also when nobody uses them', () => {
    write('shipped/unused.en.hbs', '{{nothing}}')
    expect(open).toThrow(/unused\.en\.hbs:1/)
  })

  it('that are broken do no harm behind one of the same name', () => {
    write('shipped/ask.de.hbs', '{{broken')
    expect(open).not.toThrow()
  })
})

describe('the variables of templates', () => {
  const paths = (value: object, prefix = ''): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'object' && inner !== null ? paths(inner, `${prefix}${key}.`) : [`${prefix}${key}`],
    )

  it('are those of TemplateVariables, each with a meaning', () => {
    expect(templateVariables.map(({ name }) => name)).toEqual(paths(variables()))
    for (const { meaning } of templateVariables) expect(meaning).not.toBe('')
  })

  it.each(templateVariables.map(({ name }) => name))('%s can be printed', (name) => {
    expect(rendered(`{{#if ${name}}}{{${name}}}{{/if}}`).text.length).toBeGreaterThan(1)
  })
})

describe('the shipped templates', () => {
  const shipped = openTemplates(['templates'])
  const nobody = variables({ ownName: '', invitationDate: null }, { firstName: null, headline: null, profile: null })

  it('are these', () => {
    expect(shipped.all.map(({ file }) => file)).toEqual([
      'templates/ask-context.de.hbs',
      'templates/ask-context.en.hbs',
      'templates/hand-over.de.hbs',
      'templates/hand-over.en.hbs',
    ])
  })

  it('ask in English', () => {
    expect(shipped.render('ask-context', 'en', variables())).toEqual({
      template: 'ask-context',
      language: 'en',
      subject: null,
      text: `Hello Ada,

Thank you for your invitation to connect on LinkedIn. I only connect with people I know; can you help me with where we might have met? A line or two is plenty, and I would be glad to hear from you.

Kind regards
Grace Example
`,
    })
  })

  it('ask in German', () => {
    expect(shipped.render('ask-context', 'de-AT', variables())).toEqual({
      template: 'ask-context',
      language: 'de',
      subject: null,
      text: `Guten Tag Ada,

vielen Dank für Ihre Einladung auf LinkedIn. Ich vernetze mich dort nur mit Menschen, die ich kenne. Würden Sie mir auf die Sprünge helfen, woher wir uns kennen könnten? Ein, zwei Sätze genügen, und ich freue mich, von Ihnen zu lesen.

Freundliche Grüße
Grace Example
`,
    })
  })

  it.each([
    ['en', /^Hello,\n\nThank[\s\S]*\n\nKind regards\n$/],
    ['de', /^Guten Tag,\n\nvielen[\s\S]*\n\nFreundliche Grüße\n$/],
  ])('ask in %s also when no name may be used', (language, expected) => {
    expect(shipped.render('ask-context', language, nobody).text).toMatch(expected)
  })

  it.each(['en', 'de'])('hand over in %s with the links, below a line to cut at', (language) => {
    const { text, subject } = shipped.render('hand-over', language, variables({ language }))
    expect(subject).toBeNull()
    expect(text).toMatch(/^-+ 8< -+ /)
    expect(text).toContain(`: ${invitationManager}\n`)
    expect(text).toContain("Ada O'Brien: https://www.linkedin.com/in/ada-example\n")
  })

  it.each(['en', 'de'])('hand over in %s without a profile', (language) => {
    const { text } = shipped.render('hand-over', language, nobody)
    expect(text.trim().endsWith(invitationManager)).toBe(true)
    expect(text).not.toContain('/in/')
  })
})
