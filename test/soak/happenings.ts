import fc from 'fast-check'
import { type Point, pointAt } from '../faults/point.ts'
import { actions, type Fault } from '../faults/strike.ts'
import { hostile } from '../support/hostile.ts'

/** Polled by schedule; watched by IDLE; logged in with OAuth2 tokens; behind a line that breaks. */
export const accounts = ['plain', 'watched', 'token', 'cut'] as const
export type AccountName = (typeof accounts)[number]

/** Those whose lines go through a proxy. */
export type Proxied = Extract<AccountName, 'watched' | 'cut'>

/** Something that happens to a daemon in its years. */
export type Happening =
  /** `again`: LinkedIn tells once more of an invitation that it told of before. */
  | { readonly kind: 'mail'; readonly to: AccountName; readonly what: 'invitation' | 'again' | 'noted' | 'forged' }
  /** Mail made to hurt, by its index. */
  | { readonly kind: 'hostile'; readonly to: AccountName; readonly which: number }
  /** An invitation comes in, and the line to this account breaks. */
  | { readonly kind: 'line'; readonly on: Proxied; readonly fault: Fault }
  /** The server is restarted, or hangs up on everybody. */
  | { readonly kind: 'restart' | 'hang-up' }
  /** The access token is revoked; the authorisation server is away for a while, or silent. */
  | { readonly kind: 'token'; readonly what: 'revoked' | 'away' | 'silent' }
  /** The user edits a template, or the settings (and sends SIGHUP): well, or badly for a while. */
  | { readonly kind: 'template' | 'settings'; readonly good: boolean }
  /** The user pauses the program for a while. */
  | { readonly kind: 'pause' }
  /** The user throws a draft away. */
  | { readonly kind: 'removal'; readonly of: AccountName }

/** A happening, and how many milliseconds after the one before it begins. */
export interface Planned {
  readonly after: number
  readonly happening: Happening
}

/** The 25 MB of the first would be most of what the server has to store. */
const hurting = hostile.map((_, index) => index).slice(1)

const appendLine = '^\\w+ APPEND[^\\r\\n]*\\r\\n'

const spots: readonly Point[] = [
  { direction: 'to-client', octets: 0 },
  pointAt('to-server', '^\\w+ (?:LOGIN|AUTHENTICATE)', 'after'),
  pointAt('to-server', '^\\w+ UID SEARCH', 'after'),
  pointAt('to-client', '^\\* \\d+ FETCH', 'after'),
  pointAt('to-server', '^\\w+ APPEND', 'before'),
  pointAt('to-server', '^\\w+ APPEND', 'after'),
  pointAt('to-server', appendLine, 'after', 1, 300),
  pointAt('to-client', 'APPENDUID', 'before'),
  pointAt('to-client', 'APPENDUID', 'after'),
]

/** The second EXISTS of a connection is pushed, the first answers EXAMINE. */
const watchSpots: readonly Point[] = [
  ...spots,
  pointAt('to-client', '^\\* \\d+ EXISTS', 'before', 2),
  pointAt('to-server', '^DONE', 'before'),
]

const anyAccount = fc.constantFrom(...accounts)

const mail = (what: 'invitation' | 'again' | 'noted' | 'forged'): fc.Arbitrary<Happening> =>
  anyAccount.map((to) => ({ kind: 'mail', to, what }))

const line = (on: Proxied, points: readonly Point[]): fc.Arbitrary<Happening> =>
  fc
    .record({ point: fc.constantFrom(...points), action: fc.constantFrom(...actions) })
    .map((fault) => ({ kind: 'line', on, fault }))

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { arbitrary: mail('invitation'), weight: 24 },
  { arbitrary: mail('again'), weight: 3 },
  { arbitrary: mail('noted'), weight: 4 },
  { arbitrary: mail('forged'), weight: 3 },
  {
    arbitrary: fc
      .record({ to: anyAccount, which: fc.constantFrom(...hurting) })
      .map((rest): Happening => ({ kind: 'hostile', ...rest })),
    weight: 2,
  },
  { arbitrary: line('cut', spots), weight: 4 },
  { arbitrary: line('watched', watchSpots), weight: 3 },
  { arbitrary: fc.constantFrom<Happening>({ kind: 'restart' }, { kind: 'hang-up' }), weight: 3 },
  {
    arbitrary: fc
      .constantFrom('revoked' as const, 'away' as const, 'silent' as const)
      .map((what): Happening => ({ kind: 'token', what })),
    weight: 3,
  },
  { arbitrary: fc.boolean().map((good): Happening => ({ kind: 'template', good })), weight: 2 },
  { arbitrary: fc.boolean().map((good): Happening => ({ kind: 'settings', good })), weight: 2 },
  { arbitrary: fc.constant<Happening>({ kind: 'pause' }), weight: 1 },
  { arbitrary: anyAccount.map((of): Happening => ({ kind: 'removal', of })), weight: 3 },
)

const longestGap = 3_500
const anyPlanned: fc.Arbitrary<Planned> = fc.record({
  after: fc.integer({ min: 500, max: longestGap }),
  happening: anyHappening,
})

/** The first so many happenings of a seed. */
export const happeningsOf = (seed: number, count: number): readonly Planned[] =>
  fc.sample(anyPlanned, { seed, numRuns: count })

const at = (happening: Happening): Planned => ({ after: 300, happening })

/**
 * Everything once, so that the program has loaded what it needs and has met the largest mail before it is first measured.
 */
export const warmUp: readonly Planned[] = [
  ...hurting.map((which) => at({ kind: 'hostile', to: 'plain', which })),
  ...accounts.flatMap((to) =>
    (['invitation', 'noted', 'forged', 'again'] as const).map((what) => at({ kind: 'mail', to, what })),
  ),
  at({ kind: 'line', on: 'cut', fault: { action: 'cut', point: pointAt('to-client', 'APPENDUID', 'before') } }),
  at({ kind: 'line', on: 'watched', fault: { action: 'stall', point: { direction: 'to-client', octets: 0 } } }),
  at({ kind: 'token', what: 'revoked' }),
  at({ kind: 'template', good: true }),
  at({ kind: 'template', good: false }),
  at({ kind: 'settings', good: true }),
  at({ kind: 'settings', good: false }),
  at({ kind: 'removal', of: 'plain' }),
  at({ kind: 'restart' }),
]

const inWords: Readonly<Record<Happening['kind'], string>> = {
  mail: 'mail',
  hostile: 'bad mail',
  line: 'broken lines',
  restart: 'server restarts',
  'hang-up': 'hang-ups by the server',
  token: 'troubles with tokens',
  template: 'template edits',
  settings: 'settings edits',
  pause: 'pauses',
  removal: 'drafts thrown away',
}

/** How many of each kind there were, in words; nothing of kinds that did not happen. */
export const countsOf = (all: readonly Happening[]): readonly (readonly [name: string, count: number])[] =>
  Object.entries(inWords)
    .map(([kind, name]) => [name, all.filter((one) => one.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
