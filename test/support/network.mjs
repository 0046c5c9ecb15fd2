/**
 * Loaded into the program under test (`node --import`), so that it can be given the host names of real providers: every
 * name leads to this machine, and the name server answers for nothing but the test key of linkedin.com.
 */
import dns from 'node:dns'
import promises from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'

const answer = { address: '127.0.0.1', family: 4 }

dns.lookup = (_host, options, callback) => {
  const done = typeof options === 'function' ? options : callback
  if (options?.all) done(null, [answer])
  else done(null, answer.address, answer.family)
}

promises.resolveTxt = async (name) => {
  const code = process.env.TEST_DNS ?? 'ENOTFOUND'
  if (code.startsWith('v=DKIM1') && name.endsWith('._domainkey.linkedin.com')) return [[code]]
  throw Object.assign(new Error(`queryTxt ${code} ${name}`), { code: code.startsWith('v=') ? 'ENOTFOUND' : code })
}

syncBuiltinESMExports()
