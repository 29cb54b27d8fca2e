package cases

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// Select this area with -run referral.
func TestCases_referral(t *testing.T) { Run(t, "referral", runReferral) }

func runReferral(file File, raw json.RawMessage) error {
	if file.Kind == "function" {
		return runReferralFunction(raw)
	}
	return runReferralScenario(raw)
}

type referralCase struct {
	ID      string          `json:"id"`
	Title   string          `json:"title"`
	Why     string          `json:"why"`
	Source  string          `json:"source"`
	Program json.RawMessage `json:"program"`
	Events  []referralEvent `json:"events"`
	Expect  referralExpect  `json:"expect"`
}

type referralEvent struct {
	Type      string            `json:"type"`
	Person    siyu.UserID       `json:"person"`
	Invitee   siyu.UserID       `json:"invitee"`
	Inviter   siyu.UserID       `json:"inviter"`
	Signals   map[string]string `json:"signals"`
	Existing  bool              `json:"existing"`
	Key       referral.Key      `json:"key"`
	RefundKey referral.Key      `json:"refund_key"`
	Amount    *siyu.Money       `json:"amount"`
	Decision  referral.Decision `json:"decision"`
	At        time.Time         `json:"at"`
}

func (e referralEvent) event() (referral.Event, error) {
	switch e.Type {
	case "enroll":
		return referral.Enroll{Person: e.Person, Signals: e.Signals, Existing: e.Existing, At: e.At}, nil
	case "touch":
		return referral.Touch{Invitee: e.Invitee, Inviter: e.Inviter, At: e.At}, nil
	case "bind":
		return referral.Bind{Invitee: e.Invitee, Inviter: e.Inviter, At: e.At}, nil
	case "unbind":
		return referral.Unbind{Invitee: e.Invitee, At: e.At}, nil
	case "qualify":
		q := referral.Qualify{Invitee: e.Invitee, Key: e.Key, At: e.At}
		if e.Amount != nil {
			q.Amount = *e.Amount
		}
		return q, nil
	case "refund":
		return referral.Refund{Key: e.Key, RefundKey: e.RefundKey, Amount: e.Amount, At: e.At}, nil
	case "advance":
		return referral.Advance{At: e.At}, nil
	case "payout":
		return referral.Payout{Person: e.Person, At: e.At}, nil
	case "disable":
		return referral.Disable{Person: e.Person, At: e.At}, nil
	case "review":
		return referral.Review{Invitee: e.Invitee, Decision: e.Decision, At: e.At}, nil
	}
	return nil, fmt.Errorf("unknown event type %q", e.Type)
}

type referralExpect struct {
	Steps    []referralStep                        `json:"steps"`
	Final    map[siyu.UserID]map[string]siyu.Money `json:"final"`
	Program  map[string]siyu.Money                 `json:"program"`
	Bindings *map[siyu.UserID]siyu.UserID          `json:"bindings"`
}

type referralStep struct {
	I       int                         `json:"i"`
	Outcome referral.Outcome            `json:"outcome"`
	Reason  referral.Reason             `json:"reason"`
	Rule    *string                     `json:"rule"`
	Delta   *map[siyu.UserID]siyu.Money `json:"delta"`
	Paid    *siyu.Money                 `json:"paid"`
	Inviter *siyu.UserID                `json:"inviter"`
	Flag    *string                     `json:"flag"`
	Skips   *[]referralSkip             `json:"skips"`
}

type referralSkip struct {
	Person siyu.UserID     `json:"person"`
	Rule   string          `json:"rule"`
	Reason referral.Reason `json:"reason"`
}

