package invite_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/invite"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestNormal(t *testing.T) {
	for typed, want := range map[string]string{
		"HUGE2026": "HUGE2026", "ｈｕｇｅ２０２６": "HUGE2026", "hu-ge　20–26": "HUGE2026", "虎哥": "虎哥", "\ufeff虎\u200b哥\n": "虎哥",
		strings.Repeat("𠮷", invite.MaxChosen): strings.Repeat("𠮷", invite.MaxChosen), "oil": "OIL",
	} {
		if got, err := invite.Normal(typed); err != nil || got != want {
			t.Errorf("%q reads as %q, %v; want %q", typed, got, err, want)
		}
	}
	for _, wrong := range []string{
		"", "A", " - A - ", "虎", strings.Repeat("A", invite.MaxChosen+1), strings.Repeat(" ", 1<<20) + "AB", "A_B", "A.B", "AB\x00", "AB\xff",
		"НUGE", "ＡＢ＿", "ſKI", "〇〇7", "⻁哥", "⼀⼀", "虎哥\uf900", "É9",
	} {
		if got, err := invite.Normal(wrong); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%q reads as %q, %v", wrong, got, err)
		}
	}
}

func TestKeyOf(t *testing.T) {
	for typed, want := range map[string]invite.CodeKey{
		"HUGO": "HUG0", "hug0": "HUG0", "ＨＵＧｏ": "HUG0", "BILL": "B111", "b1LI": "B111", "8ILL": "8111", "虎哥": "虎哥",
	} {
		if got, err := invite.KeyOf(typed); err != nil || got != want {
			t.Errorf("%q is kept under %q, %v; want %q", typed, got, err, want)
		}
	}
	code := invite.NewCode()
	if got := must(invite.KeyOf(code)); string(got) != code {
		t.Errorf("the random code %q is kept under %q", code, got)
	}
}

// A normal form is its own, short, and reads as its key does; nothing is read
// with a fault and an answer.
func FuzzNormal(f *testing.F) {
	for _, seed := range []string{"HUGE2026", "虎哥", "ｈｕｇｅ－２０２６", "o0-iIlL1", "\u3000\ufeff\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		text, err := invite.Normal(typed)
		key, keyErr := invite.KeyOf(typed)
		if (err == nil) != (keyErr == nil) {
			t.Fatalf("%q: %v, but its key: %v", typed, err, keyErr)
		}
		if err != nil {
			if text != "" || key != "" || !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("%q reads as %q, kept under %q, with %v", typed, text, key, err)
			}
			return
		}
		if again, err := invite.Normal(text); err != nil || again != text {
			t.Fatalf("%q reads as %q, and that as %q, %v", typed, text, again, err)
		}
		if again, err := invite.KeyOf(string(key)); err != nil || again != key {
			t.Fatalf("the key %q has the key %q, %v", key, again, err)
		}
		if n := len([]rune(text)); n < invite.MinChosen || n > invite.MaxChosen || strings.ContainsAny(string(key), "OIL") {
			t.Fatalf("%q reads as %q, kept under %q", typed, text, key)
		}
		if err := siyu.CheckID("key", string(key)); err != nil {
			t.Fatal(err)
		}
	})
}

func codesAt(t testing.TB, options invite.Options) (*invite.Service, *siyu.ManualClock) {
	t.Helper()
	clock := siyu.NewManualClock(end)
	options.Clock = clock
	s, err := invite.New(memstore.New().Invites(), &options)
	if err != nil {
		t.Fatal(err)
	}
	return s, clock
}

func kol(text string) invite.Code {
	return invite.Code{Text: text, Program: "card", Inviter: "lee", Kind: invite.KOL}
}

// A code begins and ends with its window, and what was refused used nothing up.
func TestService_window(t *testing.T) {
	s, clock := codesAt(t, invite.Options{})
	code := kol("虎哥")
	code.Window, code.MaxUses = siyu.Window{Start: end, End: end.Add(time.Hour)}, 1
	must(s.Issue(t.Context(), invite.IssueRequest{Key: "i", Code: code}))
	use := invite.UseRequest{Key: "u", Typed: "虎哥", User: "ann"}
	for _, step := range []struct {
		at   time.Time
		want invite.Reason
	}{{end.Add(-1), invite.NotYet}, {end.Add(time.Hour), invite.Over}, {end, ""}, {end.Add(time.Hour - 1), ""}} {
		clock.Set(step.at)
		if r, err := s.Use(t.Context(), use); err != nil || r.Reason != step.want || r.Code.Inviter != "lee" {
			t.Errorf("at %s: %+v, %v; want %q", step.at, r, err, step.want)
		}
	}
	for at, want := range map[time.Time]invite.Reason{end.Add(-1): invite.NotYet, end: invite.UsedUp, end.Add(time.Hour): invite.Over} {
		if r, err := s.Resolve(t.Context(), "虎 哥", at); err != nil || r.Reason != want || r.Uses != 1 {
			t.Errorf("resolved at %s: %+v, %v; want %q", at, r, err, want)
		}
	}
}

