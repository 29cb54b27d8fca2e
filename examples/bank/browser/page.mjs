// Opens one report at one width and returns what is wrong with it, one line each.

// The charts that a report has, as Charts in ../report has them: an <svg id="chart-NAME"> with a name for those
// who cannot see it.
export const charts = [
  'loop', // acquire to refer, from the event log
  'rings', // who the customers are to the bank
  'funnel', // the loan funnel with who dropped where
  'convert', // time from the lead to the validation
  'pressure', // subscription rate by number of contacts
  'caps', // what a cap on contacts would have saved and lost
  'course', // check-ins by day
  'groups', // groups filling up
  'suppression', // why messages were not sent
  'ladder', // uptake of the coupon ladder
  'referral', // inviters by reward tier
  'channels', // cost and return by channel
]

export const screens = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desktop', width: 1280, height: 900 },
]

// faults opens the page at url and lists its faults; shot names a PNG to write.
export async function faults(browser, url, screen, shot) {
  const found = []
  const context = await browser.newContext({ viewport: { width: screen.width, height: screen.height } })
  const page = await context.newPage()
  page.on('console', (m) => m.type() === 'error' && found.push(`console error: ${m.text()}`))
  page.on('pageerror', (e) => found.push(`script error: ${e.message}`))
  page.on('request', (r) => {
    if (r.url() !== url && !r.url().startsWith('data:')) found.push(`network request: ${r.url()}`)
  })
  await page.goto(url, { waitUntil: 'load' })

  for (const name of charts) {
    const fault = await page.evaluate(chartFault, `chart-${name}`)
    if (fault) found.push(`chart ${name} ${fault}`)
  }
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ])
  if (content > window) found.push(`scrolls sideways: ${content} px of content in ${window} px`)
  if (!(await page.title())) found.push('has no title')

  if (shot) await page.screenshot({ path: shot, fullPage: true })
  await context.close()
  return found.map((f) => `${screen.name} (${screen.width} px): ${f}`)
}

// chartFault runs in the page.
function chartFault(id) {
  const svg = document.getElementById(id)
  if (!svg) return 'is missing'
  if (svg.tagName.toLowerCase() !== 'svg') return `is a ${svg.tagName}, not an svg`
  const box = svg.getBoundingClientRect()
  if (box.width < 200 || box.height < 60) return `is ${Math.round(box.width)} by ${Math.round(box.height)} px`
  if (!svg.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return 'is hidden'
  const drawn = [...svg.querySelectorAll('rect, path, circle, line, polyline, polygon')].filter((shape) => {
    const b = shape.getBoundingClientRect()
    return b.width > 0 || b.height > 0
  })
  if (drawn.length < 2) return `draws ${drawn.length} shapes`
  if (!svg.getAttribute('aria-label') && !svg.getAttribute('aria-labelledby') && !svg.querySelector(':scope > title')) {
    return 'has no name for those who cannot see it'
  }
  return ''
}
