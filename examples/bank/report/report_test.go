package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu/examples/bank/report"
)

func sample() report.Data {
	day := 24 * time.Hour
	d := report.Data{
		Users: 41_188, Seed: 1, Month: "March 2026", Zone: "Asia/Shanghai",
		Figures: []report.Figure{{"Customers", "41,188", "real"}, {"Messages", "12,345", "of 20,000"}, {"Net", "¥1,234,567", "after cost"}, {"Graduates", "812", "of 1,404"}},
		Rings:   []report.Ring{{"inner", "housing loan with us", 21_576}, {"middle", "personal loan only", 2_673}, {"outer", "contact only", 16_939}},
		Example: report.Explained{Person: "A technician of 36, married", Ring: "outer", Because: []string{"housing is no"}, Inward: "A personal loan with us moves him to the middle ring."},
		Loans: report.Loans{
			Cases: 9658, Items: 72_413, Window: 180 * day,
			Steps:     []report.Step{{Name: "Lead", Users: 4755}, {"Application", 2515, .529, .515, .543, 7, ""}, {"Offer call", 1377, .548, .528, .567, 7, ""}, {"Validation", 872, .633, .607, .658, 7, ""}},
			Times:     []report.StepTime{{Name: "Lead to validation", Median: 14 * day, P75: 19 * day, P90: 28 * day, People: 872, Overall: true}},
			Converted: []report.Share{{0, 0}, {5 * day, .1}, {14 * day, .5}, {28 * day, .9}, {60 * day, 1}},
			Dropped:   []report.Drop{{"Lead", 2240, []report.Named{{"lead", 2200}, {"fraud", 40}}, []report.Named{{"not done", 2100}, {"still open", 140}}}},
		},
		Pressure:  []report.Pressure{{"1", 17642, 2300, .1304, .125, .135}, {"2", 10570, 1211, .1146, .108, .121}, {"3", 5341, 574, .1075, .099, .116}, {"11+", 800, 24, .03, .02, .044}},
		Caps:      []report.Cap{{Limit: 2, Contacts: 105754, Saved: 46866, Conversions: 4640, LostConversions: 1129, SavedPart: .443, LostPart: .243, LostPerThousand: 24}, {Limit: 4, Saved: 22000, LostConversions: 306, SavedPart: .21, LostPart: .066, LostPerThousand: 14}},
		Course:    report.Course{Entered: 1404, Graduated: 812, CheckIns: []int{1200, 1100, 1000, 950, 900, 880, 860}},
		Messages:  report.Messages{Planned: 20_000, Sent: 12_345, Deferred: 90, Suppressed: []report.Suppressed{{"frequency_cap", "Too many messages this week", 4000}, {"global_optout", "Opted out of everything", 900}}},
		Groups:    []report.Group{{"华东 East", 4, []int{0, 100, 300, 500, 640}}, {"华南 South", 3, []int{0, 80, 200, 300, 460}}},
		Ladder:    []report.Rung{{1_000_000, 40_000, 2000, 500, 300, 280, 20}, {5_000_000, 160_000, 400, 200, 100, 90, 6}, {10_000_000, 280_000, 80, 80, 50, 44, 2}},
		Referrals: report.Referrals{Inviters: 200, Bound: 500, Qualified: 320, Tiers: []report.Tier{{1, 5000, 150}, {3, 8000, 40}, {6, 12_000, 9}}, Granted: 2_000_000, ClawedBack: 40_000, Paid: 1_800_000},
		Loop:      []report.Step{{Name: "Acquire", Users: 6000}, {"Settle", 2000, .333, .32, .345, 7, ""}, {"Activate", 1500, .75, .73, .77, 7, ""}, {"Convert", 600, .4, .37, .42, 7, ""}, {"Repurchase", 200, .33, .3, .37, 7, ""}, {"Refer", 90, .45, .38, .52, 7, ""}},
		Channels:  []report.Channel{{"wecom", 9000, 300, 90_000_00, 400_000_00}, {"sms", 3000, 40, 15_000_00, 50_000_00}},
		Rules:     []string{"Two promotions a week", "Quiet from 21:00 to 09:00"},
		Checks:    []report.Check{{"Coupons redeemed", "414", "414", true}, {"Rewards net", "1,960,000", "1,960,000", true}},
	}
	for i := range d.Groups {
		for len(d.Groups[i].Members) < 31 {
			m := d.Groups[i].Members
			d.Groups[i].Members = slices.Concat(m, []int{m[len(m)-1] + 7*i})
		}
	}
	return d
}

func TestPageHoldsEveryChart(t *testing.T) {
	var page, again bytes.Buffer
	if err := report.Write(&page, sample()); err != nil {
		t.Fatal(err)
	}
	if err := report.Write(&again, sample()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(page.Bytes(), again.Bytes()) {
		t.Error("equal data gave different pages")
	}
	if name := os.Getenv("REPORT"); name != "" { // to look at it
		if err := os.WriteFile(name, page.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range report.Charts {
		start := strings.Index(page.String(), `<svg id="`+id+`"`)
		if start < 0 {
			t.Errorf("%s is missing", id)
			continue
		}
		svg := page.String()[start:]
		svg = svg[:strings.Index(svg, "</svg>")+len("</svg>")]
		wellFormed(t, id, svg)
		for _, want := range []string{"viewBox=", `role="img"`, "aria-label=", "<title>", "<desc>"} {
			if !strings.Contains(svg, want) {
				t.Errorf("%s has no %s", id, want)
			}
		}
		if strings.Contains(svg, "NaN") {
			t.Errorf("%s draws NaN", id)
		}
	}
	if n := strings.Count(page.String(), "<svg "); n != len(report.Charts) {
		t.Errorf("%d charts on the page, %d in the list", n, len(report.Charts))
	}
	for _, outside := range []string{`src="http`, `href="http`, "@import", "url("} {
		if strings.Contains(page.String(), outside) {
			t.Errorf("the page loads something: %s", outside)
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	d := sample()
	d.Groups[0].Region = `<script>alert(1)</script>`
	d.Messages.Suppressed[0].Text = `<script>alert(2)</script>`
	d.Example.Person = `<script>alert(3)</script>`
	var page bytes.Buffer
	if err := report.Write(&page, d); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "<script") {
		t.Error("text reached the page as markup")
	}
}

func TestBrokenCheckIsShown(t *testing.T) {
	d := sample()
	d.Checks[1].OK = false
	var page bytes.Buffer
	if err := report.Write(&page, d); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), "The books do not balance") {
		t.Error("a broken check is not shown")
	}
}

func wellFormed(t *testing.T, id, svg string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
	}
}

// The browser check looks for the charts that there are.
func TestBrowserChecksEveryChart(t *testing.T) {
	check, err := os.ReadFile("../browser/page.mjs")
	if err != nil {
		t.Fatal(err)
	}
	list := string(check)
	list = list[strings.Index(list, "charts = [")+len("charts = [") : strings.Index(list, "]")]
	for _, id := range report.Charts {
		if name := "'" + strings.TrimPrefix(id, "chart-") + "'"; !strings.Contains(list, name) {
			t.Errorf("page.mjs does not check %s", name)
		}
	}
	if n := strings.Count(list, "'") / 2; n != len(report.Charts) {
		t.Errorf("page.mjs checks %d charts, there are %d", n, len(report.Charts))
	}
}
