import { describe, expect, it } from 'vitest'
import { msgIdsIn } from '../../src/core/message.ts'

describe('the msg-ids of a field', () => {
  it.each([
    ['<a@b.example>', ['<a@b.example>']],
    ['<a@b.example><c@d.example>\r\n\t<e@f.example> ', ['<a@b.example>', '<c@d.example>', '<e@f.example>']],
    ['Message of Monday (see <a@b.example>)', ['<a@b.example>']],
    ['<a@b@c.example>', ['<a@b@c.example>']],
    ['<nobody> a@b.example <a b@c.example> <<d@e.example>>', ['<d@e.example>']],
    ['', []],
  ])('in %j are %j', (field, ids) => {
    expect(msgIdsIn(field)).toEqual(ids)
  })

  it.each(['@', '<', '<@', 'a@'])('are found in good time among many %j', (piece) => {
    expect(msgIdsIn(`<${piece.repeat(500_000)} <a@b.example>`)).toEqual(['<a@b.example>'])
  })
})