func runReferralScenario(raw json.RawMessage) error {
	c, err := Decode[referralCase](raw)
	if err != nil {
		return err
	}
	program, err := referral.ParseProgram(c.Program)
	if err != nil {
		return err
	}
	plan, err := program.Compile()
	if err != nil {
		return err
	}
	book := referral.NewBook(plan)
	steps := map[int]referralStep{}
	for _, s := range c.Expect.Steps {
		steps[s.I] = s
	}
	var now time.Time
	for i, e := range c.Events {
		event, err := e.event()
		if err != nil {
			return err
		}
		now = e.At
		got, err := book.Do(event)
		if err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
		want, listed := steps[i]
		if !listed {
			want = referralStep{Outcome: referral.OK}
		}
		if err := want.compare(got); err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
		if err := referralInvariants(book, now); err != nil {
			return fmt.Errorf("after event %d: %w", i, err)
		}
	}
	return c.Expect.compare(book, now)
}

func (want referralStep) compare(got referral.Result) error {
	if err := Diff("outcome", []any{got.Outcome, got.Reason}, []any{want.Outcome, want.Reason}); err != nil {
		return err
	}
	if want.Rule != nil {
		if err := Diff("rule", got.Rule, *want.Rule); err != nil {
			return err
		}
	}
	if want.Delta != nil {
		delta := map[siyu.UserID]siyu.Money{}
		for _, d := range got.Deltas {
			delta[d.Person] = d.Amount
		}
		if err := Diff("delta", delta, *want.Delta); err != nil {
			return err
		}
	}
	if want.Paid != nil {
		if err := Diff("paid", got.Paid, *want.Paid); err != nil {
			return err
		}
	}
	if want.Inviter != nil {
		if err := Diff("inviter", got.Inviter, *want.Inviter); err != nil {
			return err
		}
	}
	if want.Flag != nil {
		if err := Diff("held", got.Held, *want.Flag == "hold"); err != nil {
			return err
		}
	}
	if want.Skips != nil {
		skips := []referralSkip{}
		for _, s := range got.Skips {
			skips = append(skips, referralSkip{s.Person, s.Rule, s.Reason})
		}
		return Diff("skips", skips, *want.Skips)
	}
	return nil
}

// referralInvariants checks what must hold after every event of every case.
func referralInvariants(book *referral.Book, now time.Time) error {
	if err := book.Verify(); err != nil {
		return err
	}
	var sum siyu.Money
	for person := range book.People() {
		s, err := book.Statement(person, now)
		if err != nil {
			return err
		}
		if s.Net != s.Pending+s.Held+s.Balance+s.Paid || s.Pending < 0 || s.Held < 0 {
			return fmt.Errorf("statement %+v", s)
		}
		sum += s.Net
	}
	totals, err := book.Totals()
	if err != nil {
		return err
	}
	return Diff("program net", totals.Net, sum)
}

func (want referralExpect) compare(book *referral.Book, now time.Time) error {
	people := slices.Collect(book.People())
	for person := range want.Final {
		if !slices.Contains(people, person) {
			people = append(people, person)
		}
	}
	for _, person := range people {
		s, err := book.Statement(person, now)
		if err != nil {
			return err
		}
		got := map[string]siyu.Money{
			"pending": s.Pending, "held": s.Held, "balance": s.Balance, "paid": s.Paid, "net": s.Net, "count": siyu.Money(s.Count),
		}
		fields, listed := want.Final[person]
		if !listed {
			fields = map[string]siyu.Money{"net": 0}
		}
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			value, known := got[name]
			if !known {
				return fmt.Errorf("unknown field %q", name)
			}
			if err := Diff(fmt.Sprintf("%s of %s", name, person), value, fields[name]); err != nil {
				return err
			}
		}
	}
	totals, err := book.Totals()
	if err != nil {
		return err
	}
	for name, value := range want.Program {
		got := totals.Net
		switch name {
		case "net":
		case "budget_left":
			got = *book.Plan().Program().Caps.Budget - totals.Net
		default:
			return fmt.Errorf("unknown field %q", name)
		}
		if err := Diff("program "+name, got, value); err != nil {
			return err
		}
	}
	if want.Bindings != nil {
		got := map[siyu.UserID]siyu.UserID{}
		for b := range book.Bindings() {
			got[b.Invitee] = b.Inviter
		}
		return Diff("bindings", got, *want.Bindings)
	}
	return nil
}
