// Package attribution gives campaigns credit for conversions, and partners
// their share, exact to the minor unit.
//
// A [Model] looks at the touches that were sent to a person within a window
// before his conversion and divides the amount among their campaigns; the parts
// always add up to it. A [Ledger] counts each conversion once and takes credit
// back when it is refunded. [Share] and siyu.Split divide revenue with partners.
//
//	m := attribution.Model{Kind: attribution.Linear, Window: 7 * 24 * time.Hour}
//	credit, err := m.Credit(touches, attribution.Conversion{ID: "o1", At: now, Amount: 10000})
//
// Credit is arithmetic, not proof of cause: what a campaign brought beyond what
// would have come anyway is the lift against a holdout, in package experiment.
package attribution
