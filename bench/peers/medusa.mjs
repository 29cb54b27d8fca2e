// Medusa's promotion module without its server or a database: the first statement is {promos, carts,
// scoped, answer} as JSON, every other applies the promos whose threshold is reached, one after the other,
// to all carts, and asks what each has given or how many carts have reached it.
import { createRequire } from 'node:module'
import { serve } from './serve.mjs'

const require = createRequire(import.meta.url)
const { getComputedActionsForItems } = require('@medusajs/promotion/dist/utils/compute-actions/line-items.js')
const { areRulesValidForContext } = require('@medusajs/promotion/dist/utils/validations/promotion-rule.js')
let promotions
let carts
let answer

// promotion is a row as the module's database would have it.
function promotion({ least, category, percent, amount }, i, scoped) {
  return {
    code: String(i),
    rules: [{ attribute: (scoped && category) || 'subtotal', operator: 'gte', values: [{ value: String(least) }] }],
    application_method: {
      type: percent ? 'percentage' : 'fixed',
      value: percent || amount,
      allocation: 'across',
      target_type: 'items',
      target_rules: category
        ? [{ attribute: 'items.category', operator: 'eq', values: [{ value: category }] }]
        : [],
    },
  }
}

await serve(async (statement) => {
  if (statement) {
    const input = JSON.parse(statement)
    answer = input.answer
    promotions = input.promos.map((promo, i) => promotion(promo, i, input.scoped))
    carts = input.carts.map((lines) => ({
      subtotal: lines.reduce((sum, { price }) => sum + price, 0),
      ...lines.reduce((sums, { category, price }) => ({ ...sums, [category]: (sums[category] ?? 0) + price }), {}),
      items: lines.map(({ category, price }, i) => ({
        id: String(i),
        quantity: 1,
        subtotal: price,
        original_total: price,
        is_discountable: true,
        category,
      })),
    }))
    return ''
  }
  const given = new Array(promotions.length).fill(0)
  const reached = new Array(promotions.length).fill(0)
  for (const cart of carts) {
    const applied = new Map()
    promotions.forEach((promotion, i) => {
      if (!areRulesValidForContext(promotion.rules, cart, 'order')) return
      reached[i]++
      for (const action of getComputedActionsForItems(promotion, cart.items, applied)) given[i] += Number(action.amount)
    })
  }
  if (answer === 'reached') return reached.join(',')
  return given.map((amount) => Math.round(amount)).join(',')
})
