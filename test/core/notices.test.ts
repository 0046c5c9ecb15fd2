import { describe, expect, it } from 'vitest'
import type { PollRecord } from '../../src/core/accountBook.ts'
import { day } from '../../src/core/message.ts'
import type { Notice, TroubleKind } from '../../src/core/notice.ts'
import { isDue, judgeTroubles, postponed, type TroubleFacts, told, type Unread } from '../../src/core/notices.ts'

const minute = 60_000
const hour = 60 * minute
const start = 1_800_000_000_000

/** A slot so long after each moment. */
const every = (milliseconds: number) => (after: number) => after + milliseconds

const notify = { failedPolls: 3, silence: day }

const good = (at: number): PollRecord => ({
  ...{ startedAt: at - 10, endedAt: at, error: null, exitCode: null, hints: [], reached: true, failures: 0 },
})
const failed = (at: number, exitCode: number, failures = 1): PollRecord => ({
  ...good(at),
  ...{ error: `ended with ${exitCode}`, exitCode, hints: ['type this'], reached: false, failures },
})

const factsAt = (now: number, changes: Partial<TroubleFacts> = {}): TroubleFacts => ({
  ...{ notify, nextSlot: every(5 * minute), lastPoll: good(now), goodAt: now, awakeSince: start, unread: null, now },
  ...changes,
})

const unread = (seq: number, changes: Partial<Unread> = {}): Unread => ({
  ...{ seq, mailbox: 'INBOX', uid: seq + 100, fresh: 1, readSince: false },
  ...changes,
})

/** A user, told of everything that is due the moment it is, unless there is no way to. */
const user = () => {
  let notices: readonly Notice[] = []
  const heard: string[] = []
  const hear = (facts: TroubleFacts, way: boolean): void => {
    notices = judgeTroubles(facts, notices).map((notice) => {
      if (!isDue(notice, facts.now)) return notice
      if (!way) return postponed(notice, facts.now, 'inbox')
      const both = notice.phase === 'mended' && notice.toldAt === null ? ' both' : ''
      heard.push(`${notice.kind} ${notice.phase}${both}`)
      return told(notice, facts.now)
    })
    // What is kept between two polls is what the ledger's JSON holds.
    notices = JSON.parse(JSON.stringify(notices)) as readonly Notice[]
  }
  return {
    /** What is told by now, since the last time this was asked. */
    at: (now: number, changes: Partial<TroubleFacts> = {}, way = true): readonly string[] => {
      hear(factsAt(now, changes), way)
      return heard.splice(0)
    },
    notice: (kind: TroubleKind): Notice | undefined => notices.find((notice) => notice.kind === kind),
  }
}

const refused = (at: number) => ({ lastPoll: failed(at, 77), goodAt: start })
const throttled = (at: number, failures: number) => ({ lastPoll: failed(at, 75, failures), goodAt: start })

describe('a login that is refused', () => {
  it('is told at once, once, and once more when it works again', () => {
    const ada = user()
    expect(ada.at(start)).toEqual([])
    expect(ada.at(start + minute, refused(start + minute))).toEqual(['login broken'])
    for (let later = 2; later < 5000; later += 60) {
      expect(ada.at(start + later * minute, refused(start + later * minute))).toEqual([])
    }
    expect(ada.at(start + 5000 * minute)).toEqual(['login mended'])
    expect(ada.at(start + 5001 * minute)).toEqual([])
  })

  it('is not known to work again by a poll that failed for another reason', () => {
    const ada = user()
    ada.at(start, refused(start))
    expect(ada.at(start + minute, throttled(start + minute, 2))).toEqual([])
    expect(ada.at(start + hour)).toEqual(['login mended'])
  })

  it('keeps quiet of failed polls, however many', () => {
    const ada = user()
    ada.at(start, refused(start))
    expect(ada.at(start + 2 * day, { lastPoll: failed(start, 77, 99), goodAt: start })).toEqual([])
    expect(ada.at(start + 2 * day, throttled(start, 100))).toEqual([])
    expect(ada.at(start + 2 * day + hour)).toEqual(['login mended'])
  })

  it('that comes back within a day is told when the day is over, if it is refused still', () => {
    const ada = user()
    ada.at(start, refused(start))
    expect(ada.at(start + hour)).toEqual(['login mended'])
    expect(ada.at(start + 2 * hour, refused(start + 2 * hour))).toEqual([])
    expect(ada.at(start + hour + day - 1, refused(start))).toEqual([])
    expect(ada.at(start + hour + day, refused(start))).toEqual(['login broken'])
  })

  it('that flaps is told twice a day at most, and never that something works which nobody heard was broken', () => {
    const ada = user()
    const heard: string[] = []
    for (let later = 0; later < 3 * 24; later += 1) {
      const at = start + later * hour
      heard.push(...ada.at(at, later % 2 === 0 ? refused(at) : {}))
    }
    const pair = ['login broken', 'login mended']
    expect(heard).toEqual([...pair, ...pair, ...pair])
  })

  it('that comes back before it could be told to work again was broken all the time', () => {
    const ada = user()
    ada.at(start, refused(start))
    expect(ada.at(start + hour, {}, false)).toEqual([])
    expect(ada.at(start + 2 * hour, refused(start))).toEqual([])
    expect(ada.at(start + 3 * hour)).toEqual(['login mended'])
    expect(ada.notice('login')).toMatchObject({ phase: 'over', since: start - 10, mendedAt: start + 3 * hour })
  })
})

