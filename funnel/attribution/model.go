package attribution

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Kind names a way to divide credit.
type Kind string

// The kinds.
const (
	First     Kind = "first"      // all to the first touch
	Last      Kind = "last"       // all to the last touch
	Linear    Kind = "linear"     // the same to every touch
	Position  Kind = "position"   // shares to first and last, the rest between them
	TimeDecay Kind = "time_decay" // half as much for every half-life before the last touch
	// Markov follows all journeys as a Markov chain: a channel's share is in
	// proportion to how much less would convert if every visit to it were the
	// end (Anderl et al., Mapping the customer journey, 2016).
	Markov Kind = "markov"
	// Shapley is the mean contribution of a channel over all orders in which
	// the channels could be added, where a set of channels is worth the money
	// of the conversions that no other channel touched. For this worth it comes
	// to equal shares for the different channels of each journey (Zhao et al.,
	// Shapley value methods for attribution modeling, 2018), so it is exact for
	// any number of channels; [ShapleyValues] takes any other worth.
	Shapley Kind = "shapley"
)

// Model is a kind with its parameters.
type Model struct {
	Kind     Kind          `json:"kind"`
	First    siyu.BPS      `json:"first,omitempty"`        // Position; 40 % if both are 0
	Last     siyu.BPS      `json:"last,omitempty"`         // Position; 40 % if both are 0
	HalfLife time.Duration `json:"half_life_ns,omitempty"` // TimeDecay; 7 days if 0
	Order    int           `json:"order,omitempty"`        // Markov: how many touches a state remembers; 1 if 0
}

// MaxOrder bounds the memory of a Markov model.
const MaxOrder = 4

// Validate refuses unknown kinds and parameters out of range.
func (m Model) Validate() error {
	switch {
	case !slices.Contains([]Kind{First, Last, Linear, Position, TimeDecay, Markov, Shapley}, m.Kind):
		return siyu.Invalid("kind", "%q is not known", string(m.Kind))
	case m.First < 0 || m.Last < 0 || m.First+m.Last > 10_000:
		return siyu.Invalid("first", "and last must be 0 to 100 %% together")
	case m.HalfLife < 0:
		return siyu.Invalid("half_life", "is negative")
	case m.Order < 0 || m.Order > MaxOrder:
		return siyu.Invalid("order", "must be 1 to %d", MaxOrder)
	}
	return nil
}

// Report is the money by channel.
type Report struct {
	Channels []Channel `json:"channels"` // by name
	// Unattributed is the money of conversions without a touch.
	Unattributed siyu.Money `json:"unattributed"`
	Total        siyu.Money `json:"total"` // of all conversions; the sum of the above
}

// Channel is the credit of one channel.
type Channel struct {
	Channel string     `json:"channel"`
	Credit  siyu.Money `json:"credit"`
	// Conversions are in thousandths, as several channels share one.
	Conversions int64 `json:"conversions_milli"`
	Touches     int   `json:"touches"`
	// Removal is the share of conversions that would be lost without the
	// channel, 0 to 1; for Markov models only.
	Removal float64 `json:"removal,omitempty"`
}

// Credit divides the money of the journeys' conversions. It fails with
// [siyu.ErrOverflow] if their sum does not fit, and with [siyu.ErrInvalid] for a
// broken model or a conversion of negative value.
func Credit(journeys []Journey, m Model) (Report, error) {
	if err := m.Validate(); err != nil {
		return Report{}, err
	}
	l, err := newLedger(journeys)
	if err != nil {
		return Report{}, err
	}
	if m.Kind == Markov {
		err = l.divideByMarkov(journeys, max(m.Order, 1))
	} else {
		for _, j := range journeys {
			if err = l.divide(j, m); err != nil {
				break
			}
		}
	}
	return l.report, err
}

// ledger adds credits up.
type ledger struct {
	report Report
	index  map[string]int
}

func newLedger(journeys []Journey) (*ledger, error) {
	l := &ledger{index: map[string]int{}}
	touches := map[string]int{}
	for i, j := range journeys {
		for _, t := range j.Touches {
			touches[t.Channel]++
		}
		if !j.Converted {
			continue
		}
		if j.Value < 0 {
			return nil, siyu.Invalid("journeys", "journey %d has a negative value", i)
		}
		total, err := l.report.Total.Add(j.Value)
		if err != nil {
			return nil, err
		}
		l.report.Total = total
		if len(j.Touches) == 0 {
			l.report.Unattributed += j.Value
		}
	}
	for channel, n := range touches {
		l.report.Channels = append(l.report.Channels, Channel{Channel: channel, Touches: n})
	}
	slices.SortFunc(l.report.Channels, func(a, b Channel) int {
		if a.Channel < b.Channel {
			return -1
		}
		return 1
	})
	for i, c := range l.report.Channels {
		l.index[c.Channel] = i
	}
	return l, nil
}

// thousand is one conversion in the unit of [Channel.Conversions].
const thousand = siyu.Money(1000)

// divide credits one journey by its own touches.
func (l *ledger) divide(j Journey, m Model) error {
	if !j.Converted || len(j.Touches) == 0 {
		return nil
	}
	weights := m.weights(j.Touches)
	credits, err := j.Value.Split(weights...)
	if err != nil {
		return err
	}
	conversions, err := thousand.Split(weights...)
	if err != nil {
		return err
	}
	for i, t := range j.Touches {
		c := &l.report.Channels[l.index[t.Channel]]
		c.Credit += credits[i]
		c.Conversions += int64(conversions[i])
	}
	return nil
}
