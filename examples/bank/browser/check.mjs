// Checks a report of examples/bank in headless Chromium, on a phone's and a desktop's width:
//
//   node check.mjs report.html [--screenshots DIR] [--self-test]
//
// Every chart is there and drawn, nothing is written to the console as an error, nothing is fetched,
// and nothing scrolls sideways. --self-test also damages copies of the report, one fault each, and
// fails unless every fault is found. CHROMIUM names the browser if it is not Debian's.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { charts, faults, screens } from './page.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { screenshots: { type: 'string' }, 'self-test': { type: 'boolean' } },
})
if (positionals.length !== 1) {
  console.error('usage: node check.mjs report.html [--screenshots DIR] [--self-test]')
  process.exit(2)
}
const report = resolve(positionals[0])
const work = await mkdtemp(join(tmpdir(), 'siyu-report-'))

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})

let passed = 0
let failed = 0
function count(ok, line) {
  ok ? passed++ : failed++
  if (!ok) console.error(line)
}

try {
  if (options.screenshots) await mkdir(options.screenshots, { recursive: true })
  for (const screen of screens) {
    const shot = options.screenshots && join(options.screenshots, `report-${screen.name}.png`)
    const found = await faults(browser, pathToFileURL(report).href, screen, shot)
    count(found.length === 0, found.join('\n'))
  }
  if (options['self-test'] && !failed) await selfTest()
} finally {
  await browser.close()
  await rm(work, { recursive: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)

// selfTest shows that the check can fail.
async function selfTest() {
  // Without the page's own policy, which would keep most of the damage out.
  const html = (await readFile(report, 'utf8')).replace(/<meta http-equiv="?Content-Security-Policy[^>]*>/i, '')
  const damages = charts.map((name) => [
    `chart ${name} is missing`,
    html.replaceAll(`id="chart-${name}"`, `id="gone-${name}"`),
  ])
  damages.push(
    [`chart ${charts[0]} is 0 by 0 px`, append(html, `<style>#chart-${charts[0]} { display: none }</style>`)],
    [`chart ${charts[0]} draws 0 shapes`, append(html, `<script>document.getElementById('chart-${charts[0]}').innerHTML = ''</script>`)],
    ['console error', append(html, `<script>console.error('broken')</script>`)],
    ['script error', append(html, `<script>absent()</script>`)],
    ['network request', append(html, `<img src="http://127.0.0.1:9/x.png" alt="">`)],
    ['scrolls sideways', append(html, `<div style="width: 2000px; height: 1px"></div>`)],
  )
  for (const [want, damaged] of damages) {
    const path = join(work, 'damaged.html')
    await writeFile(path, damaged)
    const found = await faults(browser, pathToFileURL(path).href, screens[0])
    count(
      damaged !== html && found.some((line) => line.includes(want)),
      `self-test: a report that should be found wanting (${want}) gave: ${found.join('; ') || 'no fault'}`,
    )
  }
}

function append(html, piece) {
  return html.replace('</body>', () => `${piece}</body>`)
}
