package book_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/book"
	"github.com/siyu-go/siyu/examples/bank/source"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func customers(n int) []source.Customer {
	real := []source.Customer{
		{ID: "r1", Age: 30, Job: "admin.", Marital: "single", Education: "unknown", Default: "no", Housing: "yes", Loan: "no", Line: "cellular", Contacts: 2, Last: time.Date(2010, 3, 8, 10, 0, 0, 0, time.UTC)},
		{ID: "r2", Age: 40, Job: "retired", Marital: "married", Education: "unknown", Default: "no", Housing: "no", Loan: "no", Line: "telephone", Contacts: 1, Subscribed: true, Last: time.Date(2010, 3, 9, 10, 0, 0, 0, time.UTC)},
	}
	return slices.Collect(source.Generate(real, n, 1))
}

func TestImportTwiceDoublesNothing(t *testing.T) {
	var (
		ctx  = context.Background()
		file = filepath.Join(t.TempDir(), "a b?.db")
		all  = customers(25_000) // three pieces
		last string
	)
	for range 2 {
		b, err := book.Open(ctx, file, "test")
		if err != nil {
			t.Fatal(err)
		}
		imported := 0
		if err := b.ImportCustomers(ctx, slices.Values(all), func(n int) { imported += n }); err != nil {
			t.Fatal(err)
		}
		digest, err := b.Digest(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if imported != len(all) || last != "" && digest != last {
			t.Errorf("imported %d, digest %s after %s", imported, digest, last)
		}
		last = digest
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOtherRunIsRefused(t *testing.T) {
	ctx, file := context.Background(), filepath.Join(t.TempDir(), "bank.db")
	b, err := book.Open(ctx, file, "seed 1")
	if err != nil {
		t.Fatal(err)
	}
	b.Close()
	if _, err := book.Open(ctx, file, "seed 2"); !errors.Is(err, book.ErrOtherRun) {
		t.Errorf("got %v, want ErrOtherRun", err)
	}
}

func TestFailedPieceLeavesNoTrace(t *testing.T) {
	ctx := context.Background()
	b, err := book.Open(ctx, filepath.Join(t.TempDir(), "bank.db"), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	before, err := b.Digest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if _, err := b.Once(ctx, "piece", func(ctx context.Context, s *sqlstore.Store) error {
		_, err := s.Events().Append(ctx, siyu.Event{ID: "e", User: "u", Name: "n", At: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
		return errors.Join(err, broken)
	}); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	after, err := b.Digest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if before != after {
		t.Error("a failed piece left something behind")
	}
	did, err := b.Once(ctx, "piece", func(context.Context, *sqlstore.Store) error { return nil })
	if err != nil || !did {
		t.Errorf("the failed piece was not done again: %v %v", did, err)
	}
}
