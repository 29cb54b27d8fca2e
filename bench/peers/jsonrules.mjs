// json-rules-engine: the first statement is {rules, carts} as JSON, every other asks, for all carts, how
// many reach the threshold of each rule.
import { Engine } from 'json-rules-engine'
import { serve } from './serve.mjs'

const engine = new Engine()
let rules
let facts

await serve(async (statement) => {
  if (statement) {
    const input = JSON.parse(statement)
    rules = input.rules.length
    input.rules.forEach((rule, i) =>
      engine.addRule({
        conditions: { all: [{ fact: rule.fact, operator: 'greaterThanInclusive', value: rule.least }] },
        event: { type: String(i) },
      }),
    )
    facts = input.carts.map((sums) => Object.fromEntries(sums.map((sum, scope) => [`spend${scope}`, sum])))
    return ''
  }
  const eligible = new Array(rules).fill(0)
  for (const cart of facts) {
    const { events } = await engine.run(cart)
    for (const event of events) eligible[event.type]++
  }
  return eligible.join(',')
})