describe('polls that fail', () => {
  it.each([
    ['as often as failedPolls', throttled(start, 3), ['polls broken']],
    ['more often', throttled(start, 30), ['polls broken']],
    ['less often', throttled(start, 2), []],
  ])('%s: told %j', (_, facts, expected) => {
    expect(user().at(start + hour, facts)).toEqual(expected)
  })

  it('are told once, and when one is good again', () => {
    const ada = user()
    ada.at(start, throttled(start, 3))
    expect(ada.at(start + 9 * day, throttled(start, 300))).toEqual([])
    expect(ada.at(start + 9 * day + minute)).toEqual(['polls mended'])
  })

  it('are told with the last error and since when', () => {
    const ada = user()
    ada.at(start + hour, throttled(start + hour, 3))
    expect(ada.notice('polls')).toMatchObject({ because: 'ended with 75', hints: ['type this'], since: start })
  })

  it('that come back within a day are told when it is over', () => {
    const ada = user()
    ada.at(start, throttled(start, 3))
    ada.at(start + minute)
    expect(ada.at(start + day, throttled(start, 3))).toEqual([])
    expect(ada.at(start + day + minute, throttled(start, 4))).toEqual(['polls broken'])
  })

  it('and were told do not work again because the login is refused now', () => {
    const ada = user()
    ada.at(start, throttled(start, 3))
    expect(ada.at(start + hour, refused(start + hour))).toEqual(['login broken'])
    expect(ada.at(start + 2 * hour)).toEqual(['login mended', 'polls mended'])
  })

  it('are not good again because they fail no more than once', () => {
    const ada = user()
    ada.at(start, throttled(start, 3))
    expect(ada.at(start + minute, throttled(start, 1))).toEqual([])
    expect(ada.notice('polls')?.phase).toBe('broken')
  })
})

describe('silence', () => {
  const quiet = (later: number, changes: Partial<TroubleFacts> = {}) => ({
    ...{ lastPoll: good(start), goodAt: start, awakeSince: start, now: start + later, ...changes },
  })

  it.each<[string, number, Partial<TroubleFacts>, readonly string[]]>([
    ['of a day', day, {}, ['polls broken']],
    ['of less than a day', day - 1, {}, []],
    ['with polls that fail, of a day', day, { lastPoll: failed(start + hour, 75, 2) }, ['polls broken']],
    ['of a day where polls are two days apart', day, { nextSlot: every(2 * day) }, []],
    ['of six days where polls are two days apart', 6 * day, { nextSlot: every(2 * day) }, ['polls broken']],
    ['of a day through which the computer slept', day, { awakeSince: start + day - minute }, []],
    ['of a day since the daemon runs, longer than that', 9 * day, { awakeSince: start + 8 * day }, ['polls broken']],
    ['of a day, where nothing was ever good', day, { goodAt: null, lastPoll: null }, []],
    ['after the clock went back', -9 * day, {}, []],
    ['of a day since the clock went back', -9 * day, { awakeSince: start - 10 * day }, ['polls broken']],
  ])('%s is told: %s', (_, later, changes, expected) => {
    expect(user().at(start + later, quiet(later, changes))).toEqual(expected)
  })

  it('ends with a good poll', () => {
    const ada = user()
    ada.at(start + day, quiet(day))
    expect(ada.notice('polls')?.because).toBe('no poll has come to its end')
    expect(ada.at(start + day + minute)).toEqual(['polls mended'])
  })
})

