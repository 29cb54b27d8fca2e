package month

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/examples/bank/report"
	"github.com/siyu-go/siyu/funnel/attribution"
)

// What a message costs by its channel, and what an investment earns the bank.
// Both are assumptions, and said to be on the page.
var (
	CostOf = map[campaign.Channel]siyu.Money{WeCom: 2, SMS: 5, Phone: 300}
	Margin = siyu.BPS(600)
)

// question cuts the month into journeys: a message or a friend's link is a
// touch, an order a conversion, and what comes back is taken off.
var question = attribution.Question{
	Touch:    []string{Sent, Touched},
	Convert:  []string{Order, FriendOrder},
	Refund:   []string{Return},
	Lookback: 14 * 24 * time.Hour,
}

var lastTouch = attribution.Model{Kind: attribution.Last}

// countChannels sets cost beside return for every channel. What an order pays
// is credited to the last touch within a fortnight, and so is what its coupon
// cost; rewards cost the friends who brought the friends.
func countChannels(events []siyu.Event) ([]report.Channel, error) {
	paid, alone, err := creditOf(events, func(e siyu.Event) siyu.Money { return e.Value })
	if err != nil {
		return nil, err
	}
	coupons, _, err := creditOf(withoutReturns(events), func(e siyu.Event) siyu.Money {
		return siyu.Money(number(e.Props[propDiscount]))
	})
	if err != nil {
		return nil, err
	}
	spend, err := spent(events)
	if err != nil {
		return nil, err
	}
	for _, c := range coupons.Channels {
		if spend[c.Channel], err = spend[c.Channel].Add(c.Credit); err != nil {
			return nil, err
		}
	}
	costs, err := attribution.Costs(paid, spend)
	if err != nil {
		return nil, err
	}
	touches := map[string]int{}
	for _, c := range paid.Channels {
		touches[c.Channel] = c.Touches
	}
	var list []report.Channel
	for _, c := range costs {
		margin, err := c.Credit.Rate(Margin, siyu.HalfEven)
		if err != nil {
			return nil, err
		}
		list = append(list, report.Channel{
			Name: channelWords[c.Channel], Touches: touches[c.Channel], Orders: int(c.Conversions / 1000), Cost: c.Spend, Value: margin,
		})
	}
	unattributed, err := paid.Unattributed.Rate(Margin, siyu.HalfEven)
	if err != nil {
		return nil, err
	}
	return append(list, report.Channel{Name: "No touch", Orders: alone, Cost: coupons.Unattributed, Value: unattributed}), nil
}

var channelWords = map[string]string{
	string(WeCom): "WeCom", string(SMS): "SMS", string(Phone): "Adviser calls", channelFriend: "Friends",
}

// creditOf divides among channels what each order is worth, and counts the
// orders that no touch can claim.
func creditOf(events []siyu.Event, worth func(siyu.Event) siyu.Money) (report attribution.Report, alone int, err error) {
	journeys, err := attribution.Journeys(func(yield func(siyu.Event, error) bool) {
		for _, e := range events {
			switch e.Name {
			case Touched:
				e.Channel = channelFriend
			case Order, FriendOrder:
				e.Value = worth(e)
			}
			if !yield(e, nil) {
				return
			}
		}
	}, question)
	if err != nil {
		return attribution.Report{}, 0, err
	}
	for _, j := range journeys {
		if j.Converted && len(j.Touches) == 0 {
			alone++
		}
	}
	report, err = attribution.Credit(journeys, lastTouch)
	return report, alone, err
}

// withoutReturns leaves out what came back: a coupon is spent all the same.
func withoutReturns(events []siyu.Event) []siyu.Event {
	return slices.DeleteFunc(slices.Clone(events), func(e siyu.Event) bool { return e.Name == Return })
}

// spent is what messages and rewards cost each channel.
func spent(events []siyu.Event) (map[string]siyu.Money, error) {
	spend := map[string]siyu.Money{}
	for _, e := range events {
		channel := e.Channel
		var cost siyu.Money
		switch e.Name {
		case Sent:
			cost = CostOf[campaign.Channel(e.Channel)]
		case Rewarded, Reversed:
			channel, cost = channelFriend, e.Value
		default:
			continue
		}
		var err error
		if spend[channel], err = spend[channel].Add(cost); err != nil {
			return nil, err
		}
	}
	return spend, nil
}
