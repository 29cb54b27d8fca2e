package survey

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

// Slot says what a submission looks at.
type Slot struct {
	Survey ID
	User   siyu.UserID
}

// State is what a submission decides on, as it stands in its atomic step.
type State struct {
	Person *campaign.Person // the profile kept; nil: none
	Given  int              // gifts of the survey given so far, to all people
	Had    bool             // this person has had it
}

// Change is what a submission writes.
type Change struct {
	Person campaign.Person
	Gift   bool         // the person gets the gift
	Events []siyu.Event // appended to the event log
	Answer Submitted
}

// Store keeps what people answered, in the same profiles as campaign.Store.
// Implementations are in store/memstore and store/sqlstore. A store is safe for
// concurrent use.
type Store interface {
	// Submit changes a profile in an atomic step. A call that is known is
	// answered as it was the first time, with replayed true, or with
	// siyu.ErrConflict if its digest differs. A new one asks decide, which may be
	// asked more than once; steps of one person are serial, and so are those of
	// one survey. Profile, gift, events and answer are kept together. If decide
	// returns an error nothing is kept, the key stays unused, and the error is
	// returned as it is.
	Submit(ctx context.Context, call siyu.Call, at Slot, decide func(State) (Change, error)) (answer Submitted, replayed bool, err error)
}

// Service takes submissions into a store. It has no state of its own and is
// safe for concurrent use.
type Service struct {
	store Store
	clock siyu.Clock
}

// Options of [New]; nil and zero fields mean the defaults.
type Options struct {
	Clock siyu.Clock // nil: the machine's
}

// New returns a service over a store.
func New(store Store, options *Options) *Service {
	s := &Service{store: store}
	if options != nil {
		s.clock = options.Clock
	}
	s.clock = siyu.ClockOr(s.clock)
	return s
}

// Submitted is what became of a submission.
type Submitted struct {
	Faults   []Fault `json:"faults,omitempty"` // not accepted: nothing changed
	Gift     string  `json:"gift,omitempty"`
	NoGift   Reason  `json:"no_gift,omitempty"`
	Replayed bool    `json:"-"` // the key was answered before
}

// Submit takes a person's answers: see [Survey.Submit]. A submission with
// faults keeps nothing and leaves its key unused. The gift is given once per
// person while the survey's stock lasts. The survey must be valid.
func (s *Service) Submit(ctx context.Context, key string, survey Survey, user siyu.UserID, answers Answers) (Submitted, error) {
	if err := siyu.CheckID("user", string(user)); err != nil {
		return Submitted{}, err
	}
	call, err := siyu.NewCall("survey.submit", key, []any{survey.ID, user, answers})
	if err != nil {
		return Submitted{}, err
	}
	now := s.clock.Now()
	answer, replayed, err := s.store.Submit(ctx, call, Slot{Survey: survey.ID, User: user}, func(st State) (Change, error) {
		person := campaign.Person{ID: user}
		if st.Person != nil {
			person = *st.Person
		}
		gifts := Gifts{Had: st.Had}
		if survey.Gift != nil {
			gifts.Left = survey.Gift.Stock - st.Given
		}
		out := survey.Submit(person, answers, gifts, now)
		if len(out.Faults) > 0 {
			return Change{}, faulty{out.Faults}
		}
		props := map[string]string{"survey": string(survey.ID)}
		if out.Gift != "" {
			props["gift"] = out.Gift
		}
		for _, q := range survey.Questions {
			name, said := "answer."+q.ID, strings.Join(answers[q.ID], ",")
			if said != "" && len(name) <= siyu.MaxID && len(said) <= siyu.MaxProp && len(props) < siyu.MaxProps {
				props[name] = said
			}
		}
		return Change{
			Person: out.Person, Gift: out.Gift != "", Answer: Submitted{Gift: out.Gift, NoGift: out.NoGift},
			Events: []siyu.Event{{ID: call.EventID(0), User: user, Name: "survey.submitted", At: now, Domain: siyu.Private, Props: props}},
		}, nil
	})
	if no, ok := errors.AsType[faulty](err); ok {
		return Submitted{Faults: no.faults}, nil
	}
	answer.Replayed = replayed
	return answer, err
}

// faulty carries faults out of a step that keeps nothing.
type faulty struct{ faults []Fault }

func (f faulty) Error() string { return fmt.Sprintf("survey: %v", f.faults) }
