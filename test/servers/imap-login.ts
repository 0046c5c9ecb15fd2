import type { Login } from '../../src/core/login.ts'
import type { Server } from '../../src/core/settings.ts'
import type { Log } from '../../src/ports.ts'

export const password: Login = { kind: 'password', password: 'secret' }

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** A server on this computer, in clear text unless the parts say otherwise. */
export const loopback = (port: number, parts: Partial<Server> = {}): Server => ({
  host: '127.0.0.1',
  port,
  security: 'none',
  user: 'rowan',
  credential: { kind: 'password', secret: { kind: 'value', value: 'secret' } },
  caFile: null,
  ...parts,
})
