package coupon_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

func TestCodeShape_Generate(t *testing.T) {
	shape := coupon.CodeShape{Length: 10, Prefix: "VIP-", Check: true}
	codes, err := shape.Generate(2000)
	if err != nil {
		t.Fatal(err)
	}
	seen, letters := map[string]bool{}, map[byte]int{}
	for _, code := range codes {
		if seen[code] || !shape.Valid(code) || len(code) != 15 {
			t.Fatalf("code %q", code)
		}
		seen[code] = true
		for i := 4; i < 14; i++ {
			letters[code[i]]++
		}
	}
	for i := range len(coupon.Readable) { // 625 expected, 6 sigma
		if n := letters[coupon.Readable[i]]; n < 475 || n > 775 {
			t.Errorf("%c comes %d times in 20,000", coupon.Readable[i], n)
		}
	}
}

func TestCodeShape_refuses(t *testing.T) {
	for name, s := range map[string]coupon.CodeShape{
		"no length":    {},
		"long":         {Length: 65},
		"one letter":   {Length: 4, Alphabet: "A"},
		"twice":        {Length: 4, Alphabet: "ABA"},
		"space":        {Length: 4, Alphabet: "AB "},
		"not ASCII":    {Length: 4, Alphabet: "满减"},
		"odd alphabet": {Length: 4, Alphabet: "ABC", Check: true},
		"fill":         {Length: 4, MaxFill: 10_001},
		"issued":       {Length: 4, Issued: -1},
	} {
		if _, err := s.Generate(1); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var refusal *coupon.Refusal
	shape := coupon.CodeShape{Length: 2, Alphabet: "01", Issued: 1}
	if _, err := shape.Generate(1); err != nil {
		t.Error(err)
	}
	if _, err := shape.Generate(2); !errors.As(err, &refusal) || refusal.Reason != coupon.CodeSpace {
		t.Errorf("3 of 4: %v", err)
	}
}

// The check character finds every wrong character and nearly every swap.
func TestCodeShape_checkCharacter(t *testing.T) {
	shape := coupon.CodeShape{Length: 6, Check: true}
	codes, err := shape.Generate(50)
	if err != nil {
		t.Fatal(err)
	}
	swaps, missed := 0, 0
	for _, code := range codes {
		for i := range len(code) {
			for j := range len(coupon.Readable) {
				wrong := code[:i] + coupon.Readable[j:j+1] + code[i+1:]
				if wrong != code && shape.Valid(wrong) {
					t.Fatalf("%s passes for %s", wrong, code)
				}
			}
			if i > 0 && code[i] != code[i-1] {
				swaps++
				if shape.Valid(code[:i-1] + string(code[i]) + string(code[i-1]) + code[i+1:]) {
					missed++
				}
			}
		}
	}
	if missed*10 > swaps {
		t.Errorf("missed %d of %d swaps", missed, swaps)
	}
}

func TestNormalize(t *testing.T) {
	for _, tt := range []struct{ typed, want string }{
		{" 10Off ", "10OFF"},
		{"１０ｏｆｆ", "10OFF"},
		{"　SAVE　", "SAVE"},
		{"sa\u200bve", "SAVE"},
		{"SAVE1O", "SAVE1O"},
		{"满减", "满减"},
	} {
		if got := coupon.Normalize(tt.typed); got != tt.want || coupon.Normalize(got) != got {
			t.Errorf("Normalize(%q) = %q, want %q", tt.typed, got, tt.want)
		}
	}
}

func TestCodeShape_Match(t *testing.T) {
	digits := coupon.CodeShape{Length: 4, Alphabet: "0123456789", Prefix: "OIL"}
	if got, ok := digits.Match(" oilO1i5 "); !ok || got != "OIL0115" {
		t.Errorf("got %q, %t", got, ok)
	}
	if got, ok := digits.Match("OIL01X5"); ok {
		t.Errorf("got %q", got)
	}
	both := coupon.CodeShape{Length: 2, Alphabet: "0O1I"}
	if got, ok := both.Match("O0"); !ok || got != "O0" {
		t.Errorf("got %q, %t: an alphabet with both keeps them apart", got, ok)
	}
}

func FuzzCodes(f *testing.F) {
	f.Add("ＶＩＰ-abc", "VIP-")
	f.Add("", "")
	f.Add("İıſß", "x")
	f.Fuzz(func(t *testing.T, typed, prefix string) {
		n := coupon.Normalize(typed)
		if coupon.Normalize(n) != n {
			t.Fatalf("%q becomes %q becomes %q", typed, n, coupon.Normalize(n))
		}
		shape := coupon.CodeShape{Length: 4, Prefix: prefix, Check: true}
		if code, ok := shape.Match(typed); ok && (!shape.Valid(code) || !strings.HasPrefix(code, prefix)) {
			t.Fatalf("%q matches as %q", typed, code)
		}
	})
}
