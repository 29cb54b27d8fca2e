package hugepage_test

import (
	"testing"

	"github.com/siyu-go/siyu/internal/hugepage"
)

func TestMake(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 1 << 19, 1<<20 + 7} {
		s := hugepage.Make[uint64](n)
		if len(s) != n {
			t.Fatalf("Make(%d) has length %d", n, len(s))
		}
		for i := range s {
			if s[i] != 0 {
				t.Fatalf("Make(%d)[%d] = %d", n, i, s[i])
			}
			s[i] = uint64(i)
		}
		for i := range s {
			if s[i] != uint64(i) {
				t.Fatalf("Make(%d)[%d] forgot its value", n, i)
			}
		}
	}
}
