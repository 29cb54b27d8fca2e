// Package campaign decides what to send, when and to whom: consent, opt-outs
// and wishes of the person, frequency caps, quiet hours, stock, and the dry run
// of a whole campaign before it is sent.
//
// A [Policy] is the house's rules for every message, a [Message] what goes out
// to whom, a [Person] what is known about one customer. [Compile] makes [Rules]
// of the policy, and [Rules.Decide] answers for one person and one message:
// send now, defer to the end of quiet hours, or suppress, with a named [Reason]
// and the data behind it (which caps refuse, and from when on they would not).
//
//	rules, err := campaign.Compile(campaign.Policy{
//		Caps:         campaign.Caps{{ID: "org", Limit: 1, Window: campaign.CalendarWindow(campaign.Day)}},
//		Quiet:        campaign.QuietHours{Windows: []siyu.WeeklyWindow{{Start: siyu.HourMinute(22, 0), End: siyu.HourMinute(8, 0)}}},
//		FallbackZone: "Asia/Shanghai",
//	})
//	d, err := rules.Decide(person, message, history, now)
//	if d.Action == campaign.SendNow {
//		// send on d.Channel
//	}
//
// [Rules.DryRun] decides for a whole audience without writing anything, and
// [Caps.Backtest] tells from a log of past contacts what caps would have saved
// and what that would have cost. [PressureOf] shows how hard people were
// contacted, and a [Recurrence] when a campaign comes back.
//
// A [Service] makes the same decisions over a [Store]: it reserves a place for
// each send, and settles it when the channel has answered.
//
// # Guarantees
//
// Deciding is pure: the same person, message, history and instant give the same
// answer. The reasons are asked in the order of [Reasons], so one person has one
// answer and the counts of a plan add up. A deferred message is decided again
// when it is released.
//
// In a store caps, duplicates and stock are enforced by the atomic step that
// takes the place: never exceeded by concurrent processes, also if their clocks
// differ, and never refused while there is room. Each call has an idempotency
// key, and the same key is answered as the first time.
//
// # Limits
//
// The package sends nothing itself, and it does not know who belongs to a
// segment: the host gives an [Audience]. Subpackages hold the ideas beside it:
// journey (courses and flows), experiment (arms, holdout, lift), survey, offer
// (true scarcity, prices, ladders) and attribution.
package campaign
