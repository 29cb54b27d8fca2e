package invite_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/invite"
)

var end = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

func key(id string) invite.Key {
	return invite.Key{ID: id, Secret: []byte(strings.Repeat(id[:1], invite.MinSecret))}
}

func signer(t testing.TB, keys ...invite.Key) *invite.Signer {
	t.Helper()
	s, err := invite.NewSigner(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSigner_opensItsOwn(t *testing.T) {
	s := signer(t, key("a"))
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[^\x00-\x1f\x7f]{1,40}`)
		want := invite.Invitation{
			Program: id.Draw(t, "program"), Inviter: siyu.UserID(id.Draw(t, "inviter")), Channel: "wecom",
			ExpiresAt: time.Unix(rapid.Int64Range(1, 1<<40).Draw(t, "end"), 0).UTC(),
		}
		token, err := s.Sign(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Open(token, want.ExpiresAt.Add(-time.Microsecond)); err != nil || got != want {
			t.Fatalf("got %+v, %v; want %+v", got, err, want)
		}
		if _, err := s.Open(token, want.ExpiresAt); !errors.Is(err, invite.ErrExpired) {
			t.Fatalf("at the end: %v", err)
		}
		i := rapid.IntRange(0, len(token)-1).Draw(t, "changed")
		changed := []byte(token)
		changed[i] = "AB"[rapid.IntRange(0, 1).Draw(t, "to")]
		if string(changed) == token {
			return
		}
		if _, err := s.Open(string(changed), want.ExpiresAt.Add(-1)); !errors.Is(err, invite.ErrForged) {
			t.Fatalf("changed at %d: %v", i, err)
		}
	})
}

func TestSigner_rotation(t *testing.T) {
	i := invite.Invitation{Program: "p", Inviter: "lee", ExpiresAt: end}
	token, err := signer(t, key("old")).Sign(i)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signer(t, key("new"), key("old")).Open(token, end.Add(-1)); err != nil {
		t.Errorf("old key still there: %v", err)
	}
	if _, err := signer(t, key("new")).Open(token, end.Add(-1)); !errors.Is(err, invite.ErrForged) {
		t.Errorf("old key gone: %v", err)
	}
	imposter := invite.Key{ID: "old", Secret: []byte(strings.Repeat("x", invite.MinSecret))}
	if _, err := signer(t, imposter).Open(token, end.Add(-1)); !errors.Is(err, invite.ErrForged) {
		t.Errorf("another secret under the same id: %v", err)
	}
}

func TestNewSigner_refuses(t *testing.T) {
	for name, keys := range map[string][]invite.Key{
		"no keys": nil, "a short secret": {{ID: "a", Secret: []byte("short")}}, "no id": {{Secret: key("a").Secret}}, "one id twice": {key("a"), key("a")},
	} {
		if _, err := invite.NewSigner(keys...); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := signer(t, key("a"))
	for name, i := range map[string]invite.Invitation{
		"no program": {Inviter: "a", ExpiresAt: end}, "no inviter": {Program: "p", ExpiresAt: end}, "no end": {Program: "p", Inviter: "a"},
	} {
		if _, err := s.Sign(i); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzSigner_Open(f *testing.F) {
	s, err := invite.NewSigner(key("a"))
	if err != nil {
		f.Fatal(err)
	}
	token, err := s.Sign(invite.Invitation{Program: "p", Inviter: "lee", ExpiresAt: end})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Add("")
	f.Fuzz(func(t *testing.T, other string) {
		if i, err := s.Open(other, end.Add(-1)); err == nil && other != token {
			t.Errorf("%q opens as %+v", other, i)
		}
	})
}

func TestCode(t *testing.T) {
	const all = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	seen := map[string]bool{}
	for range 200 {
		code := invite.NewCode()
		if seen[code] || len(code) != invite.CodeLength {
			t.Fatalf("code %q", code)
		}
		seen[code] = true
		typed := strings.ToLower(code[:4]) + "-" + strings.ReplaceAll(code[4:8], "0", "o") + " " + strings.ReplaceAll(code[8:], "1", "l")
		if got, err := invite.ParseCode(typed); err != nil || got != code {
			t.Fatalf("%q reads as %q, %v", typed, got, err)
		}
		for i := range code {
			for _, c := range all {
				wrong := code[:i] + string(c) + code[i+1:]
				if _, err := invite.ParseCode(wrong); (err == nil) != (wrong == code) {
					t.Fatalf("%q for %q: %v", wrong, code, err)
				}
			}
			if i == 0 || code[i] == code[i-1] || code[i-1:i+1] == "0Z" || code[i-1:i+1] == "Z0" {
				continue
			}
			if swapped := code[:i-1] + code[i:i+1] + code[i-1:i] + code[i+1:]; swapped != code {
				if _, err := invite.ParseCode(swapped); err == nil {
					t.Fatalf("%q for %q", swapped, code)
				}
			}
		}
	}
	for _, wrong := range []string{"", "ABC", strings.Repeat("0", 100), "UUUUUUUUUUUU", "码码码码码码码码码码码码"} {
		if _, err := invite.ParseCode(wrong); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
