package campaign

import (
	"iter"
	"time"
)

// Target is one person to decide about, with what was sent to him before.
type Target struct {
	Person  Person
	History []Send
}

// Plan decides about every target in order and writes nothing. Where the stock
// of the message is OnePerSend, each send leaves one less for those who come
// after. The sequence ends after an error; the message is validated first.
func (r *Rules) Plan(m Message, targets iter.Seq[Target], now time.Time) iter.Seq2[Decision, error] {
	return func(yield func(Decision, error) bool) {
		if err := r.admit(m); err != nil {
			yield(Decision{}, err)
			return
		}
		if m.Stock != nil {
			stock := *m.Stock
			m.Stock = &stock
		}
		for t := range targets {
			d, err := r.Decide(t.Person, m, t.History, now)
			if err == nil && d.Action == SendNow && m.Stock != nil && m.Stock.OnePerSend {
				m.Stock.Left--
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// Forecast counts decisions: what a campaign would do, or did.
type Forecast struct {
	People    int             `json:"people"`
	Send      int             `json:"send"`
	Defer     int             `json:"defer"`
	Suppress  map[Reason]int  `json:"suppress"`   // people per reason
	ByChannel map[Channel]int `json:"by_channel"` // sends per channel
}

// Add counts one decision.
func (f *Forecast) Add(d Decision) {
	f.People++
	switch d.Action {
	case SendNow:
		f.Send++
		if f.ByChannel == nil {
			f.ByChannel = map[Channel]int{}
		}
		f.ByChannel[d.Channel]++
	case Defer:
		f.Defer++
	case Suppress:
		if f.Suppress == nil {
			f.Suppress = map[Reason]int{}
		}
		f.Suppress[d.Reason]++
	}
}

// DryRun counts what [Rules.Plan] decides (试运行): a whole campaign before it
// is sent. Every person has one answer, so the counts add up to People.
func (r *Rules) DryRun(m Message, targets iter.Seq[Target], now time.Time) (Forecast, error) {
	var f Forecast
	for d, err := range r.Plan(m, targets, now) {
		if err != nil {
			return Forecast{}, err
		}
		f.Add(d)
	}
	return f, nil
}
