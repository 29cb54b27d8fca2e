package cases

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/attribution"
	"github.com/siyu-go/siyu/campaign/offer"
)

func runSeats(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Seats       int   `json:"seats"`
		HoldSeconds int64 `json:"hold_seconds"`
		Ops         []struct {
			T       time.Time   `json:"t"`
			Claim   int         `json:"claim"`
			Show    bool        `json:"show"`
			ClaimAs siyu.UserID `json:"claim_as"`
			Pay     siyu.UserID `json:"pay"`
			Release siyu.UserID `json:"release"`
			Cancel  siyu.UserID `json:"cancel"`
		} `json:"ops"`
		Expect    []any `json:"expect"`
		LeftAfter *int  `json:"left_after"`
	}](raw)
	if err != nil {
		return err
	}
	seats := offer.Seats{Total: c.Seats, Hold: time.Duration(c.HoldSeconds) * time.Second}
	var got []any
	var last time.Time
	guests := 0
	for _, op := range c.Ops {
		last = op.T
		var result offer.Result
		switch {
		case op.Show:
			got = append(got, map[string]any{"left": seats.Left(op.T)})
			continue
		case op.Claim > 0:
			counts := map[string]any{}
			granted, refused := 0, 0
			for range op.Claim {
				guests++
				if seats, result = seats.Claim(siyu.UserID(fmt.Sprint("guest-", guests)), op.T); result == offer.Held {
					granted++
				} else {
					refused++
				}
			}
			counts["granted"] = granted
			if refused > 0 {
				counts["refused"] = refused
			}
			got = append(got, counts)
			continue
		case op.ClaimAs != "":
			seats, result = seats.Claim(op.ClaimAs, op.T)
		case op.Pay != "":
			seats, result = seats.Pay(op.Pay, op.T)
		default:
			return ErrNotBuilt
		}
		got = append(got, result)
	}
	for i, want := range c.Expect { // a payment that comes too late has several names
		if s, ok := want.(string); ok && i < len(got) && got[i] == offer.TooLate && (s == "too_late" || s == "late" || s == "hold_expired") {
			got[i] = s
		}
	}
	if err := Diff("ops", got, c.Expect); err != nil {
		return err
	}
	if c.LeftAfter == nil {
		return nil
	}
	return Diff("left after", seats.Left(last), *c.LeftAfter)
}

func runScarcityText(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Seats int `json:"seats"`
		Texts []struct {
			SayLeft any `json:"say_left"`
		} `json:"texts"`
		Expect []string `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	seats := offer.Seats{Total: c.Seats}
	var got []string
	for _, t := range c.Texts {
		word := "ok"
		if seats.SaidLeft(fmt.Sprint(t.SayLeft), time.Time{}) != nil {
			word = "refused"
		}
		got = append(got, word)
	}
	return Diff("texts", got, c.Expect)
}

func runPriceAt(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		BaseFen siyu.Money `json:"base_fen"`
		Offers  []struct {
			ID      string    `json:"id"`
			Percent int64     `json:"percent"`
			From    time.Time `json:"from"`
			Until   time.Time `json:"until"`
		} `json:"offers"`
		At     []time.Time  `json:"at"`
		Expect []siyu.Money `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var prices []offer.Price
	for _, o := range c.Offers {
		prices = append(prices, offer.Price{ID: o.ID, Percent: o.Percent, Window: siyu.Window{Start: o.From, End: o.Until}})
	}
	var got []siyu.Money
	for _, at := range c.At {
		amount, _, err := offer.PriceAt(c.BaseFen, prices, at)
		if err != nil {
			return err
		}
		got = append(got, amount)
	}
	return Diff("prices", got, c.Expect)
}

