package cases

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

type funnelCase struct {
	ID         string          `json:"id"`
	Kind       string          `json:"kind"`
	Origin     string          `json:"origin"`
	Note       string          `json:"note"`
	Definition json.RawMessage `json:"definition"`
	Users      []funnelUser    `json:"users"`
	Expected   json.RawMessage `json:"expected"`
}

type funnelUser struct {
	User   siyu.UserID            `json:"user"`
	Props  map[string]funnel.Text `json:"props"`
	Events []struct {
		E string                 `json:"e"`
		T time.Time              `json:"t"`
		P map[string]funnel.Text `json:"p"`
	} `json:"events"`
}

// funnelLog turns the users of a case into a log, their events in the order
// written.
func funnelLog(users []funnelUser) (*funnel.Log, error) {
	var events []siyu.Event
	props := map[siyu.UserID]map[string]string{}
	for _, u := range users {
		props[u.User] = texts(u.Props)
		for _, e := range u.Events {
			events = append(events, siyu.Event{
				ID: siyu.EventID(strconv.Itoa(len(events))), User: u.User, Name: e.E, At: e.T, Props: texts(e.P),
			})
		}
	}
	return funnel.NewLog(funnel.FromSlice(events), &funnel.LogOptions{
		UserProps: func(u siyu.UserID) map[string]string { return props[u] },
	})
}

func texts(in map[string]funnel.Text) map[string]string {
	out := make(map[string]string, len(in))
	for k, v := range in {
		out[k] = string(v)
	}
	return out
}

type funnelSummary struct {
	Counts  []*int              `json:"counts"`
	AvgS    []*float64          `json:"avg_s"`
	MedianS []*float64          `json:"median_s"`
	Reached map[string][]string `json:"reached"`
	Dropped map[string][]string `json:"dropped"`
	Value   []string            `json:"value"`
}

type funnelTrend struct {
	Value     []string  `json:"value"`
	Intervals []string  `json:"intervals"`
	From      []int     `json:"from"`
	To        []int     `json:"to"`
	RatePct   []float64 `json:"rate_pct"`
}

type funnelExpected struct {
	funnelSummary
	Breakdowns         []funnelSummary `json:"breakdowns"`
	NBreakdowns        *int            `json:"n_breakdowns"`
	BreakdownValues    [][]string      `json:"breakdown_values"`
	AllBreakdownCounts [][]*int        `json:"all_breakdown_counts"`
	Trend              *funnelTrend    `json:"trend"`
	TrendBreakdowns    []funnelTrend   `json:"trend_breakdowns"`
	TimeToConvert      *struct {
		AverageS *float64   `json:"average_s"`
		Bins     [][2]int64 `json:"bins"`
	} `json:"time_to_convert"`
	Error bool `json:"error"`
}

func runFunnelReport(raw json.RawMessage) error {
	c, err := Decode[funnelCase](raw)
	if err != nil {
		return err
	}
	want, err := Decode[funnelExpected](c.Expected)
	if err != nil {
		return err
	}
	d, err := funnel.ParseDefinition(c.Definition)
	if want.Error {
		if err == nil {
			return fmt.Errorf("definition accepted, want it refused")
		}
		return nil
	}
	if err != nil {
		return err
	}
	log, err := funnelLog(c.Users)
	if err != nil {
		return err
	}
	got, err := funnel.Run(log, d)
	if err != nil {
		return err
	}
	return want.check(got)
}

func (want funnelExpected) check(got funnel.Report) error {
	if err := want.funnelSummary.check("", got.Summary); err != nil {
		return err
	}
	for _, w := range want.Breakdowns {
		g, err := groupOf(got, w.Value)
		if err != nil {
			return err
		}
		if err := w.check(fmt.Sprintf("group %q ", w.Value), g.Summary); err != nil {
			return err
		}
	}
	if want.NBreakdowns != nil && *want.NBreakdowns != len(got.Groups) {
		return fmt.Errorf("groups: got %d, want %d", len(got.Groups), *want.NBreakdowns)
	}
	if err := want.checkGroups(got); err != nil {
		return err
	}
	if want.Trend != nil {
		if err := want.Trend.check(got.Trend); err != nil {
			return err
		}
	}
	for _, w := range want.TrendBreakdowns {
		g, err := groupOf(got, w.Value)
		if err != nil {
			return err
		}
		if err := w.check(g.Trend); err != nil {
			return fmt.Errorf("group %q: %w", w.Value, err)
		}
	}
	return want.checkConvert(got.TimeToConvert)
}

func groupOf(r funnel.Report, value []string) (funnel.Group, error) {
	i := slices.IndexFunc(r.Groups, func(g funnel.Group) bool { return slices.Equal(g.Value, value) })
	if i < 0 {
		return funnel.Group{}, fmt.Errorf("no group %q", value)
	}
	return r.Groups[i], nil
}