func TestService_disable(t *testing.T) {
	s, _ := codesAt(t, invite.Options{})
	must(s.Issue(t.Context(), invite.IssueRequest{Key: "i", Code: kol("HUGO")}))
	must(s.Use(t.Context(), invite.UseRequest{Key: "u", Typed: "hugo", User: "ann"}))
	disable := invite.DisableRequest{Key: "d", Typed: "hug0"}
	for _, replayed := range []bool{false, true} {
		if r, err := s.Disable(t.Context(), disable); err != nil || !r.OK() || !r.Code.Disabled || r.Replayed != replayed {
			t.Errorf("%+v, %v; want replayed %v", r, err, replayed)
		}
	}
	disable.Key = "d2"
	if r, err := s.Disable(t.Context(), disable); err != nil || r.Reason != invite.Disabled {
		t.Errorf("disabled twice: %+v, %v", r, err)
	}
	if r, err := s.Use(t.Context(), invite.UseRequest{Key: "u2", Typed: "hugo", User: "bo"}); err != nil || r.Reason != invite.Disabled || r.Uses != 1 {
		t.Errorf("used: %+v, %v", r, err)
	}
	if r, err := s.Issue(t.Context(), invite.IssueRequest{Key: "i2", Code: kol("HUGO")}); err != nil || r.Reason != invite.Taken {
		t.Errorf("issued again: %+v, %v", r, err)
	}
}

// A random code is drawn again while it is taken or holds a reserved word, and
// the same request has the code of its first answer.
func TestService_random(t *testing.T) {
	drawn := []string{"AAAA", "AAAA", "XVIPX", "XV1PX", "BBBB", "CCCC"}
	s, _ := codesAt(t, invite.Options{Reserved: []string{"vip"}, Draw: func() string {
		code := drawn[0]
		drawn = drawn[1:]
		return code
	}})
	for _, step := range []struct{ key, want string }{{"a", "AAAA"}, {"b", "BBBB"}, {"b", "BBBB"}} {
		if r, err := s.Issue(t.Context(), invite.IssueRequest{Key: step.key, Code: kol("")}); err != nil || r.Code.Text != step.want {
			t.Errorf("%s: %+v, %v; want %s", step.key, r, err, step.want)
		}
	}
	always, _ := codesAt(t, invite.Options{Draw: func() string { return "AAAA" }})
	must(always.Issue(t.Context(), invite.IssueRequest{Key: "a", Code: kol("")}))
	if r, err := always.Issue(t.Context(), invite.IssueRequest{Key: "b", Code: kol("")}); err != nil || r.Reason != invite.Taken {
		t.Errorf("nothing free: %+v, %v", r, err)
	}
	usual, _ := codesAt(t, invite.Options{})
	if r, err := usual.Issue(t.Context(), invite.IssueRequest{Key: "a", Code: kol("")}); err != nil || len(r.Code.Text) != invite.CodeLength {
		t.Errorf("by default: %+v, %v", r, err)
	}
}

