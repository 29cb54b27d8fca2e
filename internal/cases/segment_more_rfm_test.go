package cases

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/ltv"
)

var betters = map[string]segment.Better{"": segment.Higher, "high": segment.Higher, "low": segment.Lower}

func runRFMScore(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		Better string
		Levels int
		Values []float64
		Data   string
		Expect json.RawMessage
	}](raw)
	if err != nil {
		return err
	}
	if c.Data != "" {
		return runRFMData(c.Data, c.Levels, c.Expect)
	}
	mid, err := segment.MidRankScale(c.Values, c.Levels, betters[c.Better])
	if done, err := refused(err, c.Expect); done {
		return err
	}
	want, err := Decode[struct {
		MidRank []int
		QCut    []int
		Used    *int            `json:"qcut_levels_used"`
		NTile   json.RawMessage `json:"sql_ntile_stable_by_input_order"` // shown, not wanted
	}](c.Expect)
	if err != nil {
		return err
	}
	quantile, err := segment.QuantileScale(c.Values, c.Levels, betters[c.Better])
	if err != nil {
		return err
	}
	var failed []error
	if want.MidRank != nil {
		failed = append(failed, Diff("midrank", mid.LevelsOf(c.Values), want.MidRank))
	}
	if want.QCut != nil {
		failed = append(failed, Diff("qcut", quantile.LevelsOf(c.Values), want.QCut))
	}
	if want.Used != nil {
		failed = append(failed, Diff("qcut levels", used(quantile.LevelsOf(c.Values)), want.Used))
	}
	return errors.Join(failed...)
}

// runRFMData scores the frequencies of a data file of the case's own.
func runRFMData(data string, levels int, expect json.RawMessage) error {
	name, rest, _ := strings.Cut(data, ",")
	fields := strings.Fields(rest)
	until, err := time.Parse(time.DateOnly, fields[len(fields)-1])
	if err != nil {
		return err
	}
	values, err := cdnowFrequencies(name, until)
	if err != nil {
		return err
	}
	zero := 0
	for _, v := range values {
		if v == 0 {
			zero++
		}
	}
	mid, err := segment.MidRankScale(values, levels, segment.Higher)
	if err != nil {
		return err
	}
	quantile, err := segment.QuantileScale(values, levels, segment.Higher)
	if err != nil {
		return err
	}
	count := func(s segment.Scale[float64], used int) map[int]int {
		counts := make(map[int]int)
		for level := 1; level <= used; level++ {
			counts[level] = 0
		}
		for _, v := range values {
			counts[s.Level(v)]++
		}
		return counts
	}
	byFrequency := make(map[int]int)
	for _, v := range values {
		byFrequency[int(v)] = mid.Level(v)
	}
	return Diff("cdnow", map[string]any{
		"zero_customers":              zero,
		"midrank_level_by_frequency":  byFrequency,
		"midrank_customers_per_level": count(mid, levels),
		"qcut_levels_used":            used(quantile.LevelsOf(values)),
		"qcut_customers_per_level":    count(quantile, quantile.Levels()),
	}, expectMap(expect))
}

// used counts the levels that somebody has.
func used(levels []int) int {
	return len(slices.Compact(slices.Sorted(slices.Values(levels))))
}

func expectMap(raw json.RawMessage) any {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err.Error()
	}
	return v
}

// cdnowFrequencies returns the repeat purchase days of every customer in a
// transaction file that a case names. The file is not part of the repository:
// it may lie in one of the folders above. Else the counts of the published
// sample, which are, stand for it.
func cdnowFrequencies(name string, until time.Time) ([]float64, error) {
	path := filepath.FromSlash(name)
	for range 8 {
		if _, err := os.Stat(path); err == nil {
			break
		}
		path = filepath.Join("..", path)
	}
	var values []float64
	rows, err := csvRows(path)
	if err != nil {
		if filepath.Base(path) != "cdnow_sample_transactions.csv" || until.Format(time.DateOnly) != "1997-09-30" {
			return nil, fmt.Errorf("data file %s is not here: %w", name, ErrNotBuilt)
		}
		rows, err = csvRows(filepath.FromSlash("../../segment/ltv/testdata/cdnow_sample.csv"))
		for _, row := range rows[min(1, len(rows)):] {
			x, errX := strconv.Atoi(row[0])
			n, errN := strconv.Atoi(row[4])
			if err := errors.Join(errX, errN); err != nil {
				return nil, err
			}
			values = append(values, slices.Repeat([]float64{float64(x)}, n)...)
		}
		return values, err
	}
	id, date := slices.Index(rows[0], "sample_id"), slices.Index(rows[0], "date")
	if id < 0 {
		id = slices.Index(rows[0], "customer_id")
	}
	var purchases []ltv.Purchase
	for _, row := range rows[1:] {
		at, err := time.Parse(time.DateOnly, row[date])
		if err != nil {
			return nil, err
		}
		purchases = append(purchases, ltv.Purchase{User: siyu.UserID(row[id]), At: at})
	}
	summaries, err := ltv.Summarize(purchases, until, nil)
	for _, s := range summaries {
		values = append(values, float64(s.Frequency))
	}
	return values, err
}