func runPriceList(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Percent int64        `json:"percent"`
		BaseFen []siyu.Money `json:"base_fen"`
		Expect  []siyu.Money `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var got []siyu.Money
	for _, base := range c.BaseFen {
		amount, err := offer.Price{Percent: c.Percent}.Of(base)
		if err != nil {
			return err
		}
		got = append(got, amount)
	}
	return Diff("prices", got, c.Expect)
}

func runLadder(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		CoolOffSeconds int64    `json:"cool_off_seconds"`
		Rungs          []string `json:"rungs"`
		Events         []struct {
			T       time.Time   `json:"t"`
			User    siyu.UserID `json:"user"`
			Done    string      `json:"done"`
			Refused string      `json:"refused"`
			Ask     bool        `json:"ask"`
		} `json:"events"`
		Expect []*string `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	ladder := offer.Ladder{Rungs: c.Rungs, CoolOff: time.Duration(c.CoolOffSeconds) * time.Second}
	if err := ladder.Validate(); err != nil {
		return err
	}
	people := map[siyu.UserID]offer.Standing{}
	var got []*string
	for _, e := range c.Events {
		switch {
		case e.Done != "":
			people[e.User] = people[e.User].Accept(e.Done)
		case e.Refused != "":
			people[e.User] = people[e.User].Refuse(e.T)
		case e.Ask:
			var answer *string
			if rung, ok := ladder.Next(people[e.User], e.T); ok {
				answer = &rung
			}
			got = append(got, answer)
		}
	}
	return Diff("asks", got, c.Expect)
}

func runAttribute(raw json.RawMessage) error {
	type conversion struct {
		ID       string     `json:"id"`
		T        time.Time  `json:"t"`
		Amount   siyu.Money `json:"amount_fen"`
		RefundOf string     `json:"refund_of"`
	}
	c, err := Decode[struct {
		caseHead
		Model         attribution.Kind `json:"model"`
		WindowSeconds int64            `json:"window_seconds"`
		Touches       []struct {
			T        time.Time `json:"t"`
			Campaign string    `json:"campaign"`
			Sent     *bool     `json:"sent"`
		} `json:"touches"`
		Conversion  *conversion           `json:"conversion"`
		Conversions []conversion          `json:"conversions"`
		Expect      map[string]siyu.Money `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var touches []attribution.Touch
	for _, t := range c.Touches {
		touches = append(touches, attribution.Touch{At: t.T, Campaign: t.Campaign, NotSent: t.Sent != nil && !*t.Sent})
	}
	if c.Conversion != nil {
		c.Conversions = append(c.Conversions, *c.Conversion)
	}
	ledger := attribution.Ledger{Model: attribution.Model{Kind: c.Model, Window: time.Duration(c.WindowSeconds) * time.Second}}
	for _, x := range c.Conversions {
		if err := ledger.Add(touches, attribution.Conversion{ID: x.ID, At: x.T, Amount: x.Amount, RefundOf: x.RefundOf}); err != nil {
			return err
		}
	}
	got := ledger.Totals()
	if got == nil {
		got = map[string]siyu.Money{}
	}
	return Diff("credit", got, c.Expect)
}

func runShare(raw json.RawMessage) error {
	type parts struct {
		Host    []siyu.Money `json:"host_fen"`
		Partner []siyu.Money `json:"partner_fen"`
	}
	c, err := Decode[struct {
		caseHead
		HostBP siyu.BPS     `json:"host_bp"`
		Orders []siyu.Money `json:"orders_fen"`
		Expect parts        `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var got parts
	for _, amount := range c.Orders {
		host, partner, err := attribution.Share(amount, c.HostBP)
		if err != nil {
			return err
		}
		got.Host, got.Partner = append(got.Host, host), append(got.Partner, partner)
	}
	return Diff("shares", got, c.Expect)
}

func runSplit(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		PartsBP []int64      `json:"parts_bp"`
		Amount  siyu.Money   `json:"amount_fen"`
		Expect  []siyu.Money `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	got, err := c.Amount.Split(c.PartsBP...)
	if err != nil {
		return err
	}
	return Diff("parts", got, c.Expect)
}

// quoted returns whether raw is a JSON string.
func quoted(raw json.RawMessage) bool { return strings.HasPrefix(string(raw), `"`) }