func (want funnelExpected) checkGroups(got funnel.Report) error {
	if want.BreakdownValues != nil {
		var values [][]string
		for _, g := range got.Groups {
			values = append(values, g.Value)
		}
		sorted := slices.SortedFunc(slices.Values(want.BreakdownValues), slices.Compare)
		if err := Diff("breakdown values", values, sorted); err != nil {
			return err
		}
	}
	if want.AllBreakdownCounts == nil {
		return nil
	}
	var counts [][]int
	for _, g := range got.Groups {
		counts = append(counts, countsOf(g.Summary))
	}
	if len(counts) != len(want.AllBreakdownCounts) {
		return Diff("breakdown counts", counts, want.AllBreakdownCounts)
	}
	for _, w := range want.AllBreakdownCounts {
		i := slices.IndexFunc(counts, func(g []int) bool { return sameCounts(g, w) })
		if i < 0 {
			return Diff("breakdown counts", counts, want.AllBreakdownCounts)
		}
		counts = slices.Delete(counts, i, i+1)
	}
	return nil
}

func countsOf(s funnel.Summary) []int {
	var counts []int
	for _, step := range s.Steps {
		counts = append(counts, step.Count)
	}
	return counts
}

func sameCounts(got []int, want []*int) bool {
	if len(want) > len(got) {
		return false
	}
	for i, w := range want {
		if w != nil && got[i] != *w {
			return false
		}
	}
	return true
}

func (want funnelSummary) check(what string, got funnel.Summary) error {
	if counts := countsOf(got); want.Counts != nil && !sameCounts(counts, want.Counts) {
		return Diff(what+"counts", counts, want.Counts)
	}
	for _, times := range []struct {
		name string
		want []*float64
		get  func(funnel.Times) float64
	}{
		{"avg_s", want.AvgS, func(t funnel.Times) float64 { return t.Mean }},
		{"median_s", want.MedianS, func(t funnel.Times) float64 { return t.Median }},
	} {
		for k, w := range times.want {
			if w == nil {
				continue
			}
			if g := times.get(got.Steps[k].Time); math.Abs(g-*w) > 0.01 {
				return fmt.Errorf("%s%s[%d]: got %v, want %v", what, times.name, k, g, *w)
			}
		}
	}
	for _, people := range []struct {
		name string
		want map[string][]string
		get  func(int) []siyu.UserID
	}{{"reached", want.Reached, got.Reached}, {"dropped", want.Dropped, got.Dropped}} {
		for _, k := range slices.Sorted(maps.Keys(people.want)) {
			step, err := strconv.Atoi(k)
			if err != nil {
				return err
			}
			g := []string{}
			for _, u := range people.get(step - 1) {
				g = append(g, string(u))
			}
			slices.Sort(g)
			w := append([]string{}, people.want[k]...)
			slices.Sort(w)
			if err := Diff(what+people.name+"["+k+"]", g, w); err != nil {
				return err
			}
		}
	}
	return nil
}

func (want funnelTrend) check(got []funnel.TrendPoint) error {
	for i, label := range want.Intervals {
		at := slices.IndexFunc(got, func(p funnel.TrendPoint) bool {
			if instant, err := time.Parse(time.RFC3339, label); err == nil {
				return p.Start.Equal(instant)
			}
			return p.Label == strings.Replace(label, " ", "T", 1)
		})
		if at < 0 {
			return fmt.Errorf("no interval %s", label)
		}
		p := got[at]
		if want.From != nil && p.From != want.From[i] {
			return fmt.Errorf("%s: from %d, want %d", label, p.From, want.From[i])
		}
		if want.To != nil && p.To != want.To[i] {
			return fmt.Errorf("%s: to %d, want %d", label, p.To, want.To[i])
		}
		if want.RatePct != nil && math.Abs(100*p.Rate.Share-want.RatePct[i]) > 0.0051 {
			return fmt.Errorf("%s: rate %.2f %%, want %.2f %%", label, 100*p.Rate.Share, want.RatePct[i])
		}
	}
	return nil
}

func (want funnelExpected) checkConvert(got *funnel.Histogram) error {
	w := want.TimeToConvert
	if w == nil {
		return nil
	}
	if got == nil {
		return fmt.Errorf("no time to convert")
	}
	if w.AverageS != nil && math.Abs(got.Times.Mean-*w.AverageS) > 0.01 {
		return fmt.Errorf("average_s: got %v, want %v", got.Times.Mean, *w.AverageS)
	}
	if w.Bins == nil {
		return nil
	}
	bins := [][2]int64{}
	for _, b := range got.Bins {
		bins = append(bins, [2]int64{b.StartS, int64(b.Count)})
	}
	return Diff("bins", bins, w.Bins)
}
