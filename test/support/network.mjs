/**
 * Loaded into the program under test (`node --import`), so that it can be given the host names of real providers: every
 * name leads to this machine, and the name server answers for nothing but the test key of linkedin.com. Every
 * connection and every question is noted in the file of TEST_CONNECTIONS, when there is one.
 */

import dgram from 'node:dgram'
import dns from 'node:dns'
import promises from 'node:dns/promises'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

const answer = { address: '127.0.0.1', family: 4 }

const note = (line) => {
  if (process.env.TEST_CONNECTIONS) appendFileSync(process.env.TEST_CONNECTIONS, `${line}\n`)
}

const { connect } = net.Socket.prototype

net.Socket.prototype.connect = function (...given) {
  const [first] = given.flat()
  const { host, port, path } = typeof first === 'object' ? first : { port: first, host: given[1] }
  note(`connect ${path ?? `${host}:${port}`}`)
  return connect.apply(this, given)
}

dgram.createSocket = () => {
  note('datagram')
  throw new Error('nothing here sends datagrams')
}

dns.lookup = (host, options, callback) => {
  note(`lookup ${host}`)
  const done = typeof options === 'function' ? options : callback
  if (options?.all) done(null, [answer])
  else done(null, answer.address, answer.family)
}

promises.resolveTxt = async (name) => {
  note(`txt ${name}`)
  const code = process.env.TEST_DNS ?? 'ENOTFOUND'
  if (code.startsWith('v=DKIM1') && name.endsWith('._domainkey.linkedin.com')) return [[code]]
  throw Object.assign(new Error(`queryTxt ${code} ${name}`), { code: code.startsWith('v=') ? 'ENOTFOUND' : code })
}

promises.resolveMx = async (name) => {
  note(`mx ${name}`)
  if (process.env.TEST_MX === undefined)
    throw Object.assign(new Error(`queryMx ENOTFOUND ${name}`), { code: 'ENOTFOUND' })
  return process.env.TEST_MX.split(',').map((exchange, index) => ({ exchange, priority: 10 * (index + 1) }))
}

syncBuiltinESMExports()
