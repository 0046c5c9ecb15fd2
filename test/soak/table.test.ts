import { expect, it } from 'vitest'
import { renderTold, type Told } from './table.ts'

const told: Told = {
  lasted: 300_000,
  haste: 12,
  happened: [
    { kind: 'mail', to: 'plain', what: 'invitation' },
    { kind: 'mail', to: 'cut', what: 'noted' },
    { kind: 'restart' },
  ],
  deeds: { polls: 40, failedPolls: 2, watches: 3, lostWatches: 1 },
  connections: 55,
  renewals: 4,
  start: { resident: 104_857_600, handles: 30 },
  end: { resident: 110_100_480, handles: 31 },
  verdict: { replies: 1, lost: 0, doubled: 0, wrong: 0, returned: 0, left: 0, because: [] },
}

it('tells in a table what happened, and what came of it', () => {
  expect(renderTold(told)).toBe(`time                 5 min
time for the daemon  60 min
mail                 2
server restarts      1
polls                42, of which 2 failed
replies              1
lost                 0
doubled              0
answered wrongly     0
came back            0
left to the user     0
connections          55
watches begun        3, of which 1 were lost
tokens renewed       4
resident at start    100.0 MiB
resident at end      105.0 MiB
handles at start     30
handles at end       31
`)
})

it('ends with everything that is wrong', () => {
  const verdict = { ...told.verdict, lost: 1, because: ['plain: invitation <1@x> was lost', 'open handles grew'] }
  expect(renderTold({ ...told, verdict })).toMatch(
    /wrong: plain: invitation <1@x> was lost\nwrong: open handles grew\n$/u,
  )
})

it.each([
  [20_000, '20 s'],
  [90_000, '1.5 min'],
  [3_600_000, '60 min'],
  [43_200_000, '12.0 h'],
])('shows %s ms as %s', (lasted, shown) => {
  expect(renderTold({ ...told, lasted })).toMatch(new RegExp(`^time +${shown}\\n`, 'u'))
})
