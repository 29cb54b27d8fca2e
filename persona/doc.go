// Package persona says who speaks for the company and to whom: persona cards
// (人设), rosters of advisers, capped groups behind a live code (活码),
// handover of customers, and reply promises.
//
// A [Card] is the public face of an adviser: title, years since a date, values
// and tone; [AutoReplies] say what it answers by itself, and a [Rhythm] warns of
// gaps in its content calendar. A [Roster] gives each new customer one adviser
// and keeps him: by turn, by load or by weight, within shifts, daily and total
// caps, his region first. A [Code] fills its groups in order and never above the
// cap; when all are full it opens the next one. A [Promise] measures whether
// customers were answered in time.
//
//	code := persona.Code{ID: "gz", ScanCap: 200, HardCap: 500, Groups: []persona.Group{
//		{ID: "广州福利群1", Members: 1}, // the owner takes a place
//		{ID: "广州福利群2", Members: 1},
//	}}
//	p := code.Place(persona.Visitor{})
//	if p.Reason == "" {
//		code = p.Code // p.Group is 广州福利群1, which now has 2 members
//	}
//
// # Guarantees
//
// Functions of this package are pure: they return the new state and leave what
// was passed in as it was. [Service] makes the same decisions inside one atomic
// step of a [Store], so no group and no adviser ever goes above a cap, and
// no place stays empty while someone is turned away.
//
// # Limits
//
// The package talks to no messenger: creating groups and codes there, and
// telling people where to go, is the host's part.
package persona