describe('a layout that is not understood', () => {
  it('is told once, where it stands and how many there are', () => {
    const ada = user()
    expect(ada.at(start, { unread: unread(5) })).toEqual(['layout broken'])
    expect(ada.notice('layout')?.because).toBe('one message was not understood: UID 105 in "INBOX"')
    expect(ada.at(start + 9 * day, { unread: unread(9, { fresh: 4 }) })).toEqual([])
    const bob = user()
    bob.at(start, { unread: unread(9, { fresh: 4 }) })
    expect(bob.notice('layout')?.because).toBe('4 messages were not understood, the last: UID 109 in "INBOX"')
  })

  it.each([
    ['a later invitation was read wholly', unread(5, { readSince: true })],
    ['a newer program reads what it did not', null],
  ])('is mended when %s', (_, later) => {
    const ada = user()
    ada.at(start, { unread: unread(5) })
    expect(ada.at(start + hour, { unread: unread(5) })).toEqual([])
    expect(ada.at(start + day, { unread: later })).toEqual(['layout mended'])
  })

  it('is told at most once in seven days', () => {
    const ada = user()
    ada.at(start, { unread: unread(5) })
    ada.at(start + hour, { unread: unread(5, { readSince: true }) })
    expect(ada.at(start + 2 * day, { unread: unread(7) })).toEqual([])
    expect(ada.at(start + 7 * day, { unread: unread(7) })).toEqual([])
    expect(ada.at(start + 7 * day + hour, { unread: unread(7) })).toEqual(['layout broken'])
  })

  it('of a message that was told of is not told again', () => {
    const ada = user()
    ada.at(start, { unread: unread(5) })
    ada.at(start + hour, { unread: unread(5, { readSince: true }) })
    expect(ada.at(start + 9 * day, { unread: unread(5) })).toEqual([])
    expect(ada.at(start + 9 * day, { unread: unread(6) })).toEqual(['layout broken'])
  })

  it('and a refused login are each told', () => {
    expect(user().at(start, { ...refused(start), unread: unread(5) })).toEqual(['login broken', 'layout broken'])
  })
})

describe('where there is no way to tell', () => {
  it('it is told when there is one, after a wait that grows', () => {
    const ada = user()
    expect(ada.at(start, refused(start), false)).toEqual([])
    expect(ada.at(start + 10 * minute - 1, refused(start))).toEqual([])
    expect(ada.at(start + 10 * minute, refused(start), false)).toEqual([])
    expect(ada.at(start + 25 * minute, refused(start))).toEqual([])
    expect(ada.at(start + 30 * minute, refused(start))).toEqual(['login broken'])
    expect(ada.at(start + hour)).toEqual(['login mended'])
  })

  it('one message says both when it works again before', () => {
    const ada = user()
    ada.at(start, refused(start), false)
    expect(ada.at(start + minute)).toEqual(['login mended both'])
    expect(ada.at(start + 2 * minute)).toEqual([])
  })

  it('the last error is told, not the first', () => {
    const ada = user()
    ada.at(start, throttled(start, 3), false)
    ada.at(start + hour, { lastPoll: failed(start, 69, 9), goodAt: start })
    expect(ada.notice('polls')?.because).toBe('ended with 69')
  })

  it('a command is run again after an hour, and at most once a day', () => {
    const notice = judgeTroubles(factsAt(start, refused(start)), [])[0] as Notice
    const first = postponed(notice, start, 'command')
    const tenth = Array.from({ length: 9 }).reduce<Notice>((some) => postponed(some, start, 'command'), first)
    expect([first.retryAt, tenth.retryAt]).toEqual([start + hour, start + day])
  })
})

describe('a clock that goes back', () => {
  it('makes nobody wait for a moment that lies years ahead', () => {
    const ada = user()
    const ahead = start + 3000 * day
    ada.at(ahead, refused(ahead))
    ada.at(ahead + minute)
    expect(ada.at(start, refused(start))).toEqual(['login broken'])
    const bob = user()
    bob.at(ahead, refused(ahead), false)
    expect(bob.at(start, refused(start))).toEqual(['login broken'])
  })

  it('does not make what was told untold', () => {
    const ada = user()
    ada.at(start, refused(start))
    expect(ada.at(start - 3000 * day, refused(start))).toEqual([])
    expect(ada.at(start - 2999 * day)).toEqual(['login mended'])
  })
})
