package clickhouse_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/siyu-go/siyu/funnel"
)

// history is what one user did.
type history []funnel.Row

// histories draws users with 0 to 12 rows each; without ties no two rows of a
// user are at one instant.
func histories(r *rand.Rand, users, conditions int, ties bool) []history {
	out := make([]history, users)
	for u := range out {
		at := r.Perm(24)
		for i := range 1 + r.IntN(12) {
			row := funnel.Row{At: int64(at[i])}
			if ties {
				row.At = int64(r.IntN(12))
			}
			for c := range conditions {
				if r.IntN(3) == 0 {
					row.Met |= 1 << c
				}
			}
			out[u] = append(out[u], row)
		}
	}
	return out
}

// engine answers an aggregate function over (t, m) for each user.
type engine struct {
	address, table string
}

func newEngine(t *testing.T, variable string) engine {
	t.Helper()
	address, database := serverOf(t, variable)
	e := engine{address, database + ".rows"}
	ask(t, address, "CREATE TABLE "+e.table+" (u UInt32, t UInt32, m UInt32) ENGINE = Memory")
	return e
}

func (e engine) load(t *testing.T, all []history) {
	t.Helper()
	ask(t, e.address, "TRUNCATE TABLE "+e.table)
	var values []string
	for u, rows := range all {
		for _, row := range rows {
			values = append(values, fmt.Sprintf("(%d,%d,%d)", u, row.At, row.Met))
		}
	}
	ask(t, e.address, "INSERT INTO "+e.table+" VALUES "+strings.Join(values, ","))
}

// answers returns the function's value for each user as text.
func (e engine) answers(t *testing.T, users int, function string) []string {
	t.Helper()
	sql := "SELECT u, " + function + " FROM " + e.table + " GROUP BY u FORMAT TabSeparated"
	response, err := http.Post(e.address, "text/plain", strings.NewReader(sql))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", sql, body, err)
	}
	out := make([]string, users)
	for line := range strings.Lines(string(body)) {
		user, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		u, err := strconv.Atoi(user)
		if err != nil {
			t.Fatal(err)
		}
		out[u] = value
	}
	return out
}

func conditions(n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf("bitAnd(m, %d) != 0", 1<<i)
	}
	return strings.Join(parts, ", ")
}

// Every mode of windowFunnel, on random histories, is answered as the engine
// answers it.
func TestWindowFunnelModes(t *testing.T) {
	e := newEngine(t, "SIYU_CLICKHOUSE")
	all := [][]funnel.Mode{
		nil,
		{funnel.StrictDeduplication},
		{funnel.StrictOrder},
		{funnel.StrictIncrease},
		{funnel.StrictOnce},
		{funnel.StrictOrder, funnel.AllowReentry},
		{funnel.StrictOnce, funnel.StrictIncrease},
		{funnel.StrictDeduplication, funnel.StrictIncrease},
		{funnel.StrictOrder, funnel.StrictIncrease},
	}
	r := rand.New(rand.NewPCG(1, 2))
	const users = 400
	for round := range 12 {
		steps := 1 + r.IntN(4)
		for _, ties := range []bool{false, true} {
			people := histories(r, users, steps, ties)
			e.load(t, people)
			for _, modes := range all {
				if ties && slices.Contains(modes, funnel.StrictOrder) {
					continue // the engine sorts rows of one instant as it likes
				}
				window := int64(r.IntN(14))
				function := fmt.Sprintf("windowFunnel(%d", window)
				for _, m := range modes {
					function += ", '" + string(m) + "'"
				}
				function += ")(t, " + conditions(steps) + ")"
				w, err := funnel.NewWindowFunnel(steps, window, modes...)
				if err != nil {
					t.Fatal(err)
				}
				wrong := 0
				for u, want := range e.answers(t, users, function) {
					if got := fmt.Sprint(w.Level(people[u])); got != want && wrong < 3 {
						wrong++
						t.Errorf("round %d: %s of %v is %s in the engine, %s here", round, function, people[u], want, got)
					}
				}
			}
		}
	}
}

func TestRetention(t *testing.T) {
	e := newEngine(t, "SIYU_CLICKHOUSE")
	r := rand.New(rand.NewPCG(3, 4))
	const users = 400
	for range 6 {
		people := histories(r, users, 3, false)
		e.load(t, people)
		for u, want := range e.answers(t, users, "retention("+conditions(3)+")") {
			var flags []string
			for _, met := range funnel.Retention(3, people[u]) {
				flags = append(flags, map[bool]string{true: "1", false: "0"}[met])
			}
			if got := "[" + strings.Join(flags, ",") + "]"; got != strings.ReplaceAll(want, " ", "") {
				t.Fatalf("retention of %v is %s in the engine, %s here", people[u], want, got)
			}
		}
	}
}

var patterns = []string{
	"(?1)(?2)", "(?1).*(?2)", "(?1).(?2)", "(?1)(?t<=3)(?2)", "(?1)(?t>2)(?2).*(?3)", "(?1)(?t<4).*(?2)", ".*(?1)(?1)",
	"(?1).*(?2).*(?3)", "(?3)(?t>=5)(?1)", "(?1).*(?t>=3)(?2)", "(?1)(?t<=4).*(?2)(?t>1)(?3)", "(?1)(?t<9).(?t>2).*(?2)",
}

func TestSequences(t *testing.T) {
	testSequences(t, newEngine(t, "SIYU_CLICKHOUSE"), append(patterns, "(?2)(?t==1)(?3)", "(?1).*(?t==2).*(?3)", ".*(?t>=2)(?2)."))
}

func testSequences(t *testing.T, e engine, patterns []string) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	const users = 400
	for range 6 {
		people := histories(r, users, 3, false)
		e.load(t, people)
		for _, pattern := range patterns {
			p, err := funnel.ParsePattern(pattern, 3)
			if err != nil {
				t.Fatal(err)
			}
			call := "('" + pattern + "')(toDateTime(t), " + conditions(3) + ")"
			for u, want := range e.answers(t, users, "sequenceMatch"+call) {
				if got := map[bool]string{true: "1", false: "0"}[p.Match(people[u])]; got != want {
					t.Errorf("sequenceMatch %s of %v is %s in the engine, %s here", pattern, people[u], want, got)
				}
			}
			for u, want := range e.answers(t, users, "sequenceCount"+call) {
				if got := fmt.Sprint(p.Count(people[u])); got != want {
					t.Errorf("sequenceCount %s of %v is %s in the engine, %s here", pattern, people[u], want, got)
				}
			}
		}
	}
}
