package offer

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Proof is something of a customer that a message wants to show: a word on the
// course, a picture of a payment (学员反馈、晒单). It may be shown only if it is of
// an order that stands and the customer agreed.
type Proof struct {
	ID     string      `json:"id"`
	User   siyu.UserID `json:"user"`
	Order  string      `json:"order"`
	Agreed siyu.Window `json:"agreed"` // from the consent to its end or withdrawal; without a start there is none
}

// Doubt names why a proof may not be shown.
type Doubt string

// The doubts, in the order in which they are asked.
const (
	NoOrder   Doubt = "no_order"   // there is no such order of this customer, or it was refunded
	NotAgreed Doubt = "not_agreed" // the customer has not agreed, or no longer
)

var doubtTexts = map[Doubt]siyu.Text{
	NoOrder:   {ZH: "没有对应的有效订单", EN: "there is no such order that stands"},
	NotAgreed: {ZH: "客户未同意展示", EN: "the customer has not agreed"},
}

// Text says the doubt in Chinese or English; an unknown one is its name.
func (d Doubt) Text(lang siyu.Lang) string {
	if t, ok := doubtTexts[d]; ok {
		return t.In(lang)
	}
	return string(d)
}

// Doubt returns why a proof may not be shown at an instant, and "" if it may.
// Stands answers whether an order of a person was paid and not taken back.
func (p Proof) Doubt(stands func(user siyu.UserID, order string) bool, now time.Time) Doubt {
	switch {
	case p.Order == "" || !stands(p.User, p.Order):
		return NoOrder
	case p.Agreed.Start.IsZero() || !p.Agreed.Contains(now):
		return NotAgreed
	}
	return ""
}

// Shown returns those proofs that may be shown at an instant, in their order,
// and the doubts about the others by id.
func Shown(proofs []Proof, stands func(user siyu.UserID, order string) bool, now time.Time) (shown []Proof, doubts map[string]Doubt) {
	doubts = map[string]Doubt{}
	for _, p := range proofs {
		if d := p.Doubt(stands, now); d != "" {
			doubts[p.ID] = d
		} else {
			shown = append(shown, p)
		}
	}
	return shown, doubts
}
