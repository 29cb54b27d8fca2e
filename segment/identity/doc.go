// Package identity joins the identifiers of several membership systems and
// touchpoints into persons (OneID).
//
// Two identifiers belong to one person if a chain of links joins them. A
// [Graph] keeps the links in order and decides each one as it comes: a link is
// refused, with the reason, if the joined person would hold more identifiers
// of a kind than the [Rules] allow, or if one of its sides is blocked. That is
// what keeps a family tablet or a shop's test number from welding strangers
// together:
//
//	g, _ := identity.New(identity.Rules{Limits: map[string]int{"customer_no": 1, "device": 5}})
//	g.Link(identity.Link{ID: "l1", A: identity.ID("customer_no", "c1"), B: identity.ID("openid", "o1"), Source: "bank", At: at})
//	g.Link(identity.Link{ID: "l2", A: identity.ID("openid", "o1"), B: identity.ID("device", "d1"), Source: "app", At: at})
//	p, _ := g.Person(identity.ID("device", "d1"))
//	fmt.Println(p.IDs) // [customer_no:c1 device:d1 openid:o1]
//
// Guarantees: the persons are a function of the links that stand and of their
// order, so taking a link back ([Graph.Unlink]) leaves exactly the persons
// that would be there had it never been made, and links that were refused for
// its sake are decided again. Attributes stay with the identifier that brought
// them, with source and consent, so they part again with it.
//
// A [Service] does the same over a [Store], one step at a time: a step loads only
// what chains of links join to its identifiers, decides as the graph would, and
// keeps the link, its event and the answer together. Rules are no part of what is
// kept: limits and blocked identifiers may change, in memory by [Graph.SetRules],
// and hold for all links as if they always had.
//
// Limits: a Graph lives in memory and is not safe for concurrent use. Its
// [Journal] is plain data, with the links that were taken back and by whom, and
// [Restore] makes the same graph again. Steps of a Service are serial for each
// tenant.
package identity
