import { describe, expect, it } from 'vitest'
import { readLink } from '../../src/core/links.ts'

const www = 'https://www.linkedin.com'

describe('a link of LinkedIn', () => {
  it.each([
    ['a vanity under a country', 'https://za.linkedin.com/comm/in/ada-b-1?trk=eml-x-y&midToken=t', `${www}/in/ada-b-1`],
    ['a member id', `${www}/comm/profile/view?id=AAsA_b-1&authToken=t`, `${www}/profile/view?id=AAsA_b-1`],
    ['no profile in a search', `${www}/comm/search/results/people/?id=1`, null],
    ['no profile where the id is odd', `${www}/comm/profile/view?id=a%20b`, null],
  ])('gives the bare profile: %s', (_, href, profile) => {
    expect(readLink(href)?.profile).toBe(profile)
  })

  it.each([
    [`${www}/comm/mynetwork/invite-accept/invitationId/7358423643728360863/sharedKey/k/`, '7358423643728360863'],
    [
      `${www}/comm/people/invite-accept?mboxid=I6132985453229150669_500&invitationId=6132985418842830170`,
      '6132985418842830170',
    ],
    ['http://www.linkedin.com/e/a-b/c/blk/I09045132_55/k/EML_comm_afe/', '09045132'],
    [`${www}/comm/people/invite-accept?invitationId=x`, null],
  ])('gives the invitation: %s', (href, id) => {
    expect(readLink(href)?.invitationId).toBe(id)
    expect(readLink(href)?.accepts).toBe(true)
  })

  it.each([
    [
      `${www}/comm/people/invite-accept?mboxid=I6132985453229150669_500&invitationId=6132985418842830170`,
      '6132985453229150669',
    ],
    [`${www}/comm/profile/view?id=AA&invAcpt=6779886_I6122153999906141116_500`, '6122153999906141116'],
    [`${www}/comm/in/ada-b-1`, null],
    [`${www}/comm/people/invite-accept?mboxid=6132985453229150669`, null],
  ])('gives the item in the mailbox: %s', (href, item) => {
    expect(readLink(href)?.item).toBe(item)
  })

  it("is known inside Microsoft's wrapping, and nobody else's", () => {
    const wrap = (host: string, url: string) =>
      `https://${host}/?url=${encodeURIComponent(url)}&data=05%7C02&reserved=0`
    const safe = 'nam02.safelinks.protection.outlook.com'
    expect(readLink(wrap(safe, `${www}/comm/in/ada-b-1?trk=eml-x-y`))).toMatchObject({
      profile: `${www}/in/ada-b-1`,
      region: 'y',
      tracked: true,
    })
    expect(readLink(wrap(safe, 'https://evil.test/comm/in/ada-b-1'))).toBeNull()
    expect(readLink(wrap('safelinks.protection.outlook.com.evil.test', `${www}/comm/in/ada-b-1`))).toBeNull()
  })

  it.each([
    ['trk', `${www}/a?trk=eml-email_x_01-hero-0-name`, ['email_x_01'], 'hero-0-name'],
    ['ek', `${www}/e/v2?e=a-b-c&ek=invite_guest`, ['invite_guest'], null],
    ['lipi', `${www}/a?lipi=urn%3Ali%3Apage%3Aemail_email_x_01%3Babc`, ['email_x_01'], null],
    ['a path of 2011', `${www}/e/a/svi/`, ['svi'], null],
    ['none', `${www}/feed/`, [], null],
  ])('names its template by %s', (_, href, templates, region) => {
    expect(readLink(href)).toMatchObject({ templates, region })
  })

  it.each([
    'https://www.linkedin.com.evil.test/in/a',
    'https://linkedln.com/in/a',
    'mailto:a@linkedin.com',
    'http://',
    'javascript:1',
  ])('is not %s', (href) => {
    expect(readLink(href)).toBeNull()
  })
})
