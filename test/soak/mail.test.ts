import { expect, it } from 'vitest'
import { hostile } from '../support/hostile.ts'
import { makeRig } from '../support/polling.ts'
import { hostileMail, invitationOf, type Letter } from './mail.ts'

const letter = (n: number, now: number, told = 1): Letter => ({
  n,
  to: 'rowan@example.org',
  messageId: `<${n}.${told}@lva1-app1.prod.linkedin.com>`,
  now,
})

it('are answered where they are invitations of different people without a note, and only there', async () => {
  const rig = makeRig()
  await rig.poll()
  const now = rig.now + 1000
  await rig.arrive(
    invitationOf(letter(1, now), 'plain'),
    invitationOf(letter(2, now), 'plain'),
    invitationOf(letter(112, now), 'plain'),
    invitationOf(letter(3, now), 'noted'),
    invitationOf(letter(4, now), 'forged'),
    invitationOf(letter(1, now, 2), 'plain'),
  )
  const { reasons } = await rig.poll()
  expect(reasons).toEqual(['reply', 'reply', 'reply', 'note-present', 'forged', 'already-answered'])
})

it.each(hostile.map(([name], which) => [name, which] as const).slice(1))('%s is not answered', async (_, which) => {
  const rig = makeRig()
  await rig.poll()
  await rig.arrive(hostileMail(which, letter(which, rig.now + 1000)))
  const { reasons } = await rig.poll()
  expect(reasons).toHaveLength(1)
  expect(reasons).not.toContain('reply')
})