func csvRows(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return csv.NewReader(f).ReadAll()
}

func runRFMFixed(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		Better string
		Cuts   []float64
		Values []float64
		Expect json.RawMessage
	}](raw)
	if err != nil {
		return err
	}
	scale, err := segment.FixedScale(betters[c.Better], c.Cuts...)
	if done, err := refused(err, c.Expect); done {
		return err
	}
	return Diff("score", map[string]any{"score": scale.LevelsOf(c.Values)}, expectMap(c.Expect))
}

func runRFMDigits(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		Cuts struct {
			Recency   []int `json:"recency_days"`
			Frequency []int
			Monetary  []float64
		}
		Customers []struct {
			Recency int `json:"recency_days"`
			Orders  int
			Amount  siyu.Money
		}
		Expect struct{ RFM []int }
	}](raw)
	if err != nil {
		return err
	}
	scales := segment.RFMScales{
		Recency:   segment.Scale[int]{Cuts: c.Cuts.Recency, Better: segment.Lower},
		Frequency: segment.Scale[int]{Cuts: c.Cuts.Frequency},
		Monetary:  segment.Scale[float64]{Cuts: c.Cuts.Monetary},
	}
	var got []int
	for _, p := range c.Customers {
		score := segment.RFMScore{
			R: scales.Recency.Level(p.Recency), F: scales.Frequency.Level(p.Orders), M: scales.Monetary.Level(float64(p.Amount)),
		}
		n, err := strconv.Atoi(score.String())
		if err != nil {
			return err
		}
		got = append(got, n)
	}
	return Diff("rfm", got, c.Expect.RFM)
}

// rfmTransaction is [id, date, amount].
type rfmTransaction struct {
	ID     json.Number
	Date   lifecycleDay
	Amount siyu.Money // in cents
}

// UnmarshalJSON reads the triple.
func (t *rfmTransaction) UnmarshalJSON(data []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if len(raw) > 2 {
		var err error
		if t.Amount, err = siyu.ParseMoney(string(raw[2]), siyu.USD); err != nil {
			return err
		}
	}
	return errors.Join(json.Unmarshal(raw[0], &t.ID), json.Unmarshal(raw[1], &t.Date))
}

type rfmLog struct {
	segmentHead
	Transactions []rfmTransaction
	Unit         string
	AsOf         lifecycleDay `json:"as_of"`
	IncludeFirst bool         `json:"include_first"`
	Expect       []rfmRow
	ExpectIDs    []json.Number `json:"expect_ids"`
	ExpectNames  []string      `json:"-"`
}

type rfmRow struct {
	ID        json.Number
	Frequency int
	Recency   float64
	T         *float64
	Monetary  *float64
}

