package cases

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"github.com/siyu-go/siyu/funnel"
)

type engineRow struct {
	T int64           `json:"t"`
	M []int           `json:"m"`
	E json.RawMessage `json:"e"` // a label for people
}

func engineRows(in []engineRow) []funnel.Row {
	rows := make([]funnel.Row, len(in))
	for i, r := range in {
		rows[i] = funnel.Row{At: r.T, Met: funnel.Met(r.M...)}
	}
	return rows
}

type windowFunnelCase struct {
	ID     string        `json:"id"`
	Kind   string        `json:"kind"`
	Origin string        `json:"origin"`
	Note   string        `json:"note"`
	Window int64         `json:"window"`
	Modes  []funnel.Mode `json:"modes"`
	Steps  int           `json:"steps"`
	Users  []struct {
		User              string      `json:"user"`
		Events            []engineRow `json:"events"`
		Level             int         `json:"level"`
		AllChainsLevel    *int        `json:"all_chains_level"`
		RowOrderSensitive bool        `json:"row_order_sensitive"`
	} `json:"users"`
	Reached         []int          `json:"reached"`
	Published       string         `json:"published"`
	PublishedLevels map[string]int `json:"published_levels"` // of another revision of the engine
}

func runWindowFunnel(raw json.RawMessage) error {
	c, err := Decode[windowFunnelCase](raw)
	if err != nil {
		return err
	}
	w, err := funnel.NewWindowFunnel(c.Steps, c.Window, c.Modes...)
	if err != nil {
		return err
	}
	reached := make([]int, c.Steps)
	shuffle := rand.New(rand.NewPCG(1, 2))
	for _, u := range c.Users {
		rows := engineRows(u.Events)
		got := w.Level(rows)
		if got != u.Level {
			return fmt.Errorf("user %s: got level %d, want %d", u.User, got, u.Level)
		}
		want := u.Level
		if u.AllChainsLevel != nil {
			want = *u.AllChainsLevel
		}
		if every := w.EveryChain(rows); every != want {
			return fmt.Errorf("user %s: every chain: got level %d, want %d", u.User, every, want)
		}
		for k := range got {
			reached[k]++
		}
		for range 5 {
			shuffle.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			if again := w.Level(rows); again != got && !u.RowOrderSensitive {
				return fmt.Errorf("user %s: level %d in another order of rows, want %d", u.User, again, got)
			}
		}
	}
	if c.Reached == nil {
		return nil
	}
	return Diff("reached", reached, c.Reached)
}

type retentionCase struct {
	ID         string `json:"id"`
	Kind       string `json:"kind"`
	Origin     string `json:"origin"`
	Note       string `json:"note"`
	Conditions int    `json:"conditions"`
	Users      []struct {
		User   string  `json:"user"`
		Repeat int     `json:"repeat"`
		Rows   [][]int `json:"rows"`
		Result []int   `json:"result"`
	} `json:"users"`
	Sums []int `json:"sums"`
}

func runRetention(raw json.RawMessage) error {
	c, err := Decode[retentionCase](raw)
	if err != nil {
		return err
	}
	sums := make([]int, c.Conditions)
	for _, u := range c.Users {
		var rows []funnel.Row
		for _, met := range u.Rows {
			rows = append(rows, funnel.Row{Met: funnel.Met(met...)})
		}
		got := make([]int, c.Conditions)
		for k, yes := range funnel.Retention(c.Conditions, rows) {
			if yes {
				got[k] = 1
				sums[k] += u.Repeat
			}
		}
		if err := Diff("user "+u.User, got, u.Result); err != nil {
			return err
		}
	}
	return Diff("sums", sums, c.Sums)
}

type sequenceCase struct {
	ID         string      `json:"id"`
	Kind       string      `json:"kind"`
	Origin     string      `json:"origin"`
	Note       string      `json:"note"`
	Pattern    string      `json:"pattern"`
	Conditions int         `json:"conditions"`
	Events     []engineRow `json:"events"`
	Result     int         `json:"result"`
}

func runSequence(raw json.RawMessage) error {
	c, err := Decode[sequenceCase](raw)
	if err != nil {
		return err
	}
	p, err := funnel.ParsePattern(c.Pattern, c.Conditions)
	if err != nil {
		return err
	}
	rows := engineRows(c.Events)
	if c.Kind == "sequence_count" {
		return Diff("result", p.Count(rows), c.Result)
	}
	return Diff("result", p.Match(rows), c.Result == 1)
}

func runCohorts(raw json.RawMessage) error {
	c, err := Decode[funnelCase](raw)
	if err != nil {
		return err
	}
	want, err := Decode[struct {
		Matrix [][]int `json:"matrix"`
	}](c.Expected)
	if err != nil {
		return err
	}
	question, err := funnel.ParseCohorts(c.Definition)
	if err != nil {
		return err
	}
	log, err := funnelLog(c.Users)
	if err != nil {
		return err
	}
	got, err := funnel.RunCohorts(log, question)
	if err != nil {
		return err
	}
	return Diff("matrix", got.Matrix(), want.Matrix)
}
