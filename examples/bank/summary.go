package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/siyu-go/siyu/examples/bank/report"
)

// summarize says the month in a screenful.
func summarize(out io.Writer, d report.Data) {
	line := func(format string, args ...any) { fmt.Fprintf(out, "  "+format+"\n", args...) }
	who := "real"
	if d.Generated {
		who = "generated"
	}
	fmt.Fprintf(out, "\nWho they are: %d %s customers\n", d.Users, who)
	for _, r := range d.Rings {
		line("%-8s %8d  %s", r.Name, r.Users, r.Rule)
	}
	line("%s %s", d.Example.Person, d.Example.Inward)

	fmt.Fprintf(out, "\nWhat really happened: %d loan cases, %d work items\n", d.Loans.Cases, d.Loans.Items)
	for i, s := range d.Loans.Steps {
		if i == 0 {
			line("%-12s %7d", s.Name, s.Users)
			continue
		}
		line("%-12s %7d  %5.1f %% of the step before (%.1f to %.1f)", s.Name, s.Users, 100*s.Rate, 100*s.Low, 100*s.High)
	}
	for _, t := range d.Loans.Times {
		if t.Overall {
			line("lead to validation: median %s, 90 %% within %s", days(t.Median), days(t.P90))
		}
	}
	var rates []string
	for _, p := range d.Pressure {
		rates = append(rates, fmt.Sprintf("%s: %.1f %%", p.Contacts, 100*p.Rate))
	}
	line("subscribed by contacts  %s", strings.Join(rates, "  "))
	for _, c := range d.Caps {
		if c.Limit == 4 {
			line("a cap of %d calls would have saved %d of %d contacts, which had brought %d of %d subscriptions",
				c.Limit, c.Saved, c.Contacts, c.LostConversions, c.Conversions)
		}
	}
	summarizeMonth(out, d, line)
}

// summarizeMonth says what was simulated, and whether the books balance.
func summarizeMonth(out io.Writer, d report.Data, line func(string, ...any)) {
	fmt.Fprintf(out, "\n%s, simulated from seed %d\n", d.Month, d.Seed)
	line("messages: %d sent, %d held back", d.Messages.Sent, d.Messages.Planned-d.Messages.Sent)
	for _, s := range d.Messages.Suppressed {
		line("  %6d  %s", s.Count, s.Text)
	}
	line("course: %d of %d graduated", d.Course.Graduated, d.Course.Entered)
	for _, g := range d.Groups {
		line("groups: %-14s %5d members in %d groups", g.Region, g.Members[len(g.Members)-1], g.Groups)
	}
	for _, r := range d.Ladder {
		line("coupons: from %s, %s off: %d claimed of %d, %d locked, %d redeemed, %d refunded",
			r.From.Format("CNY"), r.Off.Format("CNY"), r.Claimed, r.Quota, r.Locked, r.Redeemed, r.Refunded)
	}
	r := d.Referrals
	line("invitations: %d inviters, %d bound, %d qualified, %d taken back; granted %s, clawed back %s, paid %s, open %s",
		r.Inviters, r.Bound, r.Qualified, r.Reversed, r.Granted.Format("CNY"), r.ClawedBack.Format("CNY"), r.Paid.Format("CNY"), r.Open.Format("CNY"))
	fmt.Fprintf(out, "\nThe loop\n")
	for i, s := range d.Loop {
		if i == 0 {
			line("%-11s %6d", s.Name, s.Users)
			continue
		}
		line("%-11s %6d  %5.1f %%", s.Name, s.Users, 100*s.Rate)
	}
	for _, c := range d.Channels {
		line("%-13s %6d touches %5d orders  cost %12s  margin %12s", c.Name, c.Touches, c.Orders, c.Cost.Format("CNY"), c.Value.Format("CNY"))
	}
	fmt.Fprintf(out, "\nChecks\n")
	for _, c := range d.Checks {
		word := "holds "
		if !c.OK {
			word = "BROKEN"
		}
		line("%s  %s: %s (%s)", word, c.What, c.Got, c.Want)
	}
}

func days(d time.Duration) string { return fmt.Sprintf("%.1f days", d.Hours()/24) }
