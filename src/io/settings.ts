import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { parse } from 'dotenv'
import { z } from 'zod'
import { isLanguage } from '../core/languageTag.ts'
import type { Settings } from '../core/settings.ts'
import { fromExample, fromIssues, notifyIssues, sendingIssues, serverIssues } from '../core/settingsAccount.ts'
import type { AccountContext, Checks } from '../core/settingsAssembly.ts'
import { isIssuer, oauthIssues } from '../core/settingsOAuth.ts'
import { isRaw } from '../core/settingsRaw.ts'
import { gatherSettings, type SettingsOptions, type Sources } from '../core/settingsReading.ts'
import { durationOf, isAlias, isCron, isHost, mailboxOf, timezoneOf } from '../core/settingsRules.ts'
import { fileTrouble, type Issue, type Path, say, sayNot } from '../core/settingsWords.ts'
import { exit, OperatorError } from '../errors.ts'
import { parseYaml } from './settingsYaml.ts'

const group = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, say('must be a map: its own settings, indented below it'))
const text = z.string(say('must be text')).min(1, { ...say('must not be empty'), abort: true })
const list = <Item extends z.ZodType>(item: Item) => z.array(item, sayNot('a list'))
const flag = z.boolean(sayNot('true or false'))
const autoOrList = z.union([z.literal('auto'), list(text).min(1, say('must not be empty'))], sayNot('auto or a list'))
const choice = <const Options extends readonly string[]>(...options: Options) =>
  z.enum(options, sayNot(options.join(' or ')))
const whole = (least: number, most: number) => {
  const words = sayNot(`a whole number from ${least} to ${most}`)
  return z.int(words).min(least, words).max(most, words)
}
const that = (is: (written: string) => boolean, words: string) => text.refine(is, sayNot(words))
/** Runs also when a value of the map is wrong by itself, so that no problem hides another. */
const always = { when: ({ value }: { value: unknown }) => isRaw(value) }
const raise = (issues: readonly Issue[], context: z.RefinementCtx): void => {
  for (const { path, message, input } of issues) context.addIssue({ code: 'custom', path: [...path], message, input })
}

const duration = that((written) => durationOf(written) !== null, 'a time like 30s, 5m or 1h').transform(
  (written) => durationOf(written) ?? 0,
)

const common = {
  mode: choice('draft', 'send'),
  schedule: that(isCron, 'five cron fields like "*/5 * * * *"'),
  timezone: z
    .string(say('must be text'))
    .refine((zone) => timezoneOf(zone) !== null, sayNot('system or a time zone like Europe/Berlin'))
    .transform((zone) => timezoneOf(zone) ?? zone),
  watch: choice('schedule', 'idle'),
  mailboxes: autoOrList,
  notify: group({
    by: choice('inbox', 'command', 'none'),
    command: text.nullable(),
    failedPolls: whole(1, 1000),
    silence: duration,
  }).superRefine((notify, zod) => raise(notifyIssues(notify), zod), always),
  policy: group({
    maxAgeDays: whole(1, 3650),
    maxPerPoll: whole(1, 1000),
    maxPerDay: whole(1, 1000),
    unverified: choice('skip', 'draft'),
    shortNotes: choice('note', 'none'),
    guestInvitations: flag,
    ignore: group({ names: list(text), profiles: list(text), headlines: list(text), domains: list(text) }),
    settle: duration,
  }),
  trust: group({ authservIds: autoOrList, verifyDkim: flag }),
  reply: group({
    template: that((name) => /^[\w-]+$/.test(name), 'the name of a template, like ask-context'),
    language: that((tag) => tag === 'auto' || isLanguage(tag), 'auto or a language like de or de-CH'),
    defaultLanguage: that(isLanguage, 'a language like de or de-CH'),
  }),
}
const settingsSchema = group({ ...common, accounts: list(z.looseObject({}, sayNot('a map: name, imap, …'))) })

const isReadable = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const oauthSchema = ({ env, absolute, name }: AccountContext) =>
  group({
    provider: choice('microsoft', 'google', 'other'),
    clientId: text.regex(/^\P{Cc}+$/u, say('must not hold control characters')),
    clientSecretEnv: text.refine((variable) => env[variable], say('names a variable that is not set')).nullish(),
    clientSecretFile: text.transform(absolute).nullish(),
    tenant: that((tenant) => /^[\w.-]+$/.test(tenant), 'common, or the name or ID of a tenant').nullish(),
    issuer: text.refine(isIssuer, say('must be an address like https://login.example.org')).nullish(),
    scope: text.nullish(),
  }).superRefine((oauth, zod) => {
    raise(
      oauthIssues(oauth, (path) => name(['imap', 'oauth', ...path])),
      zod,
    )
  }, always)

