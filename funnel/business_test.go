package funnel_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

func purchase(user siyu.UserID, n int, at time.Time, value siyu.Money) siyu.Event {
	return siyu.Event{ID: siyu.EventID(fmt.Sprint(user, n)), User: user, Name: "order", At: at, Value: value}
}

// Who comes back to buy, how soon, and what the buyers of a month are worth.
func ExampleRunPurchases() {
	day := func(month time.Month, n int) time.Time { return time.Date(2026, month, n, 0, 0, 0, 0, time.UTC) }
	log, err := funnel.NewLog(funnel.FromSlice([]siyu.Event{
		purchase("li", 1, day(1, 5), 10_000), purchase("li", 2, day(1, 15), 20_000), purchase("li", 3, day(3, 1), 5_000),
		purchase("wang", 1, day(1, 20), 30_000),
		purchase("zhao", 1, day(2, 2), 8_000), purchase("zhao", 2, day(2, 22), 2_000),
		{ID: "v", User: "sun", Name: "visit", At: day(2, 2)},
	}), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := funnel.RunPurchases(log, funnel.Purchases{Event: funnel.Step{Event: "order"}, Nth: 3, Interval: funnel.Month})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d buyers, %.0f %% again, %.0f days between, ARPU %d, per buyer %d\n",
		r.Buyers, 100*r.Repeat.Share, r.Interval.Median/86400, r.ARPU, r.ARPPU)
	for _, n := range r.Nth {
		fmt.Printf("purchase %d: %d users, %d per buyer\n", n.N, n.Users, n.Mean)
	}
	for _, c := range r.Cohorts {
		fmt.Println(c.Label, c.Buyers, c.Cumulative)
	}
	// Output:
	// 3 buyers, 67 % again, 20 days between, ARPU 18750, per buyer 25000
	// purchase 1: 3 users, 16000 per buyer
	// purchase 2: 2 users, 7333 per buyer
	// purchase 3: 1 users, 1667 per buyer
	// 2026-01-01 2 [60000 60000 65000]
	// 2026-02-01 1 [10000]
}

// Every way of adding the same money up gives the same sum.
func TestRunPurchases_sums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []siyu.Event
		total := siyu.Money(0)
		for i := range rapid.IntRange(0, 30).Draw(t, "purchases") {
			value := siyu.Money(rapid.Int64Range(-100, 1e9).Draw(t, "value"))
			total += value
			user := siyu.UserID(fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "user")))
			events = append(events, purchase(user, i, epoch.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "hour"))*time.Hour), value))
		}
		q := funnel.Purchases{Event: funnel.Step{Any: true}, Nth: rapid.IntRange(1, 5).Draw(t, "nth"), Interval: funnel.Week}
		r, err := funnel.RunPurchases(newLog(t, events), q)
		if err != nil {
			t.Fatal(err)
		}
		nth, cohorts, buyers := siyu.Money(0), siyu.Money(0), 0
		for _, n := range r.Nth {
			nth += n.Value
		}
		for _, c := range r.Cohorts {
			cohorts += c.Cumulative[len(c.Cumulative)-1]
			buyers += c.Buyers
		}
		if r.Total != total || nth != total || cohorts != total || buyers != r.Buyers {
			t.Fatalf("total %d, by purchase %d, by cohort %d, want %d; %d buyers in cohorts of %d", r.Total, nth, cohorts, total, buyers, r.Buyers)
		}
	})
}

func TestRunPurchases_overflow(t *testing.T) {
	log := newLog(t, []siyu.Event{purchase("u", 1, epoch, 1<<62), purchase("u", 2, epoch.Add(time.Second), 1<<62)})
	if _, err := funnel.RunPurchases(log, funnel.Purchases{Event: funnel.Step{Any: true}}); !errors.Is(err, siyu.ErrOverflow) {
		t.Errorf("got %v", err)
	}
}

func TestRunTouches(t *testing.T) {
	var events []siyu.Event
	add := func(user int, name, channel string) {
		events = append(events, siyu.Event{
			ID: siyu.EventID(fmt.Sprint(len(events))), User: siyu.UserID(fmt.Sprint(user)), Name: name, Channel: channel, At: minute(len(events)),
		})
	}
	for user := range 20 {
		add(user, "sent", "group")
		add(user, "sent", "group")
		if user < 19 {
			add(user, "read", "group")
		}
		if user < 5 {
			add(user, "click", "group")
		}
	}
	add(30, "read", "group") // never sent to
	add(31, "sent", "sms")
	reports, err := funnel.RunTouches(newLog(t, events), funnel.Touches{Sent: "sent", Read: "read", Clicked: "click"})
	if err != nil {
		t.Fatal(err)
	}
	if len(reports) != 2 || reports[0].Channel != "group" || reports[1].Channel != "sms" {
		t.Fatalf("got %+v", reports)
	}
	g := reports[0]
	if g.Sent.Users != 20 || g.Sent.Events != 40 || g.Read.Users != 19 || g.Read.Events != 19 || g.Clicked.Users != 5 || g.Delivered.Events != 0 {
		t.Errorf("got %+v", g)
	}
	if g.Benchmark != 0.4 || !g.Above || reports[1].Benchmark != 0 {
		t.Errorf("benchmarks %+v", reports)
	}
}

// Fans bring 83 of 100 yuan, and all of the orders of 1,000 yuan and more.
func ExampleRunShares() {
	relation := map[siyu.UserID]string{"li": "fan", "wang": "fan", "zhao": "stranger"}
	log, err := funnel.NewLog(funnel.FromSlice([]siyu.Event{
		purchase("li", 1, minute(1), 150_000), purchase("wang", 1, minute(2), 16_000), purchase("zhao", 1, minute(3), 34_000),
	}), &funnel.LogOptions{UserProps: func(u siyu.UserID) map[string]string {
		return map[string]string{"relation": relation[u]}
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	by := funnel.Dimension{Prop: "relation", Source: funnel.FromUser}
	for _, bands := range [][]siyu.Money{nil, {100_000}} {
		shares, err := funnel.RunShares(log, funnel.Shares{Event: funnel.Step{Event: "order"}, By: by, Bands: bands})
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, s := range shares {
			fmt.Printf("from %d: %s %s\n", s.From, s.Value, s.Part)
		}
	}
	// Output:
	// from 0: fan 83%
	// from 0: stranger 17%
	// from 0: stranger 68%
	// from 0: fan 32%
	// from 100000: fan 100%
}
