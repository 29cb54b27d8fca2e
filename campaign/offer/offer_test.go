package offer_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/offer"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// Never more places are taken than there are, nobody is refused while one is
// free, and what is paid stays.
func TestSeats_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := offer.Seats{Total: rapid.IntRange(0, 4).Draw(t, "total"), Hold: time.Duration(rapid.IntRange(0, 30).Draw(t, "hold")) * time.Minute}
		now := noon
		paid := map[siyu.UserID]bool{}
		held := map[siyu.UserID]time.Time{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "minutes")) * time.Minute)
			user := siyu.UserID(fmt.Sprint("u", rapid.IntRange(0, 6).Draw(t, "user")))
			taken := len(paid)
			standing := map[siyu.UserID]bool{}
			for u, since := range held {
				if !paid[u] && (s.Hold == 0 || now.Before(since.Add(s.Hold))) {
					taken++
					standing[u] = true
				}
			}
			if left := s.Left(now); left != s.Total-taken || left < 0 {
				t.Fatalf("%d left, want %d", left, s.Total-taken)
			}
			if rapid.Bool().Draw(t, "claim") {
				next, result := s.Claim(user, now)
				want := offer.Held
				switch {
				case paid[user] || standing[user]:
					want = offer.Already
				case taken >= s.Total:
					want = offer.Refused
				default:
					held[user] = now
				}
				if result != want {
					t.Fatalf("claim: %s, want %s", result, want)
				}
				s = next
				continue
			}
			next, result := s.Pay(user, now)
			_, ever := held[user]
			want := offer.Paid
			switch {
			case paid[user]:
				want = offer.Already
			case standing[user]:
				paid[user] = true
			case ever:
				want = offer.TooLate
			default:
				want = offer.Refused
			}
			if result != want {
				t.Fatalf("pay: %s, want %s", result, want)
			}
			s = next
		}
	})
}

func TestSeats_CheckText(t *testing.T) {
	s, _ := (offer.Seats{Total: 4}).Claim("u1", noon) // 3 are left
	for text, ok := range map[string]bool{
		"最后{left}个名额":       true,
		"最后3个名额,速来":         true,
		"最后 10 个名额":         false,
		"仅剩2席":              false,
		"Only 3 left!":      true,
		"only 9 left":       false,
		"Only 9 days to go": true, // not a claim about places
		"Last 1 seats":      false,
		"最后一天":              true,
		"7天免费理财课,最后3个名额,仅剩1": false,
	} {
		err := s.CheckText(text, noon)
		if (err == nil) != ok || err != nil && !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestPrice_Validate(t *testing.T) {
	end := siyu.Window{End: noon}
	for field, p := range map[string]offer.Price{
		"percent": {Percent: 101, Window: end}, "window.end": {Percent: 50}, "window": {Percent: 50, Window: siyu.Window{Start: noon, End: noon}},
	} {
		var invalid *siyu.InvalidError
		if err := p.Validate(); !errors.As(err, &invalid) || invalid.Field[:len(field)] != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
	if _, _, err := offer.PriceAt(100, []offer.Price{{Percent: 50}}, noon); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a limited time without end: got %v", err)
	}
}

func TestLadder(t *testing.T) {
	l := offer.Ladder{Rungs: []string{"free", "trial", "full"}, CoolOff: time.Hour}
	next := func(s offer.Standing, now time.Time) string {
		rung, _ := l.Next(s, now)
		return rung
	}
	var s offer.Standing
	for _, step := range []struct {
		what      string
		got, want string
	}{
		{"at the foot", next(s, noon), "free"},
		{"a rung may be skipped", next(s.Accept("trial"), noon), "full"},
		{"at the top", next(s.Accept("full").Accept("free"), noon), ""},
		{"right after a refusal", next(s.Refuse(noon), noon.Add(time.Hour-1)), ""},
		{"when it has cooled off", next(s.Refuse(noon), noon.Add(time.Hour)), "free"},
		{"an older refusal", next(s.Refuse(noon).Refuse(noon.Add(-time.Hour)), noon.Add(time.Minute)), ""},
		{"something else was done", next(s.Accept("other"), noon), "free"},
	} {
		if step.got != step.want {
			t.Errorf("%s: got %q, want %q", step.what, step.got, step.want)
		}
	}
	if err := (offer.Ladder{Rungs: []string{"a", "a"}}).Validate(); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a rung twice: got %v", err)
	}
}

func ExampleSeats() {
	s := offer.Seats{Total: 10, Hold: 15 * time.Minute}
	s, result := s.Claim("u1", noon)
	text, err := s.Fill("最后{left}个名额", noon)
	fmt.Println(result, text, err)
	_, err = s.Fill("最后3个名额", noon)
	fmt.Println(err)
	// Output:
	// held 最后9个名额 <nil>
	// invalid left: says "3" where 9 are left; write {left}
}

func ExamplePriceAt() {
	night := offer.Price{ID: "1.8折", Percent: 18, Window: siyu.Window{Start: noon, End: noon.Add(2 * time.Hour)}}
	for _, now := range []time.Time{noon, noon.Add(2 * time.Hour)} {
		amount, id, err := offer.PriceAt(299_900, []offer.Price{night}, now)
		fmt.Println(amount.Format(siyu.CNY), id, err)
	}
	// Output:
	// 539.82 1.8折 <nil>
	// 2999.00  <nil>
}

func ExampleLadder() {
	l := offer.Ladder{Rungs: []string{"0元课", "199元课"}, CoolOff: 7 * 24 * time.Hour}
	s := offer.Standing{}.Accept("0元课").Refuse(noon)
	_, ok := l.Next(s, noon.Add(24*time.Hour))
	rung, _ := l.Next(s, noon.Add(7*24*time.Hour))
	fmt.Println(ok, rung)
	// Output: false 199元课
}