const serverSchema = (key: 'imap' | 'smtp', context: AccountContext) =>
  group({
    host: text.refine(isHost, say('must be a bare host name, without scheme or port')),
    port: whole(1, 65535).nullish(),
    security: choice('tls', 'starttls', 'none').nullish(),
    user: text.regex(/^\P{Cc}+$/u, say('must not hold control characters')).nullish(),
    passwordEnv: text.refine((variable) => context.env[variable], say('names a variable that is not set')).nullish(),
    passwordFile: text.transform(context.absolute).nullish(),
    passwordCommand: text.nullish(),
    accessTokenCommand: text.nullish(),
    oauth:
      key === 'imap'
        ? oauthSchema(context).nullish()
        : z.null(say('belongs under imap: what is granted there sends, too')).optional(),
    caFile: that((path) => isReadable(context.absolute(path)), 'a file that can be read')
      .transform(context.absolute)
      .nullish(),
  }).superRefine((server, zod) => {
    raise(
      serverIssues(server, (path) => context.name([key, ...path]), key === 'imap'),
      zod,
    )
  }, always)

const accountSchema = (context: AccountContext) =>
  group({
    ...common,
    name: that((name) => /^[\p{L}\p{N}_.@-]{1,64}$/u.test(name), 'one word of letters and digits'),
    imap: serverSchema('imap', context),
    smtp: serverSchema('smtp', context).nullish(),
    from: text.refine((from) => mailboxOf(from) !== null, say(`must be one address like ${fromExample}`)).nullish(),
    aliases: list(that(isAlias, 'an address or *@domain')).nullish(),
  }).superRefine((account, zod) => {
    raise([...fromIssues(account, context.name), ...sendingIssues(account, context.name)], zod)
  }, always)

const shapeAt = (schema: z.core.$ZodType, path: Path): Readonly<Record<string, z.core.$ZodType>> => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return shapeAt(schema.unwrap(), path)
  if (!(schema instanceof z.ZodObject)) return {}
  const [step, ...rest] = path
  const inner = schema.shape[String(step)]
  return step === undefined ? schema.shape : inner === undefined ? {} : shapeAt(inner, rest)
}

const keysBelow = (path: readonly string[]): string[] => {
  const keys = Object.keys(shapeAt(settingsSchema, path))
  return keys.length === 0 ? [path.join('.')] : keys.flatMap((key) => keysBelow([...path, key]))
}

/** Every key of the config file, dotted. The defaults stand in config/have-we-met.yaml and nowhere else. */
export const settingKeys: readonly string[] = keysBelow([])

const checks: Checks = {
  settings: (raw) => {
    const { data, error } = settingsSchema.safeParse(raw, { reportInput: true })
    if (error) return { defaults: null, issues: error.issues }
    const { policy, trust, reply, timezone } = data
    return { defaults: { policy, trust, reply, timezone }, issues: [] }
  },
  account: (raw, context) => {
    const { data, error } = accountSchema(context).safeParse(raw, { reportInput: true })
    return { account: data ?? null, issues: error?.issues ?? [] }
  },
  knownAt: (within, path) =>
    Object.keys(
      shapeAt(
        within === 'settings' ? settingsSchema : accountSchema({ env: {}, absolute: String, name: String }),
        path,
      ),
    ),
}

const readText: Sources['read'] = (path) => {
  try {
    return { text: readFileSync(path, 'utf8'), mode: statSync(path).mode, trouble: null }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return { text: '', mode: 0, trouble: fileTrouble(code) }
  }
}

const sourcesOver = (drafts: ReadonlyMap<string, string>): Sources => ({
  exists: (path) => drafts.has(path) || existsSync(path),
  read: (path) => {
    const text = drafts.get(path)
    return text === undefined ? readText(path) : { text, mode: 0o600, trouble: null }
  },
  yaml: parseYaml,
  dotenv: parse,
})

/**
 * Reads `.env`, the environment and the config files (`SettingsOptions` says from where) into settled settings.
 * @param drafts files that are not written yet, or otherwise than they stand there: path to text
 * @throws OperatorError 78 with every problem there is, each with its file and line
 */
export const readSettings = (options: SettingsOptions, drafts: ReadonlyMap<string, string> = new Map()): Settings => {
  const { settings, problems } = gatherSettings(options, sourcesOver(drafts), checks)
  if (settings !== null) return settings
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  throw new OperatorError(exit.config, `the settings have ${count}`, problems)
}
