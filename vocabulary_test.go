package siyu_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
)

func TestCurrency(t *testing.T) {
	for code, want := range map[siyu.Currency]int{"CNY": 2, "JPY": 0, "KWD": 3, "CLF": 4, "ZWG": 2, "AED": 2, "XPF": 0} {
		if got, err := code.Exponent(); got != want || err != nil {
			t.Errorf("%s.Exponent() = %d, %v; want %d", code, got, err, want)
		}
	}
	for _, code := range []string{"", "CN", "XXX", "NY ", " CN", "D A", "CNYJ", "D AFN"} {
		if _, err := siyu.ParseCurrency(code); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("ParseCurrency(%q): err = %v, want ErrInvalid", code, err)
		}
	}
	var c siyu.Currency
	if err := json.Unmarshal([]byte(`"cny"`), &c); err != nil || c != siyu.CNY {
		t.Errorf("cny = %q, %v", c, err)
	}
}

func TestRoundingText(t *testing.T) {
	for r := siyu.HalfUp; r <= siyu.Ceil; r++ {
		text, err := r.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back siyu.Rounding
		if err := back.UnmarshalText(text); err != nil || back != r || string(text) != r.String() {
			t.Errorf("%q = %v, %v; want %v", text, back, err, r)
		}
	}
	if _, err := siyu.Rounding(5).MarshalText(); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("mode 5: err = %v", err)
	}
	var r siyu.Rounding
	if err := r.UnmarshalText([]byte("bankers")); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("bankers: err = %v", err)
	}
}

func TestWindow(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC) }
	w := siyu.Window{Start: at(9), End: at(17)}
	for hour, want := range map[int]bool{8: false, 9: true, 16: true, 17: false} {
		if got := w.Contains(at(hour)); got != want {
			t.Errorf("[9, 17) contains %d: %t", hour, got)
		}
	}
	if !(siyu.Window{}).Contains(at(0)) || !(siyu.Window{Start: at(9)}).Contains(at(23)) || !(siyu.Window{End: at(9)}).Contains(at(0)) {
		t.Error("an open side keeps an instant out")
	}
	if err := w.Validate(); err != nil {
		t.Error(err)
	}
	for _, bad := range []siyu.Window{{Start: at(9), End: at(9)}, {Start: at(9), End: at(8)}} {
		if err := bad.Validate(); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%v: err = %v, want ErrInvalid", bad, err)
		}
	}
	data, _ := json.Marshal(siyu.Window{Start: at(9)})
	if string(data) != `{"start":"2026-01-01T09:00:00Z"}` {
		t.Errorf("JSON = %s", data)
	}
}

func TestEventValidate(t *testing.T) {
	good := siyu.Event{ID: "e", User: "u", Name: "n", At: time.Unix(0, 0)}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	many := make(map[string]string)
	for i := range siyu.MaxProps + 1 {
		many[fmt.Sprint(i)] = ""
	}
	long := strings.Repeat("x", siyu.MaxID+1)
	tests := []struct {
		field string
		edit  func(*siyu.Event)
	}{
		{"id", func(e *siyu.Event) { e.ID = "" }},
		{"id", func(e *siyu.Event) { e.ID = siyu.EventID(long) }},
		{"user", func(e *siyu.Event) { e.User = "a\x00b" }},
		{"user", func(e *siyu.Event) { e.User = "\xff" }},
		{"name", func(e *siyu.Event) { e.Name = "" }},
		{"at", func(e *siyu.Event) { e.At = time.Time{} }},
		{"channel", func(e *siyu.Event) { e.Channel = long }},
		{"domain", func(e *siyu.Event) { e.Domain = "secret" }},
		{"props", func(e *siyu.Event) { e.Props = many }},
		{"props key", func(e *siyu.Event) { e.Props = map[string]string{"": "x"} }},
		{"props.k", func(e *siyu.Event) { e.Props = map[string]string{"k": strings.Repeat("x", siyu.MaxProp+1)} }},
	}
	for _, tt := range tests {
		e := good
		tt.edit(&e)
		var invalid *siyu.InvalidError
		if err := e.Validate(); !errors.As(err, &invalid) || invalid.Field != tt.field || !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("err = %v, want invalid %s", err, tt.field)
		}
	}
}

func TestWithin(t *testing.T) {
	err := siyu.Within("tiers[2]", siyu.Invalid("at", "must be positive"))
	if got := siyu.Within("promo", err).Error(); got != "invalid promo.tiers[2].at: must be positive" {
		t.Errorf("got %q", got)
	}
	if got := siyu.Within("list", siyu.Invalid("[3]", "is empty")).Error(); got != "invalid list[3]: is empty" {
		t.Errorf("got %q", got)
	}
	if got := siyu.Within("list", siyu.Invalid("", "is empty")).Error(); got != "invalid list: is empty" {
		t.Errorf("got %q", got)
	}
	if err := siyu.Within("file", io.EOF); !errors.Is(err, io.EOF) || siyu.Within("x", nil) != nil {
		t.Errorf("err = %v", err)
	}
}

func TestCall(t *testing.T) {
	type args struct{ N int }
	first, err := siyu.NewCall("op", "key", args{1})
	if err != nil {
		t.Fatal(err)
	}
	same, _ := siyu.NewCall("op", "key", args{1})
	other, _ := siyu.NewCall("op", "key", args{2})
	if err := same.Match(first); err != nil {
		t.Error(err)
	}
	if err := other.Match(first); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("err = %v, want ErrConflict", err)
	}
	if _, err := siyu.NewCall("op", "", args{1}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no key: err = %v", err)
	}
	if _, err := siyu.NewCall("op", "key", func() {}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no JSON form: err = %v", err)
	}
}

func TestManualClock(t *testing.T) {
	start := time.Date(2026, 1, 1, 8, 0, 0, 1999, time.FixedZone("", 8*3600))
	c := siyu.NewManualClock(start)
	if got := c.Now(); got != time.Date(2026, 1, 1, 0, 0, 0, 1000, time.UTC) {
		t.Errorf("Now = %v, want UTC in microseconds", got)
	}
	c.Advance(time.Hour)
	c.Set(c.Now().Add(time.Minute))
	if got := c.Now().Sub(siyu.Instant(start)); got != time.Hour+time.Minute {
		t.Errorf("moved by %v", got)
	}
	if siyu.ClockOr(c) != siyu.Clock(c) || siyu.ClockOr(nil) != siyu.Clock(siyu.SystemClock{}) {
		t.Error("ClockOr picked the other clock")
	}
	before := time.Now().Add(-time.Second)
	if now := (siyu.SystemClock{}).Now(); now.Before(before) || now.Location() != time.UTC {
		t.Errorf("SystemClock.Now = %v", now)
	}
}

func TestTextIn(t *testing.T) {
	text := siyu.Text{ZH: "已抢光", EN: "sold out"}
	if text.In(siyu.Chinese) != "已抢光" || text.In(siyu.English) != "sold out" || text.In("fr") != "sold out" {
		t.Error("wrong language")
	}
}
