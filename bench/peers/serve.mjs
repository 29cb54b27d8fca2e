// serve answers each line of standard input, a statement as a JSON string, with one line of JSON: the
// rows as text and what the statement took, in seconds of wall time and of all threads' cpu time.
import { createInterface } from 'node:readline'

export async function serve(run) {
  for await (const line of createInterface({ input: process.stdin })) {
    const cpu = process.cpuUsage()
    const began = process.hrtime.bigint()
    let answer
    try {
      answer = { rows: await run(JSON.parse(line)) }
    } catch (e) {
      answer = { error: String(e.message ?? e) }
    }
    answer.wall = Number(process.hrtime.bigint() - began) / 1e9
    const used = process.cpuUsage(cpu)
    answer.cpu = (used.user + used.system) / 1e6
    process.stdout.write(JSON.stringify(answer) + '\n')
  }
}
