package funnel_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// hostile is a report whose names are chosen by somebody else.
func hostile(t testing.TB) funnel.Report {
	name := "=cmd()<script>\x1b[2J"
	report, err := funnel.Run(newLog(t.(*testing.T), []siyu.Event{
		{ID: "1", User: "u", Name: "a", At: minute(0), Props: map[string]string{"p": "<b>\n"}},
		{ID: "2", User: "u", Name: "b", At: minute(1)},
	}), funnel.Definition{
		Steps: []funnel.Step{{Name: name, Event: "a"}, {Event: "b"}}, Window: time.Hour,
		Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "p"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestReport_writesNothingActive(t *testing.T) {
	r := hostile(t)
	var text, table, picture bytes.Buffer
	for _, err := range []error{r.WriteText(&text, siyu.Chinese), r.WriteCSV(&table), r.WriteSVG(&picture)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(text.String(), "\x1b") {
		t.Error("the text moves the cursor")
	}
	rows, err := csv.NewReader(&table).ReadAll()
	if err != nil || len(rows) != 5 || strings.HasPrefix(rows[1][2], "=") {
		t.Errorf("CSV %q, %v", rows, err)
	}
	if strings.Contains(picture.String(), "<script") {
		t.Error("the picture runs a script")
	}
	for d := xml.NewDecoder(&picture); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestReport_tellsOfFailedWrites(t *testing.T) {
	r := hostile(t)
	for i, err := range []error{r.WriteText(failing{}, siyu.English), r.WriteCSV(failing{}), r.WriteSVG(failing{})} {
		if err == nil {
			t.Errorf("writer %d: no error", i)
		}
	}
}

func ExampleReport_WriteText() {
	log, err := funnel.NewLog(funnel.FromSlice(append(sequence("li", "关注", "加企微", "办卡"), sequence("wang", "关注", "加企微")...)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := funnel.Run(log, funnel.Definition{
		Steps: []funnel.Step{{Event: "关注"}, {Event: "加企微"}, {Event: "办卡"}}, Window: time.Hour,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := report.WriteText(os.Stdout, siyu.Chinese); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 步骤    人数  流失  总转化率  单步转化率       95%区间  中位用时
	// 关注       2     0    100.0%      100.0%  34.2%-100.0%         -
	// 加企微     2     0    100.0%      100.0%  34.2%-100.0%       60s
	// 办卡       1     1     50.0%       50.0%    9.5%-90.5%       60s
}

// period builds a log in which so many users reach each step.
func period(t testing.TB, counts ...int) funnel.Summary {
	var events []siyu.Event
	d := plainDefinition(len(counts), 3600)
	for step, n := range counts {
		for user := range n {
			events = append(events, siyu.Event{
				ID: siyu.EventID(fmt.Sprint(step, "-", user)), User: siyu.UserID(fmt.Sprint(user)), Name: kindNames[step], At: minute(step),
			})
		}
	}
	report, err := funnel.Run(newLog(t.(*testing.T), events), d)
	if err != nil {
		t.Fatal(err)
	}
	return report.Summary
}

func TestContributions(t *testing.T) {
	for _, c := range [][2][]int{
		{{100, 50, 20}, {200, 60, 40}},
		{{100, 50, 20}, {100, 40, 20}},
		{{10, 5, 0}, {20, 10, 5}},
		{{10, 5, 5}, {10, 5, 5}},
	} {
		parts, err := funnel.Contributions(period(t, c[0]...), period(t, c[1]...))
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, p := range parts {
			sum += p.Units
		}
		if want := float64(c[1][2] - c[0][2]); math.Abs(sum-want) > 1e-9 {
			t.Errorf("%v: parts %+v sum to %v, want %v", c, parts, sum, want)
		}
	}
	if _, err := funnel.Contributions(period(t, 3, 2), period(t, 3, 2, 1)); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("other steps: %v", err)
	}
}

// Group 1 converts 30 of 60, group 2 10 of 60: chi-squared is 15, p 0.000108.
func TestReport_Compare(t *testing.T) {
	var events []siyu.Event
	for user := range 120 {
		group := fmt.Sprint(1 + user/60)
		id := siyu.UserID(fmt.Sprint(user))
		events = append(events, siyu.Event{ID: siyu.EventID("a" + id), User: id, Name: "a", At: minute(0), Props: map[string]string{"g": group}})
		if user < 30 || user >= 110 {
			events = append(events, siyu.Event{ID: siyu.EventID("b" + id), User: id, Name: "b", At: minute(1), Props: map[string]string{"g": group}})
		}
	}
	d := plainDefinition(2, 3600)
	d.Breakdown = &funnel.Breakdown{By: []funnel.Dimension{{Prop: "g"}}}
	report, err := funnel.Run(newLog(t, events), d)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := report.Compare(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || math.Abs(rows[0].P-0.000108) > 1e-6 || math.Abs(rows[0].Adjusted-0.000215) > 1e-6 || math.Abs(rows[0].Lift-2) > 1e-9 {
		t.Errorf("got %+v", rows)
	}
}
