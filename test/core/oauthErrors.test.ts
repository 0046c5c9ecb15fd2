import { describe, expect, it } from 'vitest'
import { loginHints } from '../../src/core/login.ts'
import { explainGrant } from '../../src/core/oauthErrors.ts'

const host = 'login.example.org'
const explain = (error: string, code = '', at = host) => explainGrant(at, { error, words: '', code })

describe('an authorisation server that grants nothing', () => {
  it.each([
    ['invalid_grant', 77, 'login.example.org takes the login no more: it has expired'],
    ['interaction_required', 77, 'login.example.org takes the login no more: it has expired'],
    ['access_denied', 77, 'the login at login.example.org was declined'],
    ['authorization_declined', 77, 'the login at login.example.org was declined'],
    ['expired_token', 77, 'nobody logged in at login.example.org in time'],
    ['invalid_client', 78, 'login.example.org does not take the OAuth2 client of the settings'],
    ['unauthorized_client', 78, 'login.example.org does not take the OAuth2 client of the settings'],
    ['invalid_scope', 78, 'login.example.org does not grant the scope'],
    ['temporarily_unavailable', 75, 'login.example.org grants nothing at present'],
    ['constructor', 78, 'login.example.org refused (constructor)'],
    ['\u001b[2J\nno', 78, 'login.example.org refused ([2J no)'],
  ])('for %s ends with %i', (error, exitCode, sentence) => {
    expect(explain(error)).toMatchObject({ exitCode, sentence })
  })

  it.each([
    ['ENOTFOUND', 69, 'login.example.org cannot be reached (ENOTFOUND)'],
    ['ECONNREFUSED', 69, 'login.example.org cannot be reached (ECONNREFUSED)'],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      69,
      'the certificate of login.example.org was refused (DEPTH_ZERO_SELF_SIGNED_CERT)',
    ],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      69,
      'the certificate of login.example.org was refused (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    ['OAUTH_TIMEOUT', 75, 'login.example.org did not answer in time'],
    ['OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED', 78, 'login.example.org calls itself by another name'],
    ['OAUTH_PARSE_ERROR', 75, 'login.example.org answered in a way that cannot be read (OAUTH_PARSE_ERROR)'],
    ['', 75, 'login.example.org answered in a way that cannot be read'],
  ])('after %s ends with %i', (code, exitCode, sentence) => {
    expect(explain('', code)).toMatchObject({ exitCode, sentence })
  })

  it('is quoted', () => {
    const { hints } = explainGrant(host, { error: 'invalid_grant', words: 'AADSTS70008:\nexpired', code: '' })
    expect(hints).toEqual(['the server said: AADSTS70008: expired'])
  })

  it('and is Microsoft may want public client flows allowed', () => {
    const flows = 'Entra, Authentication: allow public client flows'
    expect(explain('invalid_client', '', 'login.microsoftonline.com').hints).toContain(flows)
    expect(explain('invalid_client').hints).not.toContain(flows)
  })
})

it('a refused token of an OAuth2 login is mended by another login', () => {
  expect(loginHints({ host: 'imap.example.org', protocol: 'imap' }, 'oauth')).toEqual([
    'log in as IMAP_USER, and for no other: have-we-met login',
  ])
})

it.each(['imap', 'smtp'] as const)('who gives Microsoft a password hears of the login, for %s', (protocol) => {
  const [hint] = loginHints({ host: 'outlook.office365.com', protocol }, 'password')
  expect(hint).toContain('have-we-met login')
  expect(hint).toContain('IMAP_OAUTH_CLIENT_ID')
})
