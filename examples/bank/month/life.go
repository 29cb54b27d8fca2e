package month

import (
	"fmt"
	"math"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/examples/bank/study"
)

// The channels of the month.
const (
	WeCom campaign.Channel = "wecom"
	SMS   campaign.Channel = "sms"
	Phone campaign.Channel = "phone"
)

// Regions of the bank. The real data have none, so everybody is given one.
var Regions = []string{"华东 East", "华南 South", "华北 North", "西南 West"}

// life is what one customer would do in the month, drawn from the seed around
// what is really known of him. Nothing in it is a decision of the bank's.
type life struct {
	person *study.Person
	draw   seed
}

func (l life) happens(question string, probability float64) bool {
	return l.draw.happens(l.person.ID, question, probability)
}

func (l life) region() string {
	switch c := l.draw.chance(l.person.ID, "region"); {
	case c < 0.36:
		return Regions[0]
	case c < 0.63:
		return Regions[1]
	case c < 0.86:
		return Regions[2]
	}
	return Regions[3]
}

// contact is how the customer can be reached and what he wishes.
func (l life) contact(holdout bool) campaign.Person {
	p := campaign.Person{ID: l.person.ID, Zone: Zone, Holdout: holdout, Consent: map[campaign.Channel]bool{}}
	if l.happens("on wecom", 0.62) {
		p.Reachable = append(p.Reachable, WeCom)
	}
	if l.person.Line == "cellular" && l.happens("sms works", 0.96) {
		p.Reachable = append(p.Reachable, SMS)
	}
	p.Reachable = append(p.Reachable, Phone)
	p.Consent[SMS] = l.happens("consents to sms", 0.78)
	p.Consent[Phone] = l.happens("consents to calls", 0.35)
	p.OptOut.All = l.happens("opts out", 0.03)
	if l.happens("no promotions", 0.05) {
		p.OptOut.Topics = []campaign.Topic{campaign.Promo}
	}
	switch {
	case l.happens("prefers wecom only", 0.06):
		p.Prefer = campaign.Preference{Channels: []campaign.Channel{WeCom}, Strict: true}
	case l.happens("prefers sms", 0.15):
		p.Prefer.Channels = []campaign.Channel{SMS}
	}
	if l.happens("one a week", 0.2) {
		one := 1
		p.Prefer.Weekly = &one
	}
	return p
}

// warm is how inclined the customer is, from what really happened: who
// subscribed is warmer, who was called often is colder.
func (l life) warm() float64 {
	warm := 1.0
	if l.person.Subscribed {
		warm += 0.8
	}
	return warm - 0.05*float64(min(len(l.person.Calls), 10)-1)
}

// answers is whether and how long after a message the customer comes.
func (l life) answers(message string, channel campaign.Channel) (after time.Duration, comes bool) {
	base := map[campaign.Channel]float64{WeCom: 0.42, SMS: 0.20, Phone: 0.50}[channel]
	if !l.happens("answers "+message, min(0.95, base*l.warm())) {
		return 0, false
	}
	hours := math.Exp(0.8 + 1.1*l.draw.normal(l.person.ID, "after "+message))
	return time.Duration(min(hours, 40) * float64(time.Hour)).Round(time.Minute), true
}

// checksIn is whether the customer checks in on a day of the course. Habits
// last: some never miss a day.
func (l life) checksIn(day int) bool {
	if !l.happens("starts the course", 0.84) {
		return false
	}
	habit := l.draw.chance(l.person.ID, "habit")
	return l.happens("check-in "+string(rune('0'+day)), min(0.98, (0.5+0.55*habit)*math.Pow(0.96, float64(day-1))))
}

// amount is what an order of the customer invests: around 24,000 yuan, in
// whole hundreds.
func (l life) amount(order string) siyu.Money {
	yuan := math.Exp(10.1 + 0.95*l.draw.normal(l.person.ID, "amount "+order))
	hundreds := max(10, min(3000, math.Round(yuan/100)))
	return siyu.Money(hundreds) * 100 * 100
}

// friends is how many people the customer invites.
func (l life) friends() int {
	if !l.happens("invites", 0.34) {
		return 0
	}
	return min(9, 1+int(-math.Log(1-l.draw.chance(l.person.ID, "friends"))*2.1))
}

// id names the nth event of a kind of the customer.
func (l life) id(name string, n int) siyu.EventID {
	return siyu.EventID(fmt.Sprintf("%s/%s/%d", l.person.ID, name, n))
}
