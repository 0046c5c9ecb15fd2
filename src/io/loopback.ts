import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { exit, OperatorError } from '../errors.ts'
import type { Loopback } from '../oauthPort.ts'

const page = (text: string): string => `<!doctype html><meta charset="utf-8"><title>have-we-met</title><p>${text}</p>\n`

const answer = (response: ServerResponse, status: number, text: string): void => {
  const fields = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', connection: 'close' }
  response.writeHead(status, fields).end(page(text))
}

/** The address of a request that brings the state; null for any other: a page that is open elsewhere may send one, too. */
const bringing = (state: string, { method, url }: IncomingMessage, port: number): URL | null => {
  const base = `http://127.0.0.1:${port}`
  const address = method === 'GET' && URL.canParse(url ?? '', base) ? new URL(url ?? '', base) : null
  return address?.searchParams.get('state') === state ? address : null
}

const redirected = (server: Server, port: number, state: string): Promise<URL> =>
  new Promise((fulfil) => {
    server.on('request', (request, response) => {
      const address = bringing(state, request, port)
      if (address === null) return answer(response, 404, 'Nothing is here.')
      answer(response, 200, 'have-we-met has its answer. You may close this page.')
      fulfil(address)
    })
  })

/**
 * Waits for a browser on a free port of the loopback interface (RFC 8252 §7.3).
 * @throws OperatorError 75 when there is none
 */
export const openLoopback = async (): Promise<Loopback> => {
  const server = createServer({ requestTimeout: 10_000, maxHeaderSize: 32_768 })
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening')
  } catch (cause) {
    throw new OperatorError(exit.tryAgain, 'no port of 127.0.0.1 can be listened on', ['use --device'], { cause })
  }
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    redirected: (state) => redirected(server, port, state),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
