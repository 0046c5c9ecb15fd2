import { expect, it } from 'vitest'
import { countsOf, type Happening, happeningsOf, warmUp } from './happenings.ts'

const kindsIn = (all: readonly { readonly happening: Happening }[]): ReadonlySet<string> =>
  new Set(all.map(({ happening }) => happening.kind))

it('chooses the same for the same seed, and something else for another', () => {
  expect(happeningsOf(7, 40)).toEqual(happeningsOf(7, 40))
  expect(happeningsOf(8, 40)).not.toEqual(happeningsOf(7, 40))
})

it('begins a longer soak as the shorter one of that seed', () => {
  expect(happeningsOf(7, 60).slice(0, 40)).toEqual(happeningsOf(7, 40))
})

it('lets everything happen in an hour, invitations most of all', () => {
  const hour = happeningsOf(7, 1_500)
  expect([...kindsIn(hour)].sort()).toEqual(
    ['hang-up', 'hostile', 'line', 'mail', 'pause', 'removal', 'restart', 'settings', 'template', 'token'].sort(),
  )
  const invitations = hour.filter(({ happening }) => happening.kind === 'mail' && happening.what === 'invitation')
  expect(invitations.length).toBeGreaterThan(300)
})

it('meets what loads code or takes memory before anything is measured', () => {
  for (const kind of ['mail', 'hostile', 'line', 'token', 'template', 'settings', 'removal', 'restart'])
    expect(kindsIn(warmUp)).toContain(kind)
})

it('counts what happened, by kind', () => {
  const restart: Happening = { kind: 'restart' }
  expect(countsOf([restart, { kind: 'removal', of: 'cut' }, restart])).toEqual([
    ['server restarts', 2],
    ['drafts thrown away', 1],
  ])
})
