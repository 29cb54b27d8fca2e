package sqlstore_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func happened(id string) siyu.Event {
	return siyu.Event{ID: siyu.EventID(id), User: "u", Name: "n", At: time.Unix(1, 0)}
}

func follow(t *testing.T, s *sqlstore.Store, after int64) *sqlstore.Follower {
	t.Helper()
	f, err := s.Follow(after)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// next returns the ids of the next events.
func next(t *testing.T, f *sqlstore.Follower) string {
	t.Helper()
	list, err := f.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range list {
		ids = append(ids, string(e.ID))
	}
	return strings.Join(ids, " ")
}

// An event waits for the transaction that holds a lower number, however that
// ends, and for no younger one.
func TestFollower_waitsForLowerNumbers(t *testing.T) {
	onEachServer(t, func(t *testing.T, s *sqlstore.Store, db *sql.DB) {
		ctx := t.Context()
		begin := func(id string) *sql.Tx {
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.WithTx(tx).Events().Append(ctx, happened(id)); err != nil {
				t.Fatal(err)
			}
			return tx
		}
		add := func(s *sqlstore.Store, id string) {
			if _, err := s.Events().Append(ctx, happened(id)); err != nil {
				t.Fatal(err)
			}
		}
		for _, commit := range []bool{true, false} {
			s := s.Tenant(fmt.Sprint(commit))
			f := follow(t, s, 0)
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.WithTx(tx).Events().Append(ctx, happened("a")); err != nil {
				t.Fatal(err)
			}
			add(s, "b")
			add(s.Tenant("other"), "x")
			if got := next(t, f); got != "" {
				t.Errorf("commit %t: %q before a has ended", commit, got)
			}
			younger := begin("y")
			end, want := tx.Rollback, "b"
			if commit {
				end, want = tx.Commit, "a b"
			}
			if err := end(); err != nil {
				t.Fatal(err)
			}
			// On PostgreSQL and MySQL alike: y began after b was seen.
			if got := next(t, f); got != want {
				t.Errorf("commit %t: %q, want %q", commit, got, want)
			}
			if err := younger.Rollback(); err != nil {
				t.Fatal(err)
			}
			add(s, "c")
			if got := next(t, f); got != "c" {
				t.Errorf("commit %t: %q, want c", commit, got)
			}
			if got := next(t, f); got != "" {
				t.Errorf("commit %t: %q at the end", commit, got)
			}
			if got := next(t, follow(t, s, 0)); got != want+" c" {
				t.Errorf("commit %t: %q from the beginning", commit, got)
			}
		}
	})
}

// Whoever handles events while many transactions write, hold on to what they
// wrote and end in any order, has handled all of them, each once and in order.
func TestFollower_missesNothing(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, s *sqlstore.Store, _ *sql.DB) {
		const writers, rounds = 8, 25
		ctx := t.Context()
		var all sync.WaitGroup
		relay := make(chan struct{}, 1) // a transaction that has written waits for another to pass by
		for w := range writers {
			all.Go(func() {
				random := rand.New(rand.NewPCG(uint64(w), 0))
				for n := range rounds {
					err := s.InTx(ctx, func(s *sqlstore.Store) error {
						for k := range 1 + random.IntN(3) {
							if _, err := s.Events().Append(ctx, happened(fmt.Sprintf("%d-%d-%d", w, n, k)), happened(fmt.Sprintf("%d-%d-%d-more", w, n, k))); err != nil {
								return err
							}
						}
						if random.IntN(2) == 0 {
							select {
							case <-relay:
							case relay <- struct{}{}:
							}
						}
						if random.IntN(5) == 0 {
							return errGivenUp
						}
						return nil
					})
					if err != nil && !errors.Is(err, errGivenUp) {
						t.Error(err)
					}
				}
			})
		}
		ended := make(chan struct{})
		go func() { all.Wait(); close(ended) }()

		var followed []siyu.LoggedEvent
		f := follow(t, s, 0)
		for last := false; !last; {
			select {
			case <-ended:
				last = true // once more, for the end
			default:
			}
			for range 2 { // the second settles what the first saw
				list, err := f.Next(ctx)
				if err != nil {
					t.Fatal(err)
				}
				followed = append(followed, list...)
			}
			if len(followed)%7 == 3 { // a new process goes on from the last
				f = follow(t, s, followed[len(followed)-1].Seq)
			}
		}
		var logged []siyu.LoggedEvent
		for e, err := range s.Events().Events(ctx, 0) {
			if err != nil {
				t.Fatal(err)
			}
			logged = append(logged, e)
		}
		same := slices.EqualFunc(followed, logged, func(a, b siyu.LoggedEvent) bool { return a.Seq == b.Seq && a.Equal(b.Event) })
		if !same || len(logged) < writers*rounds {
			t.Errorf("followed %d of %d events", len(followed), len(logged))
		}
	})
}

var errGivenUp = errors.New("given up")

func TestFollow_refusesTransactions(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, s *sqlstore.Store, _ *sql.DB) {
		err := s.InTx(t.Context(), func(s *sqlstore.Store) error {
			_, err := s.Follow(0)
			return err
		})
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("err = %v", err)
		}
	})
}
