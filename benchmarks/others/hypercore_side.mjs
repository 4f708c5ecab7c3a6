// Run by node, beside an installed `hypercore` (a signed, append-only Merkle log): FOLDER ONE MANY SIZE.
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'

const [folder, ...told] = process.argv.slice(2)
const [one, many, size] = told.map(Number)
const Hypercore = createRequire(`${process.cwd()}/`)('hypercore')
const single = Array.from({ length: one }, () => randomBytes(size))
const bulk = Array.from({ length: many }, () => randomBytes(size))
const seconds = () => performance.now() / 1000

const core = new Hypercore(`${folder}/core`)
await core.ready()
const started = seconds()
for (const record of single) await core.append(record)
const appended = seconds()
await core.append(bulk)
const filled = seconds()

// A copy takes in no block that is not shown to stand in the tree that the key signed.
const copy = new Hypercore(`${folder}/copy`, core.key)
await copy.ready()
const [from, to] = [core.replicate(true), copy.replicate(false)]
from.pipe(to).pipe(from)
await copy.download({ start: 0, end: one + many }).done()
const looked = seconds()
if (copy.contiguousLength !== one + many) throw new Error('the copy is not whole')
console.log(JSON.stringify([appended - started, filled - appended, looked - filled]))
process.exit(0)
