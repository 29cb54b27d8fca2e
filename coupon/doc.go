// Package coupon prices carts with promos and carries coupons from claim to
// refund (优惠券): thresholds and ladders (满减), percentages with caps, stacking
// rules, the best legal combination, exact allocation, personal coupons with
// quotas, shared codes with budgets.
//
// # Pricing
//
// A [Promo] is plain data: the lines it is about, what it requires, what it
// gives, what it does not go together with. A [Quoter] is a set of promos made
// ready; it turns a [Cart] into a [Quote], which says for every promo what it
// gives to which line, or why it does not apply and how far away it is.
//
//	quoter, err := coupon.NewQuoter([]coupon.Promo{{
//		ID: "ladder",
//		Benefit: coupon.Ladder(
//			coupon.Tier{At: 10_000_00, Amount: 400_00},
//			coupon.Tier{At: 50_000_00, Amount: 1_600_00},
//		),
//	}}, &coupon.Policy{Mode: coupon.Best})
//	quote, err := quoter.Quote(cart)
//	fmt.Println(quote.Payable, quote.Hints)
//
// Pricing is a pure function of cart, promos and policy: it reads no clock and
// no store, so the same three make the same quote again ([Promo.Hash] tells
// whether the promos are the same).
//
// # Life
//
// A [Service] over a [Store] takes coupons through their lives: Claim from a
// [Batch], Lock for an order, Redeem, Release, Refund, Void; and shared codes
// ([Code]) through Use and Cancel. Every step is one atomic step of the store and
// may be sent again: a claim or refund by its key, the others by their order.
// What the trade knows as an outcome is a [Reason] in the result, never an
// error.
//
// Besides discounts there are gifts ([GiveItem]), coupons that come in parts
// with windows of their own ([Part]), and balances that pay what discounts leave
// ([StoredValue]). What a batch announced as its end or quota is moved only by
// [Service.Extend], on the record, and [CheckRenewal] finds an offer that is
// published again under another name.
//
// Many claims at once go through a [Batcher], which makes one commit of those
// that arrive together, or through a [Flash] in memory; [Service.ClaimMany]
// serves the users of a whole campaign in one step.
//
// # Before launch and after
//
// [Lint] looks for carts on which a set of promos does what nobody meant,
// [Compare] prices recorded carts by two versions of the rules, and
// [BatchState.WorstCase] bounds what a batch can cost. A [Record] keeps a quote
// with what made it, and [Quoter.Replay] makes it again. A [Sale] works out
// refunds. [RedPacket] and [Draw] take their chance from a committed [Seed].
//
// # Guarantees
//
//   - The parts of a discount sum exactly to it, no unit goes below its floor,
//     and refunding all units of a sale gives back exactly what was paid,
//     whatever the order and grouping of the returns.
//   - Best mode is optimal: [Proof] says so, or bounds what could be better
//     where the search was cut off. Tests hold it against trying every
//     combination.
//   - Amounts are never floats and never wrap; rounding is named.
//   - Quotas, limits per user and budgets are never exceeded, however many
//     claim at once.
//
// # Limits
//
// A cart has at most [MaxLines] lines and a quoter [MaxPromos] promos; best mode
// searches the 64 that could give most. The package delivers no messages,
// takes no payments, and keeps no catalogue: tags of the lines are the host's.
package coupon
