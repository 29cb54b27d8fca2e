package offer

import (
	"maps"
	"time"

	"github.com/siyu-go/siyu"
)

// Seats are the places of one offer (名额). A claimed place is held for a time
// and then free again unless it was paid; a person has at most one.
type Seats struct {
	Total int           `json:"total"`
	Hold  time.Duration `json:"hold,omitempty"` // 0: a claim holds for good

	Taken map[siyu.UserID]Seat `json:"taken,omitempty"` // who has a place, or had one that ran out
}

// Seat is one person's place.
type Seat struct {
	Since time.Time `json:"since"`
	Paid  bool      `json:"paid,omitempty"`
}

// Result says what became of a claim or a payment.
type Result string

// The results.
const (
	Held    Result = "held"    // the place is yours until the hold ends
	Paid    Result = "paid"    // for good
	Already Result = "already" // the person has a place
	Refused Result = "refused" // none left, or nothing to pay for
	TooLate Result = "expired" // the hold ended before the payment
)

var resultTexts = map[Result]siyu.Text{
	Held:    {ZH: "名额已为您保留", EN: "a place is held for you"},
	Paid:    {ZH: "已付款,名额已确认", EN: "paid: the place is yours"},
	Already: {ZH: "您已有名额", EN: "you have a place already"},
	Refused: {ZH: "名额已满", EN: "no place is left"},
	TooLate: {ZH: "保留时间已过,名额已释放", EN: "the hold has ended and the place is free again"},
}

// Text says the result in Chinese or English.
func (r Result) Text(lang siyu.Lang) string {
	if t, ok := resultTexts[r]; ok {
		return t.In(lang)
	}
	return string(r)
}

// Validate refuses negative numbers.
func (s Seats) Validate() error {
	if s.Total < 0 {
		return siyu.Invalid("total", "is negative")
	}
	if s.Hold < 0 {
		return siyu.Invalid("hold", "is negative")
	}
	return nil
}

// Left returns how many places are free at an instant: all, less those held
// and paid. A hold that ends at the instant is free.
func (s Seats) Left(now time.Time) int {
	left := s.Total
	for _, seat := range s.Taken {
		if s.stands(seat, now) {
			left--
		}
	}
	return left
}

// Claim holds a place for a person: Held, Already or Refused. The seats it is
// called on stay as they are.
func (s Seats) Claim(user siyu.UserID, now time.Time) (Seats, Result) {
	if seat, ok := s.Taken[user]; ok && s.stands(seat, now) {
		return s, Already
	}
	if s.Left(now) <= 0 {
		return s, Refused
	}
	return s.with(user, Seat{Since: siyu.Instant(now)}), Held
}

// Pay makes a held place a person's for good: Paid, Already if it was paid,
// TooLate if the hold has ended, Refused if he never had one.
func (s Seats) Pay(user siyu.UserID, now time.Time) (Seats, Result) {
	seat, ok := s.Taken[user]
	switch {
	case !ok:
		return s, Refused
	case seat.Paid:
		return s, Already
	case !s.stands(seat, now):
		return s, TooLate
	}
	seat.Paid = true
	return s.with(user, seat), Paid
}

// Release gives a person's place back, held or paid.
func (s Seats) Release(user siyu.UserID) Seats {
	s.Taken = maps.Clone(s.Taken)
	delete(s.Taken, user)
	return s
}

// stands reports whether the place is not free at an instant.
func (s Seats) stands(seat Seat, now time.Time) bool {
	return seat.Paid || s.Hold == 0 || now.Before(seat.Since.Add(s.Hold))
}

func (s Seats) with(user siyu.UserID, seat Seat) Seats {
	taken := make(map[siyu.UserID]Seat, len(s.Taken)+1)
	maps.Copy(taken, s.Taken)
	taken[user] = seat
	s.Taken = taken
	return s
}
