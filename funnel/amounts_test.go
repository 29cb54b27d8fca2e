package funnel_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// Groups add up to what was given, whichever event is in which, and a lift is
// that of the means.
func TestRunAmounts_sums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []siyu.Event
		type group struct {
			users map[siyu.UserID]bool
			n     int
			sum   int64
		}
		want := map[string]*group{}
		for i := range rapid.IntRange(0, 30).Draw(t, "events") {
			user := siyu.UserID(fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "user")))
			in := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "group")
			n := rapid.Int64Range(-5, 1e12).Draw(t, "amount")
			events = append(events, did(user, "watched", epoch.Add(time.Duration(i)*time.Second), "group", in, "seconds", strconv.FormatInt(n, 10)))
			if want[in] == nil {
				want[in] = &group{users: map[siyu.UserID]bool{}}
			}
			want[in].users[user] = true
			want[in].n++
			want[in].sum += n
		}
		q := funnel.Amounts{Event: funnel.Step{Event: "watched"}, Of: "seconds", By: funnel.Dimension{Prop: "group"}}
		rows, err := funnel.RunAmounts(newLog(t, events), q)
		if err != nil || len(rows) != len(want) {
			t.Fatalf("%d rows, want %d, %v", len(rows), len(want), err)
		}
		for _, r := range rows {
			w := want[r.Value]
			if r.Users != len(w.users) || r.Events != w.n || r.Sum != w.sum || r.Mean != float64(w.sum)/float64(len(w.users)) {
				t.Fatalf("got %+v, want %+v", r, w)
			}
		}
		if len(rows) == 2 && rows[0].Sum != 0 && rows[1].Sum != 0 {
			if got, want := rows[0].Lift, rows[0].Mean/rows[1].Mean-1; got != want {
				t.Fatalf("lift %g, want %g", got, want)
			}
		}
	})
}

func TestRunAmounts_refuses(t *testing.T) {
	q := funnel.Amounts{Event: funnel.Step{Event: "watched"}, Of: "seconds", By: funnel.Dimension{Prop: "group"}}
	long := newLog(t, []siyu.Event{did("u", "watched", epoch, "seconds", "1 min")})
	if _, err := funnel.RunAmounts(long, q); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no number: got %v", err)
	}
	most := strconv.FormatInt(1<<62, 10)
	huge := newLog(t, []siyu.Event{did("u", "watched", epoch, "seconds", most), did("w", "watched", epoch, "seconds", most)})
	if _, err := funnel.RunAmounts(huge, q); !errors.Is(err, siyu.ErrOverflow) {
		t.Errorf("too much: got %v", err)
	}
	if _, err := funnel.RunAmounts(huge, funnel.Amounts{Of: "seconds"}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no event: got %v", err)
	}
}
