import { openSubmission } from '../../../src/io/submission.ts'
import { loopback, password, silentLog } from '../../servers/imap-login.ts'

/** A process that submits one message to a port and then has nothing more to do. */
const submission = openSubmission(loopback(Number(process.argv[2])), password, { log: silentLog })
const message = 'From: rowan@example.org\r\nTo: ingrid@example.com\r\n\r\nhello\r\n'
await submission.submit({ from: 'rowan@example.org', to: 'ingrid@example.com' }, Buffer.from(message))
