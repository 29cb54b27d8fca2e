package coupon

import (
	"errors"
	"time"

	"github.com/siyu-go/siyu"
)

// Refusal is the error of a step that a rule of the trade refuses: nothing was
// changed, and Reason says why. The methods of [Service] turn refusals into
// results; stores pass them through, and [CodeShape.Generate] returns them.
type Refusal struct {
	Reason Reason
	Until  time.Time // when the reason ends, where that is known
}

// Error writes the reason in English.
func (r *Refusal) Error() string { return "coupon: " + r.Reason.Text(siyu.English) }

// refuse returns a refusal as an error.
func refuse(reason Reason) error { return &Refusal{Reason: reason} }

// refusal is the error of an outcome, nil for none.
func refusal(reason Reason, until time.Time) error {
	if reason == "" {
		return nil
	}
	return &Refusal{Reason: reason, Until: until}
}

// asRefusal finds the refusal in an error.
func asRefusal(err error) (*Refusal, bool) {
	var refusal *Refusal
	return refusal, errors.As(err, &refusal)
}
