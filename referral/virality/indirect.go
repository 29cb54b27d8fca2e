package virality

import (
	"math/big"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// Contact is an invitation that reached a person, such as a link opened or a
// share seen.
type Contact struct {
	Person siyu.UserID
	At     time.Time
}

// Conversion is a person's first order or joining, by whatever way they came.
type Conversion struct {
	Person  siyu.UserID
	At      time.Time
	Invited bool // came by the invitation itself, and is credited to an inviter
}

// Reach is how much of what invitations brought came by them, and how much came
// after them by other ways (先裂变后搜索): people who see a share, and search for the
// name a week later.
type Reach struct {
	Direct   int      // conversions by an invitation
	Indirect int      // by another way, within the window after a contact
	Other    int      // without such a contact
	Share    *big.Rat // Indirect of Direct + Indirect, nil without either
	// Low and High bound the share with 95 % confidence (Wilson's interval); 0
	// and 1 without conversions.
	Low, High float64
	// Uplift is Direct + Indirect per Direct: what the K counted from
	// invitations alone is to be multiplied by. It is nil without direct ones.
	Uplift *big.Rat
}

// Indirect returns the share of indirect effect. A contact reaches conversions
// with contact <= at < contact + window, so those after it. Nobody converts
// twice: a person who does is [siyu.ErrInvalid].
//
// Some who were reached would have come anyway, so the share is an upper bound
// of what invitations caused; only a group that is kept from seeing invitations
// tells how much.
func Indirect(contacts []Contact, conversions []Conversion, window time.Duration) (Reach, error) {
	if window <= 0 {
		return Reach{}, siyu.Invalid("window", "is not above 0")
	}
	when := make(map[siyu.UserID][]time.Time, len(conversions))
	for _, c := range conversions {
		if _, twice := when[c.Person]; twice {
			return Reach{}, siyu.Invalid("conversions", "person %q converts twice", c.Person)
		}
		when[c.Person] = nil
	}
	for _, c := range contacts {
		if list, converts := when[c.Person]; converts {
			when[c.Person] = append(list, c.At)
		}
	}
	var r Reach
	for _, c := range conversions {
		switch {
		case c.Invited:
			r.Direct++
		case touched(when[c.Person], c.At, window):
			r.Indirect++
		default:
			r.Other++
		}
	}
	r.Share = ratio(int64(r.Indirect), int64(r.Direct+r.Indirect))
	r.Low, r.High = stats.Wilson(r.Indirect, r.Direct+r.Indirect, stats.Z95)
	r.Uplift = ratio(int64(r.Direct+r.Indirect), int64(r.Direct))
	return r, nil
}

// touched reports whether one of the instants is before at by less than window.
func touched(instants []time.Time, at time.Time, window time.Duration) bool {
	for _, t := range instants {
		if !t.After(at) && at.Before(t.Add(window)) {
			return true
		}
	}
	return false
}
