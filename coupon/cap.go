package coupon

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// Cap limits a count of claims or an amount of money within each hour, day,
// week or month of a calendar, for all together or for each user.
type Cap struct {
	Limit    int64  `json:"limit"`
	Per      Period `json:"per"`
	EachUser bool   `json:"each_user,omitempty"`
	Zone     string `json:"zone,omitempty"` // whose calendar; empty: UTC
}

// MaxCaps is how many caps a batch or a budget may have.
const MaxCaps = 16

// Period is the length of a cap's period.
type Period string

// The periods; weeks begin on Monday.
const (
	PerHour  Period = "hour"
	PerDay   Period = "day"
	PerWeek  Period = "week"
	PerMonth Period = "month"
)

func validateCaps(field string, caps []Cap) error {
	if len(caps) > MaxCaps {
		return siyu.Invalid(field, "are %d, the limit is %d", len(caps), MaxCaps)
	}
	for i, c := range caps {
		path := fmt.Sprintf("%s[%d]", field, i)
		same := func(d Cap) bool { return d.Per == c.Per && d.Zone == c.Zone && d.EachUser == c.EachUser }
		if j := slices.IndexFunc(caps[:i], same); j >= 0 {
			return siyu.Invalid(path, "has the period of %s[%d]", field, j)
		}
		if c.Limit < 0 {
			return siyu.Invalid(path+".limit", "is negative")
		}
		if !calendar.Unit(c.Per).Valid() {
			return siyu.Invalid(path+".per", "%q is none of hour, day, week, month", string(c.Per))
		}
		if _, err := c.location(); err != nil {
			return siyu.Invalid(path+".zone", "%q is not known", c.Zone)
		}
	}
	return nil
}

func (c Cap) location() (*time.Location, error) {
	if c.Zone == "Local" {
		return nil, siyu.Invalid("zone", "depends on the machine")
	}
	return time.LoadLocation(c.Zone)
}

// tally names the counter of the cap's present period, and tells when the next
// one begins.
func (c Cap) tally(kind, id string, user siyu.UserID, now time.Time) (key string, next time.Time, err error) {
	loc, err := c.location()
	if err != nil {
		return "", time.Time{}, siyu.Invalid("zone", "%q is not known", c.Zone)
	}
	if !c.EachUser {
		user = ""
	}
	unit := calendar.Unit(c.Per)
	start := unit.Start(now, loc, time.Monday)
	return tallyKey(kind, id, string(c.Per), c.Zone, start.Format(time.RFC3339), string(user)),
		unit.Add(now, 1, loc, time.Monday), nil
}

// tallyKey names a counter in a store. Keys have one length, whatever the ids.
func tallyKey(parts ...string) string { return shortID(parts...) }

// shortID names a list of texts by 192 bits of its SHA-256, in 32 characters of
// base64url: short, since every claim keeps such names in half a dozen indexes.
func shortID(parts ...string) string {
	sum := hash(parts)
	return base64.RawURLEncoding.EncodeToString(sum[:24])
}

// digest is the SHA-256 of a list of texts, in hex.
func digest(parts ...string) string {
	sum := hash(parts)
	return hex.EncodeToString(sum[:])
}

// hash tells lists apart by the length before each text.
func hash(parts []string) [sha256.Size]byte {
	var room [256]byte
	text := room[:0]
	for _, p := range parts {
		text = strconv.AppendInt(text, int64(len(p)), 10)
		text = append(append(text, ':'), p...)
	}
	return sha256.Sum256(text)
}
