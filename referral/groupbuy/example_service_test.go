package groupbuy_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/groupbuy"
	"github.com/siyu-go/siyu/store/memstore"
)

// Three together pay less: the third completes the group, a fourth is too late,
// and who sends a request again gets the same answer.
func ExampleService() {
	ctx, clock := context.Background(), siyu.NewManualClock(noon)
	terms := groupbuy.Terms{Size: 3, Duration: 24 * 3600, LeaderReward: 5_00, MemberReward: 2_00}
	groups, err := groupbuy.New(memstore.New().GroupBuys(), terms, &groupbuy.Options{Clock: clock})
	if err != nil {
		panic(err)
	}
	if _, err := groups.Open(ctx, groupbuy.Request{Key: "o", Group: "g1", Person: "lee"}); err != nil {
		panic(err)
	}
	for _, r := range []groupbuy.Request{{"a", "g1", "ann"}, {"b", "g1", "bo"}, {"b", "g1", "bo"}, {"c", "g1", "cy"}} {
		result, err := groups.Join(ctx, r)
		fmt.Println(r.Person, result.State, result.Missing, result.Moved, result.Reason, result.Replayed, err)
	}
	// Output:
	// ann open 1 []  false <nil>
	// bo success 0 [{lee 500} {ann 200} {bo 200}]  false <nil>
	// bo success 0 [{lee 500} {ann 200} {bo 200}]  true <nil>
	// cy success 0 [] GROUP_FULL false <nil>
}

// A group keeps to the terms that it was opened under.
func TestService_termsOfTheOpening(t *testing.T) {
	store, clock := memstore.New(), siyu.NewManualClock(noon)
	service := func(size int, seconds int64) *groupbuy.Service {
		s, err := groupbuy.New(store.GroupBuys(), groupbuy.Terms{Size: size, Duration: seconds}, &groupbuy.Options{Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if _, err := service(2, 60).Open(t.Context(), groupbuy.Request{Key: "o", Group: "g", Person: "lee"}); err != nil {
		t.Fatal(err)
	}
	later := service(9, 9999)
	clock.Set(noon.Add(time.Minute))
	if g, err := later.Group(t.Context(), "g"); err != nil || g.State != groupbuy.Failed {
		t.Errorf("at its deadline the group is %+v, %v", g, err)
	}
	if r, err := later.Join(t.Context(), groupbuy.Request{Key: "j", Group: "g", Person: "ann"}); err != nil || r.Reason != groupbuy.Expired || r.State != groupbuy.Failed {
		t.Errorf("at its deadline a join is %+v, %v", r, err)
	}
	clock.Set(noon.Add(time.Minute - 1))
	if r, err := later.Join(t.Context(), groupbuy.Request{Key: "j", Group: "g", Person: "ann"}); err != nil || r.State != groupbuy.Success {
		t.Errorf("just before, of two: %+v, %v", r, err)
	}
}

func TestService_refuses(t *testing.T) {
	if _, err := groupbuy.New(nil, groupbuy.Terms{Size: 2, Duration: 1}, nil); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no store: %v", err)
	}
	if _, err := groupbuy.New(memstore.New().GroupBuys(), groupbuy.Terms{}, nil); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no terms: %v", err)
	}
	s, err := groupbuy.New(memstore.New().GroupBuys(), groupbuy.Terms{Size: 2, Duration: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []groupbuy.Request{{Group: "g", Person: "p"}, {Key: "k", Person: "p"}, {Key: "k", Group: "g"}} {
		if _, err := s.Join(t.Context(), r); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if _, err := s.Join(t.Context(), groupbuy.Request{Key: "k", Group: "g", Person: "p"}); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("an unknown group: %v", err)
	}
	if _, err := s.Open(t.Context(), groupbuy.Request{Key: "k", Group: "g", Person: "p"}); err != nil {
		t.Errorf("the key of what failed is unused: %v", err)
	}
}

func TestParseTerms(t *testing.T) {
	if terms, err := groupbuy.ParseTerms([]byte(`{"size": 3, "duration_seconds": 60}`)); err != nil || terms.Size != 3 {
		t.Errorf("%+v, %v", terms, err)
	}
	for _, bad := range []string{`{"size": 3, "duration_seconds": 60, "seats": 1}`, `{"size": 0, "duration_seconds": 60}`, `{} {}`, ``} {
		if _, err := groupbuy.ParseTerms([]byte(bad)); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
