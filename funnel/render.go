package funnel

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"

	"github.com/siyu-go/siyu"
)

var columnTexts = []siyu.Text{
	{ZH: "步骤", EN: "step"},
	{ZH: "人数", EN: "count"},
	{ZH: "流失", EN: "dropped"},
	{ZH: "总转化率", EN: "of all"},
	{ZH: "单步转化率", EN: "of previous"},
	{ZH: "95%区间", EN: "95% interval"},
	{ZH: "中位用时", EN: "median time"},
}

// WriteText writes the steps as a table for people, in the language given, one
// table for the whole and one for each group.
func (r Report) WriteText(w io.Writer, lang siyu.Lang) error {
	out := bufio.NewWriter(w)
	r.Summary.writeText(out, lang)
	for _, g := range r.Groups {
		fmt.Fprintf(out, "\n%s\n", printable(strings.Join(g.Value, ", ")))
		g.Summary.writeText(out, lang)
	}
	return out.Flush()
}

func (s Summary) writeText(w io.Writer, lang siyu.Lang) {
	var head []string
	for _, c := range columnTexts {
		head = append(head, c.In(lang))
	}
	rows := [][]string{head}
	for _, step := range s.Steps {
		rows = append(rows, []string{
			printable(step.Name), strconv.Itoa(step.Count), strconv.Itoa(step.Dropped), percent(step.Rate.Share), percent(step.Next.Share),
			percent(step.Next.Low) + "-" + percent(step.Next.High), span(step.Time),
		})
	}
	width := make([]int, len(head))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], columnsOf(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", width[i]-columnsOf(cell))
			if i == 0 {
				line.WriteString(cell + pad)
			} else {
				line.WriteString("  " + pad + cell)
			}
		}
		fmt.Fprintln(w, line.String())
	}
}

// columnsOf returns how many columns a terminal gives to a text: Chinese
// characters take two.
func columnsOf(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
			r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0x20000 && r <= 0x3fffd) {
			n++
		}
	}
	return n
}

// printable drops control characters, which names that come from outside may
// hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', 1, 64) + "%" }

func span(t Times) string {
	if t.N == 0 {
		return "-"
	}
	switch s := t.Median; {
	case s < 120:
		return strconv.FormatFloat(s, 'f', 0, 64) + "s"
	case s < 7200:
		return strconv.FormatFloat(s/60, 'f', 1, 64) + "m"
	case s < 172800:
		return strconv.FormatFloat(s/3600, 'f', 1, 64) + "h"
	default:
		return strconv.FormatFloat(s/86400, 'f', 1, 64) + "d"
	}
}

// WriteCSV writes the steps of the whole and of each group as comma-separated
// values with a header; the group is empty for the whole. A text that a
// spreadsheet would take for a formula gets an apostrophe in front.
func (r Report) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	// A csv.Writer keeps its first error.
	_ = out.Write([]string{"group", "step", "name", "count", "dropped", "rate", "rate_low", "rate_high", "next", "next_low", "next_high", "mean_s", "median_s", "p90_s"})
	r.Summary.writeCSV(out, "")
	for _, g := range r.Groups {
		g.Summary.writeCSV(out, strings.Join(g.Value, " / "))
	}
	out.Flush()
	return out.Error()
}

func (s Summary) writeCSV(out *csv.Writer, group string) {
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
	for i, step := range s.Steps {
		_ = out.Write([]string{
			inert(group), strconv.Itoa(i), inert(step.Name), strconv.Itoa(step.Count), strconv.Itoa(step.Dropped),
			number(step.Rate.Share), number(step.Rate.Low), number(step.Rate.High),
			number(step.Next.Share), number(step.Next.Low), number(step.Next.High),
			number(step.Time.Mean), number(step.Time.Median), number(step.Time.P90),
		})
	}
}

func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// WriteSVG draws the steps as bars, with counts and rates. Texts are escaped,
// so the picture can be put into a page.
func (s Summary) WriteSVG(w io.Writer) error {
	const (
		width, bar, gap, label = 640, 28, 10, 160
		room                   = width - label - 130
	)
	out := bufio.NewWriter(w)
	height := len(s.Steps)*(bar+gap) + gap
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" font-family="sans-serif" font-size="13">`+"\n", width, height)
	for i, step := range s.Steps {
		y := gap + i*(bar+gap)
		size := 0.0
		if s.Steps[0].Count > 0 {
			size = room * min(float64(step.Count)/float64(s.Steps[0].Count), 1)
		}
		fmt.Fprintf(out, `<text x="%d" y="%d" text-anchor="end">%s</text>`, label-8, y+19, html.EscapeString(printable(step.Name)))
		fmt.Fprintf(out, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="#2f6fab"/>`, label, y, size, bar)
		fmt.Fprintf(out, `<text x="%.1f" y="%d">%d (%s)</text>`+"\n", label+size+8, y+19, step.Count, percent(step.Rate.Share))
	}
	fmt.Fprintln(out, "</svg>")
	return out.Flush()
}
