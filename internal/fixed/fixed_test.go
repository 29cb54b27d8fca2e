package fixed_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu/internal/fixed"
)

// Parse, Add, Sub and Cmp agree with rational arithmetic.
func TestNum_agreesWithRational(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`-?[0-9]{1,18}(\.[0-9]{1,9})?`)
	rapid.Check(t, func(t *rapid.T) {
		sum, want := fixed.Num{}, new(big.Rat)
		for _, s := range rapid.SliceOfN(text, 1, 8).Draw(t, "numbers") {
			n, ok := fixed.Parse(s)
			if !ok {
				t.Fatalf("%q is refused", s)
			}
			r, _ := new(big.Rat).SetString(s)
			if rapid.Bool().Draw(t, "subtract") {
				sum, want = sum.Sub(n), want.Sub(want, r)
			} else {
				sum, want = sum.Add(n), want.Add(want, r)
			}
			other, _ := fixed.Parse(s)
			if got := sum.Cmp(other); got != want.Cmp(r) {
				t.Fatalf("comparison with %s: got %d, want %d", s, got, want.Cmp(r))
			}
		}
	})
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "-", ".", "1.", ".5", "1e3", "+1", " 1", "1 ", "0x1", "1_0", "NaN", "1234567890123456789", "0.1234567891", "--1", "1.-5", "٣"} {
		if n, ok := fixed.Parse(s); ok {
			t.Errorf("%q is read as %v", s, n)
		}
	}
}

func TestInt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n    int64
		text string
	}{{0, "0"}, {-1, "-1"}, {999999999999999999, "999999999999999999"}, {-42, "-42.000"}} {
		if got, _ := fixed.Parse(tt.text); got != fixed.Int(tt.n) {
			t.Errorf("%d is %v, %q is %v", tt.n, fixed.Int(tt.n), tt.text, got)
		}
	}
	if least := fixed.Int(-1 << 63); least.Cmp(fixed.Int(-1<<63+1)) != -1 || least.Cmp(fixed.Num{}) != -1 {
		t.Error("the least integer is not below the next and 0")
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"1.50": "1.5", "-0": "0", "007": "7", "0.0": "0", "-2.0": "-2", "1e3": "1e3", "0.5": "0.5"} {
		if got := fixed.Canonical(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestNum_Floor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		n     int64
		whole bool
	}{
		"0": {0, true}, "1.5": {1, false}, "-1.5": {-2, false}, "-2": {-2, true}, "0.000000001": {0, false},
		"-0.000000001": {-1, false}, "999999999999999999": {999999999999999999, true},
	} {
		num, _ := fixed.Parse(text)
		if n, whole := num.Floor(); n != want.n || whole != want.whole {
			t.Errorf("%s: got %d %v", text, n, whole)
		}
	}
	if n, whole := fixed.Int(-1 << 63).Floor(); n != -1<<63 || !whole {
		t.Errorf("the least integer: got %d %v", n, whole)
	}
}