func TestService_refuses(t *testing.T) {
	s, _ := codesAt(t, invite.Options{})
	for field, change := range map[string]func(*invite.Code){
		"code": func(c *invite.Code) { c.Text = "A" }, "code.program": func(c *invite.Code) { c.Program = "" },
		"code.inviter": func(c *invite.Code) { c.Inviter = "" }, "code.kind": func(c *invite.Code) { c.Kind = "boss" },
		"code.channel": func(c *invite.Code) { c.Channel = "\n" }, "code.max_uses": func(c *invite.Code) { c.MaxUses = -1 },
		"code.window.end": func(c *invite.Code) { c.Window = siyu.Window{Start: end, End: end} },
		"code.disabled":   func(c *invite.Code) { c.Disabled = true },
	} {
		code := kol("HUGO")
		change(&code)
		_, err := s.Issue(t.Context(), invite.IssueRequest{Key: "i", Code: code})
		if invalid, ok := errors.AsType[*siyu.InvalidError](err); !ok || invalid.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := kol("hugo").Validate(); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("not in normal form: %v", err)
	}
	must(s.Issue(t.Context(), invite.IssueRequest{Key: "i", Code: kol("HUGO")}))
	if _, err := s.Issue(t.Context(), invite.IssueRequest{Key: "i", Code: kol("OTHER")}); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("another code under a used key: %v", err)
	}
	for typed, want := range map[string]invite.Reason{"hugo": invite.SelfReferral, "hugo2": invite.Unknown, "?": invite.Unknown} {
		if r, err := s.Use(t.Context(), invite.UseRequest{Key: "u", Typed: typed, User: "lee"}); err != nil || r.Reason != want {
			t.Errorf("%q used: %+v, %v; want %s", typed, r, err, want)
		}
	}
	for _, typed := range []string{"hugo2", "?"} {
		if r, err := s.Resolve(t.Context(), typed, end); err != nil || r.Reason != invite.Unknown {
			t.Errorf("%q resolved: %+v, %v", typed, r, err)
		}
		if _, err := s.Code(t.Context(), typed); !errors.Is(err, siyu.ErrNotFound) {
			t.Errorf("%q read: %v", typed, err)
		}
	}
	if _, err := s.Disable(t.Context(), invite.DisableRequest{Key: "d", Typed: "hugo2"}); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("an unknown code disabled: %v", err)
	}
	for name, err := range map[string]error{
		"no user":    second(s.Use(t.Context(), invite.UseRequest{Key: "u", Typed: "hugo"})),
		"no key":     second(s.Use(t.Context(), invite.UseRequest{Typed: "hugo", User: "ann"})),
		"no code":    second(s.Disable(t.Context(), invite.DisableRequest{Key: "d"})),
		"no inviter": second(s.Codes(t.Context(), "")),
		"no store":   second(invite.New(nil, nil)),
		"a mark":     second(invite.New(memstore.New().Invites(), &invite.Options{Reserved: []string{"ok", "!"}})),
	} {
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// Whatever is asked in whatever order, a code has as many uses as requests that
// counted, and never more than it may.
func TestService_countsUses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := siyu.NewManualClock(end)
		s := must(invite.New(memstore.New().Invites(), &invite.Options{Clock: clock}))
		ctx := context.Background()
		code := kol("HUGO")
		code.MaxUses, code.Window.End = rapid.Int64Range(0, 4).Draw(t, "most"), end.Add(20*time.Second)
		must(s.Issue(ctx, invite.IssueRequest{Key: "i", Code: code}))
		answered, disabled := map[string]bool{}, false
		for range rapid.IntRange(0, 20).Draw(t, "requests") {
			clock.Advance(time.Duration(rapid.IntRange(0, 2).Draw(t, "later")) * time.Second)
			if !disabled && rapid.IntRange(0, 15).Draw(t, "disable") == 0 {
				must(s.Disable(ctx, invite.DisableRequest{Key: "d", Typed: "hugo"}))
				disabled = true
			}
			key := fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "key"))
			r := must(s.Use(ctx, invite.UseRequest{Key: key, Typed: "HUGO", User: "ann"}))
			want := invite.Reason("")
			switch {
			case answered[key]:
			case disabled:
				want = invite.Disabled
			case !clock.Now().Before(code.Window.End):
				want = invite.Over
			case code.MaxUses > 0 && int64(len(answered)) == code.MaxUses:
				want = invite.UsedUp
			}
			if r.Reason != want || r.Replayed != answered[key] {
				t.Fatalf("key %s: %+v; want %q, replayed %v", key, r, want, answered[key])
			}
			if r.OK() {
				answered[key] = true
			}
			if k := must(s.Code(ctx, "hugo")); k.Uses != int64(len(answered)) {
				t.Fatalf("%d uses are counted of %d", k.Uses, len(answered))
			}
		}
	})
}

func TestReason_Text(t *testing.T) {
	for _, r := range []invite.Reason{
		invite.Reserved, invite.Taken, invite.Unknown, invite.Disabled, invite.NotYet, invite.Over, invite.UsedUp, invite.SelfReferral,
	} {
		if zh, en := r.Text(siyu.Chinese), r.Text(siyu.English); zh == "" || en == "" || zh == en || en == string(r) {
			t.Errorf("%s: %q, %q", r, zh, en)
		}
	}
}
