import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { deliver, endIfThere } from '../servers/dovecot.ts'
import { asUser } from '../servers/imap-server.ts'
import type { AccountName, Happening } from './happenings.ts'
import { hostileMail, invitationOf } from './mail.ts'
import { userOf } from './settings.ts'
import { statusOf } from './status.ts'
import { otherSettings, settingsFile, templateFile, usualSettings, usualTemplate, type World } from './world.ts'

/** Milliseconds for which what is broken stays so: within `policy.settle`, as the daemon counts. */
const awhile = 3_000

/** Mends it after a while, or when all is mended. */
const later = (world: World, mend: () => void | Promise<void>): void => {
  const once = async (): Promise<void> => {
    if (!world.mending.delete(once)) return
    await mend()
  }
  world.mending.add(once)
  void delay(awhile, null, { ref: false }).then(once)
}

/** Mends everything at once. */
export const mendAll = async (world: World): Promise<void> => {
  for (const mend of [...world.mending]) await mend()
  for (const proxy of Object.values(world.proxies)) proxy.disarm()
}

const arrive = async (world: World, to: AccountName, mail: Buffer): Promise<void> => {
  await deliver(world.dovecot, userOf(to), 'INBOX', mail, { internalDate: new Date(world.now()) })
}

const newMessageId = (world: World, n: number): string => `<${n}.${world.now()}@lva1-app1.prod.linkedin.com>`

/** A message about a person who was not heard of before. */
const send = async (
  world: World,
  to: AccountName,
  what: string,
  mail: (letter: Parameters<typeof hostileMail>[1]) => Buffer,
): Promise<void> => {
  const n = world.delivered.length
  const messageId = newMessageId(world, n)
  await arrive(world, to, mail({ n, to: userOf(to), messageId, now: world.now() }))
  const answered = what === 'invitation'
  world.delivered.push({ account: to, n, what, messageIds: [messageId], answered, removed: false })
}

const sendInvitation = (world: World, to: AccountName): Promise<void> =>
  send(world, to, 'invitation', (letter) => invitationOf(letter, 'plain'))

/** LinkedIn tells once more of the newest invitation; nothing when there is none. */
const sendAgain = async (world: World, to: AccountName): Promise<void> => {
  const known = world.delivered.findLast(({ account, answered }) => account === to && answered)
  if (known === undefined) return
  const messageId = newMessageId(world, known.n)
  known.messageIds.push(messageId)
  await arrive(world, to, invitationOf({ n: known.n, to: userOf(to), messageId, now: world.now() }, 'plain'))
}

const mail = (world: World, { to, what }: Extract<Happening, { kind: 'mail' }>): Promise<void> => {
  if (what === 'invitation') return sendInvitation(world, to)
  if (what === 'again') return sendAgain(world, to)
  return send(world, to, what, (letter) => invitationOf(letter, what))
}

const breakLine = async (world: World, { on, fault }: Extract<Happening, { kind: 'line' }>): Promise<void> => {
  const armed = world.proxies[on].arm(fault)
  later(world, () => armed.release())
  await sendInvitation(world, on)
}

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

/** '' for one that has ended. */
const nameOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}

/** Ends the processes that serve users; the server starts others. */
const hangUp = ({ dovecot }: World): void => {
  for (const pid of childrenOf(dovecot.pid)) if (nameOf(pid) === 'imap') endIfThere(pid)
}

const restart = async (world: World): Promise<void> => {
  hangUp(world)
  await world.dovecot.restart()
}

const trouble = async (world: World, what: 'revoked' | 'away' | 'silent'): Promise<void> => {
  const { provider } = world
  if (what === 'revoked') return provider.revoke(['access'])
  provider.misbehave(what === 'silent' ? 'silence' : { status: 503, error: 'temporarily_unavailable' })
  later(world, () => provider.misbehave(null))
  // A token that is good needs no provider.
  await provider.revoke(['access'])
}

const edit = (
  world: World,
  file: string,
  text: { readonly now: string; readonly usual: string },
  hup: boolean,
): void => {
  const write = (content: string): void => {
    world.home.write(file, content)
    if (hup) world.daemon.signal('SIGHUP')
  }
  write(text.now)
  later(world, () => write(text.usual))
}

const editTemplate = (world: World, good: boolean): void => {
  const usual = usualTemplate()
  const now = good ? usual.replace('Thank you', 'Many thanks') : `{{#if inviter.firstName}}${usual}`
  edit(world, templateFile, { now, usual }, false)
}

const editSettings = (world: World, good: boolean): void => {
  const usual = usualSettings(world)
  edit(world, settingsFile, { now: good ? otherSettings(world) : `shedule: x\n${usual}`, usual }, true)
}

const pause = async ({ home, ...world }: World): Promise<void> => {
  await home.run(['pause'])
  later({ home, ...world }, async () => void (await home.run(['resume'])))
}

/** The newest draft that the program has told of, while nothing is open: what is under way is found by what lies around it. */
const remove = async (world: World, of: AccountName): Promise<void> => {
  const status = await statusOf(world)
  const mine = world.delivered.filter(({ account, removed }) => account === of && !removed)
  if (status.open.has(of)) return
  const chosen = mine.findLast(({ messageIds }) => messageIds.some((id) => status.drafted.has(`${of} ${id}`)))
  if (chosen === undefined) return
  await asUser(world.dovecot, userOf(of), async (client) => {
    await client.mailboxOpen('Drafts')
    const found: number[] = []
    for (const id of chosen.messageIds)
      found.push(...((await client.search({ header: { 'In-Reply-To': id } }, { uid: true })) || []))
    chosen.removed = found.length > 0 && (await client.messageDelete(found, { uid: true }))
  })
}

/** Makes it happen; what is to be mended after a while mends itself. */
export const act = async (world: World, happening: Happening): Promise<void> => {
  switch (happening.kind) {
    case 'mail':
      return mail(world, happening)
    case 'hostile':
      return send(world, happening.to, 'bad mail', (letter) => hostileMail(happening.which, letter))
    case 'line':
      return breakLine(world, happening)
    case 'restart':
      return restart(world)
    case 'hang-up':
      return hangUp(world)
    case 'token':
      return trouble(world, happening.what)
    case 'template':
      return editTemplate(world, happening.good)
    case 'settings':
      return editSettings(world, happening.good)
    case 'pause':
      return pause(world)
    case 'removal':
      return remove(world, happening.of)
  }
}
