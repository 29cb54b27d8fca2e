package study

import (
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/examples/bank/report"
	"github.com/siyu-go/siyu/funnel"
)

const manyCalls = 11 // customers with so many calls or more are counted together

// Pressure is the subscription rate by number of contacts.
func Pressure(people *People) []report.Pressure {
	points := make([]report.Pressure, manyCalls)
	for i := range people.List {
		p := &people.List[i]
		at := min(len(p.Calls), manyCalls) - 1
		if at < 0 {
			continue
		}
		points[at].Users++
		if p.Subscribed {
			points[at].Subscribed++
		}
	}
	kept := points[:0]
	for i, p := range points {
		if p.Users == 0 {
			continue
		}
		p.Contacts = strconv.Itoa(i + 1)
		if i+1 == manyCalls {
			p.Contacts += "+"
		}
		rate := funnel.NewRate(p.Subscribed, p.Users)
		p.Rate, p.Low, p.High = rate.Share, rate.Low, rate.High
		kept = append(kept, p)
	}
	return kept
}

// CapLimits are the caps that the history is replayed against.
var CapLimits = []int{1, 2, 3, 4, 5, 6, 8, 10}

// Caps replays the real contacts against a cap per customer: what it would have
// saved, and the conversions that the saved contacts had brought.
func Caps(people *People) ([]report.Cap, error) {
	var caps []report.Cap
	for _, limit := range CapLimits {
		policy := campaign.Caps{{
			ID: "calls", Limit: campaign.Limit(limit), Window: campaign.RollingWindow(365 * 24 * time.Hour),
		}}
		if err := policy.Validate(); err != nil {
			return nil, err
		}
		c := report.Cap{Limit: limit}
		for start := 0; start < len(people.List); start += 10_000 { // a log in memory at a time
			log := contacts(people.List[start:min(start+10_000, len(people.List))])
			b := policy.Backtest(log, func(siyu.UserID) *time.Location { return time.UTC })
			c.Contacts += b.Contacts
			c.Saved += b.Saved
			c.Conversions += b.Conversions
			c.LostConversions += b.ConversionsSaved
		}
		c.SavedPart = share(c.Saved, c.Contacts)
		c.LostPart = share(c.LostConversions, c.Conversions)
		c.LostPerThousand = 1000 * share(c.LostConversions, c.Saved)
		caps = append(caps, c)
	}
	return caps, nil
}

func contacts(people []Person) (log []campaign.Contact) {
	for i := range people {
		p := &people[i]
		for n, at := range p.Calls {
			log = append(log, campaign.Contact{
				User:      p.ID,
				Send:      campaign.Send{Attempt: campaign.Attempt{Channel: campaign.Channel(p.Line)}, At: at},
				Converted: p.Subscribed && n == len(p.Calls)-1,
			})
		}
	}
	return log
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
