package report

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
)

// Charts are the ids of the page's charts in the order in which they come. The
// browser check looks for each.
var Charts = []string{
	"chart-loop",
	"chart-channels",
	"chart-rings",
	"chart-funnel",
	"chart-convert",
	"chart-pressure",
	"chart-caps",
	"chart-course",
	"chart-groups",
	"chart-suppression",
	"chart-ladder",
	"chart-referral",
}

// chart is one drawing with what it shows in words: the title is its finding.
type chart struct {
	ID, Title, Note string
	SVG             template.HTML
	Head            []string // the same numbers as a table
	Rows            [][]string
}

func (s *sheet) chart(id, title, note string, head []string, rows [][]string) chart {
	return chart{ID: id, Title: title, Note: note, SVG: s.markup(id, title, note), Head: head, Rows: rows}
}

// Count writes a whole number with thousands separated.
func Count(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, groups...), ",")
}

func percent(share float64) string {
	if share > 0 && share < 0.1 {
		return strconv.FormatFloat(100*share, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(100*share, 'f', 0, 64) + " %"
}

func percent1(share float64) string { return strconv.FormatFloat(100*share, 'f', 1, 64) + " %" }

// Yuan writes an amount of fen in whole yuan, thousands separated.
func Yuan(amount siyu.Money) string {
	whole, err := amount.MulDiv(1, 100, siyu.HalfEven)
	if err != nil {
		return amount.Format("CNY")
	}
	if whole < 0 {
		return "-¥" + Count(int(-whole))
	}
	return "¥" + Count(int(whole))
}

// span writes a duration in its largest sensible unit.
func span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Hours()/24), ".0") + " days"
}

func part(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
