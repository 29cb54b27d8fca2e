// zen-engine: the first statement is {rules, carts} as JSON, which become the rows of one decision table;
// every other asks, for all carts, how many reach the threshold of each rule.
import { ZenEngine } from '@gorules/zen-engine'
import { serve } from './serve.mjs'

const engine = new ZenEngine()
let decision
let rules
let facts

function table(rules) {
  const inputs = [0, 1, 2, 3, 4].map((scope) => ({ id: `in${scope}`, name: `spend${scope}`, field: `spend${scope}` }))
  const rows = rules.map((rule, i) => ({
    _id: String(i),
    ...Object.fromEntries(inputs.map((input) => [input.id, input.field === rule.fact ? `>= ${rule.least}` : ''])),
    out: String(i),
  }))
  return {
    nodes: [
      { id: 'request', type: 'inputNode', name: 'request', position: { x: 0, y: 0 } },
      {
        id: 'table',
        type: 'decisionTableNode',
        name: 'table',
        position: { x: 1, y: 0 },
        content: { hitPolicy: 'collect', inputs, outputs: [{ id: 'out', name: 'rule', field: 'rule' }], rules: rows },
      },
      { id: 'response', type: 'outputNode', name: 'response', position: { x: 2, y: 0 } },
    ],
    edges: [
      { id: 'first', type: 'edge', sourceId: 'request', targetId: 'table' },
      { id: 'second', type: 'edge', sourceId: 'table', targetId: 'response' },
    ],
  }
}

await serve(async (statement) => {
  if (statement) {
    const input = JSON.parse(statement)
    rules = input.rules.length
    decision = engine.createDecision(Buffer.from(JSON.stringify(table(input.rules))))
    facts = input.carts.map((sums) => Object.fromEntries(sums.map((sum, scope) => [`spend${scope}`, sum])))
    return ''
  }
  const eligible = new Array(rules).fill(0)
  for (const cart of facts) {
    const { result } = await decision.evaluate(cart)
    for (const row of result) eligible[row.rule]++
  }
  return eligible.join(',')
})
