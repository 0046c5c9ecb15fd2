import { describe, expect, it } from 'vitest'
import { isAddrSpec } from '../../src/core/addrSpec.ts'
import { isOwn } from '../../src/core/ownAddress.ts'

describe('an address is the user’s own', () => {
  it.each([
    ['rowan@example.org', ['rowan@example.org'], true],
    ['Rowan@Example.ORG', ['rowan@example.org'], true],
    [' rowan@example.org ', [' rowan@example.org'], true],
    ['rowan@example.org', ['other@example.com', 'rowan@example.org'], true],
    ['rowan@example.org', [], false],
    ['rowan@example.com', ['rowan@example.org'], false],
    ['anyone@my.example.org', ['*@my.example.org'], true],
    ['anyone@MY.example.org', ['*@my.Example.org'], true],
    ['anyone@sub.my.example.org', ['*@my.example.org'], false],
    ['anyone@notmy.example.org', ['*@my.example.org'], false],
    ['ro.wan.ashby@gmail.com', ['rowanashby@gmail.com'], true],
    ['rowanashby@gmail.com', ['Rowan.Ashby@gmail.com'], true],
    ['rowanashby+linkedin@gmail.com', ['rowanashby@gmail.com'], true],
    ['rowanashby@googlemail.com', ['rowan.ashby+x@gmail.com'], true],
    ['rowan@gmail.com', ['ashby@gmail.com'], false],
    ['rowan@gmail.com.evil.test', ['rowan@gmail.com'], false],
    ['ro.wan@example.org', ['rowan@example.org'], false],
    ['rowan+linkedin@example.org', ['rowan@example.org'], false],
    ['rowan+linkedin@example.org', ['rowan+linkedin@example.org'], true],
  ])('%s, of %j: %s', (address, own, expected) => {
    expect(isOwn(address, own)).toBe(expected)
  })
})

describe('a plain addr-spec', () => {
  it.each([
    'rowan@example.org',
    "o'brien+x.y@mail.example.co.uk",
    '0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com',
    'rowan@xn--bcher-kva.xn--p1ai',
    `${'a'.repeat(64)}@example.org`,
  ])('is %s', (text) => {
    expect(isAddrSpec(text)).toBe(true)
  })

  it.each([
    '',
    'rowan',
    '@example.org',
    'rowan@',
    'rowan@example',
    'rowan@example.',
    'rowan@.example.org',
    'rowan@-example.org',
    'rowan@example-.org',
    'rowan@exa_mple.org',
    'rowan@192.0.2.1',
    'rowan@[192.0.2.1]',
    '.rowan@example.org',
    'rowan.@example.org',
    'ro..wan@example.org',
    'ro wan@example.org',
    '"rowan"@example.org',
    'rowan@ashby@example.org',
    'rowan@example.org,eve@evil.test',
    'rowan@example.org\r\nBcc: eve@evil.test',
    'rówan@example.org',
    `${'a'.repeat(65)}@example.org`,
    `rowan@${'a'.repeat(64)}.org`,
    `rowan@${'a.'.repeat(130)}org`,
  ])('is not %j', (text) => {
    expect(isAddrSpec(text)).toBe(false)
  })
})
