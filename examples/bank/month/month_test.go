package month_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/book"
	"github.com/siyu-go/siyu/examples/bank/month"
	"github.com/siyu-go/siyu/examples/bank/report"
	"github.com/siyu-go/siyu/examples/bank/source"
	"github.com/siyu-go/siyu/examples/bank/study"
)

type silent struct{}

func (silent) Begin(string, int) {}
func (silent) Add(int)           {}

// customers are the last n of the real ones: the first have no mobile number.
func customers(t *testing.T, n int) []source.Customer {
	t.Helper()
	f, err := os.Open("../testdata/bank-additional-full.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := source.Customers("customers", f)
	if err != nil {
		t.Fatal(err)
	}
	return all[len(all)-n:]
}

// run runs a month in a file, and studies it.
func run(t *testing.T, file string, list []source.Customer, seed uint64) (report.Data, []siyu.Event) {
	t.Helper()
	ctx := context.Background()
	b, err := book.Open(ctx, file, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.ImportCustomers(ctx, slices.Values(list), func(int) {}); err != nil {
		t.Fatal(err)
	}
	evidence := study.NewEvidence(len(list))
	if err := evidence.Read(ctx, b.Store().Events(), func(int) {}); err != nil {
		t.Fatal(err)
	}
	m, err := month.New(b, evidence, seed, silent{})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(ctx); err != nil {
		t.Fatal(err)
	}
	data := report.Data{Users: len(list), Seed: seed}
	if err := m.Study(ctx, &data); err != nil {
		t.Fatal(err)
	}
	return data, evidence.Month
}

func broken(d report.Data) (names []string) {
	for _, c := range d.Checks {
		if !c.OK {
			names = append(names, c.What+": "+c.Got+" ("+c.Want+")")
		}
	}
	return names
}

func TestMonthBalances(t *testing.T) {
	list := customers(t, 800)
	one, events := run(t, filepath.Join(t.TempDir(), "bank.db"), list, 3)
	if names := broken(one); len(names) > 0 || len(one.Checks) < 15 {
		t.Errorf("%d checks, broken: %q", len(one.Checks), names)
	}
	countStages(t, one.Loop, events)
	if one.Course.Graduated == 0 || one.Messages.Sent == 0 || one.Ladder[0].Redeemed == 0 || one.Referrals.Bound == 0 {
		t.Errorf("nothing much happened: %+v", one)
	}
	other, _ := run(t, filepath.Join(t.TempDir(), "bank.db"), list, 4)
	if one.Messages.Sent == other.Messages.Sent && one.Course.Graduated == other.Course.Graduated {
		t.Error("another seed made the same month")
	}
}

// countStages counts the first four stages of the loop by a plain loop over
// each person's events.
func countStages(t *testing.T, loop []report.Step, events []siyu.Event) {
	t.Helper()
	stages := []string{month.Came, month.Joined, month.CheckIn, month.Order}
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b siyu.Event) int { return a.At.Compare(b.At) })
	reached := map[siyu.UserID]int{}
	counts := make([]int, len(stages))
	for _, e := range events {
		if at := reached[e.User]; at < len(stages) && e.Name == stages[at] {
			counts[at]++
			reached[e.User]++
		}
	}
	for i, n := range counts {
		if loop[i].Users != n {
			t.Errorf("%s: %d people, want %d", loop[i].Name, loop[i].Users, n)
		}
	}
}

// The closing checks see what is missing from the log or wrong in a store.
func TestChecksCanFail(t *testing.T) {
	list := customers(t, 400)
	file := filepath.Join(t.TempDir(), "bank.db")
	sound, _ := run(t, file, list, 3)
	if names := broken(sound); len(names) > 0 {
		t.Fatalf("broken before anything was damaged: %q", names)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]string{
		"a claim is not in the log":       "DELETE FROM siyu_events WHERE seq = (SELECT min(seq) FROM siyu_events WHERE name = 'coupon.claimed')",
		"a redemption is not in the log":  "DELETE FROM siyu_events WHERE seq = (SELECT min(seq) FROM siyu_events WHERE name = 'coupon.redeemed')",
		"an order paid a fen more":        "UPDATE siyu_events SET value = value + 1 WHERE seq = (SELECT min(seq) FROM siyu_events WHERE name = 'bank.order')",
		"a reward is not in the log":      "DELETE FROM siyu_events WHERE seq = (SELECT min(seq) FROM siyu_events WHERE name = 'referral.rewarded')",
		"a payout is in the log only":     "UPDATE siyu_events SET value = value + 100 WHERE seq = (SELECT min(seq) FROM siyu_events WHERE name = 'referral.paid')",
		"somebody joined outside the log": "DELETE FROM siyu_events WHERE seq = (SELECT max(seq) FROM siyu_events WHERE name = 'persona.join')",
		"a batch counts a claim too many": "UPDATE siyu_coupon_batches SET claimed = claimed + 1",
		"a message was sent to one twice": "INSERT INTO siyu_events (tenant, event_id, user_id, name, at, value, channel, domain, props) SELECT tenant, event_id || '2', user_id, name, at + 1, value, channel, domain, props FROM siyu_events WHERE seq = (SELECT max(seq) FROM siyu_events WHERE name = 'campaign.sent')",
		"promotions went out above a cap": "INSERT INTO siyu_events (tenant, event_id, user_id, name, at, value, channel, domain, props) SELECT e.tenant, e.event_id || 'x' || n.n, e.user_id, e.name, e.at + n.n, e.value, e.channel, e.domain, '{\"campaign\":\"x' || n.n || '\",\"topic\":\"promo\"}' FROM siyu_events e, (SELECT 1 n UNION SELECT 2 UNION SELECT 3) n WHERE e.seq = (SELECT max(seq) FROM siyu_events WHERE name = 'campaign.sent')",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "bank.db")
			if err := os.WriteFile(file, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			execute(t, file, damage)
			if data, _ := run(t, file, list, 3); len(broken(data)) == 0 {
				t.Error("no check saw it")
			}
		})
	}
}

func execute(t *testing.T, file, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	result, err := db.ExecContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("nothing was damaged: %d rows, %v", n, err)
	}
}
