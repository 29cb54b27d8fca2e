package segment

import (
	"strconv"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Period is a length of time in a definition. Its text form is a whole number
// and a unit: "30d", "12h", "90m"; a day is 24 hours. In Go it is written
// Days(30) or Period(90*time.Minute).
type Period time.Duration

// Days is n times 24 hours.
func Days(n int) Period { return Period(n) * Period(24*time.Hour) }

var periodUnits = []struct {
	suffix string
	length Period
}{
	{"w", Days(7)},
	{"d", Days(1)},
	{"h", Period(time.Hour)},
	{"ms", Period(time.Millisecond)},
	{"us", Period(time.Microsecond)},
	{"m", Period(time.Minute)},
	{"s", Period(time.Second)},
}

// ParsePeriod reads a whole number and one of the units w d h m s ms us.
func ParsePeriod(s string) (Period, error) {
	for _, u := range periodUnits {
		digits, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		p := Period(n) * u.length
		if err != nil || digits[0] == '+' || p/u.length != Period(n) {
			break
		}
		return p, nil
	}
	return 0, siyu.Invalid("period", "%q is not a whole number and a unit of w d h m s ms us", s)
}

// String writes the period in the largest unit, up to days, that it is a whole
// number of.
func (p Period) String() string {
	best := Period(1)
	suffix := "ns"
	for _, u := range periodUnits {
		if p%u.length == 0 && u.length > best && u.length <= Days(1) {
			best, suffix = u.length, u.suffix
		}
	}
	return strconv.FormatInt(int64(p/best), 10) + suffix
}

// MarshalText writes the text form; parts of a microsecond have none.
func (p Period) MarshalText() ([]byte, error) {
	if p%Period(time.Microsecond) != 0 {
		return nil, siyu.Invalid("period", "%d ns are no whole microseconds", int64(p))
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads the text form; see [ParsePeriod].
func (p *Period) UnmarshalText(text []byte) error {
	parsed, err := ParsePeriod(string(text))
	if err == nil {
		*p = parsed
	}
	return err
}

// after returns the instant a period after t.
func (p Period) after(t time.Time) time.Time { return t.Add(time.Duration(p)) }

// since returns the time from one instant to another.
func since(from, to time.Time) Period { return Period(to.Sub(from)) }

// parseDefinition reads a definition strictly and validates it.
func parseDefinition[T interface{ Validate() error }](data []byte) (T, error) {
	v, err := strictjson.Decode[T](data, 1<<20)
	if err == nil {
		err = v.Validate()
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return v, nil
}