func runRFMSummary(raw json.RawMessage) error {
	c, err := Decode[rfmLog](raw)
	if err != nil {
		return err
	}
	var got []rfmRow
	if c.IncludeFirst {
		rows, err := segment.RFMOf(c.purchases(), c.AsOf.Time, &segment.RFMOptions{Unit: c.Unit, WeekStart: time.Monday})
		if err != nil {
			return err
		}
		for _, r := range rows {
			mean := r.Mean() / 100
			got = append(got, rfmRow{ID: json.Number(r.User), Frequency: r.Frequency, Recency: float64(r.Recency), Monetary: &mean})
		}
	} else {
		rows, err := ltv.Summarize(c.ltvPurchases(), c.AsOf.Time, &ltv.SummaryOptions{Unit: c.Unit, WeekStart: time.Monday})
		if err != nil {
			return err
		}
		for _, r := range rows {
			mean := r.Mean() / 100
			got = append(got, rfmRow{ID: json.Number(r.User), Frequency: r.Frequency, Recency: r.Recency, T: &r.T, Monetary: &mean})
		}
	}
	if c.ExpectIDs != nil {
		var ids []json.Number
		for _, r := range got {
			ids = append(ids, r.ID)
		}
		return Diff("ids", ids, c.ExpectIDs)
	}
	if len(got) != len(c.Expect) {
		return fmt.Errorf("got %d customers, want %d", len(got), len(c.Expect))
	}
	for i, w := range c.Expect {
		g := got[i]
		if err := errors.Join(
			Diff("id", g.ID, w.ID), Diff("frequency", g.Frequency, w.Frequency), c.near("recency", g.Recency, w.Recency),
			optionalBoth(c.segmentHead, "T", g.T, w.T), optionalBoth(c.segmentHead, "monetary", g.Monetary, w.Monetary),
		); err != nil {
			return fmt.Errorf("customer %s: %w", w.ID, err)
		}
	}
	return nil
}

func optionalBoth(h segmentHead, what string, got, want *float64) error {
	if want == nil {
		return nil
	}
	if got == nil {
		return fmt.Errorf("%s: got none", what)
	}
	return h.near(what, *got, *want)
}

func (c rfmLog) purchases() []segment.Purchase {
	var out []segment.Purchase
	for _, t := range c.Transactions {
		out = append(out, segment.Purchase{User: siyu.UserID(t.ID), At: t.Date.Time, Amount: t.Amount})
	}
	return out
}

func (c rfmLog) ltvPurchases() []ltv.Purchase {
	var out []ltv.Purchase
	for _, p := range c.purchases() {
		out = append(out, ltv.Purchase(p))
	}
	return out
}

func runRFMSegment(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		Boxes        json.RawMessage
		Scores       []string
		Transactions json.RawMessage
		AsOf         string `json:"as_of"`
		Expect       []string
	}](raw)
	if err != nil {
		return err
	}
	if c.Boxes == nil {
		return runRFMQuartiles(raw)
	}
	boxes, err := segment.ParseRFMBoxes([]byte(`{"levels":5,"others":"Others","boxes":` + string(c.Boxes) + `}`))
	if err != nil {
		return err
	}
	got := []string{}
	for _, s := range c.Scores {
		got = append(got, boxes.Name(segment.RFMScore{R: int(s[0] - '0'), F: int(s[1] - '0'), M: int(s[2] - '0')}))
	}
	return Diff("names", got, c.Expect)
}

// runRFMQuartiles scores a whole log by quartiles, as the anchor of the case
// does: it takes the log to its end, wherever the moment of asking lies.
func runRFMQuartiles(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		Transactions []rfmTransaction
		AsOf         lifecycleDay `json:"as_of"`
		Expect       []string
	}](raw)
	if err != nil {
		return err
	}
	purchases := rfmLog{Transactions: c.Transactions}.purchases()
	last := slices.MaxFunc(purchases, func(a, b segment.Purchase) int { return a.At.Compare(b.At) }).At
	rows, err := segment.RFMOf(purchases, slices.MaxFunc([]time.Time{last, c.AsOf.Time}, time.Time.Compare), nil)
	if err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b segment.RFM) int { return cmp.Compare(a.User, b.User) })
	scales := make([]segment.Scale[float64], 3)
	values := make([][]float64, 3)
	for _, r := range rows {
		for i, v := range []float64{float64(r.Recency), float64(r.Frequency), r.Mean()} {
			values[i] = append(values[i], v)
		}
	}
	for i, better := range []segment.Better{segment.Lower, segment.Higher, segment.Higher} {
		if scales[i], err = segment.QuantileScale(values[i], 4, better); err != nil {
			return err
		}
	}
	var got []string
	for i := range rows {
		score := segment.RFMScore{R: scales[0].Level(values[0][i]), F: scales[1].Level(values[1][i]), M: scales[2].Level(values[2][i])}
		got = append(got, segment.QuartileBoxes().Name(score))
	}
	return Diff("names", got, c.Expect)
}
