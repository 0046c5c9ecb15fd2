/** The other end of io/parseApart.ts: parses what it is sent, in a thread that can be ended. */
import { parentPort } from 'node:worker_threads'
import { parse } from './parse.ts'

parentPort?.on('message', (bytes: Uint8Array) => {
  void parse(bytes).then((message) => parentPort?.postMessage(message))
})
