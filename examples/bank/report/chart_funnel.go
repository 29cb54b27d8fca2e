package report

import (
	"fmt"
	"math"
)

func sqrt(x float64) float64 { return math.Sqrt(x) }

// funnelChart draws steps as bars that shrink, and what is lost between them.
func funnelChart(id, title, note string, steps []Step) chart {
	const thick, gap = 32.0, 46.0
	s := newSheet(float64(len(steps))*(thick+gap) - gap + 36)
	var rows [][]string
	for i, step := range steps {
		y := 26 + float64(i)*(thick+gap)
		share := part(step.Users, steps[0].Users)
		s.text(0, y-13, style{size: 15, bold: true, colour: ink}, "%s", step.Name)
		s.text(width, y-13, style{size: 15, colour: ink, at: right}, "%s  (%s)", Count(step.Users), percent(share))
		s.rect(0, y, width, thick, tint)
		s.bar(0, y, visible(width*share), thick, brand)
		row := []string{step.Name, Count(step.Users), percent1(share), "", "", ""}
		if i > 0 {
			row = append(row[:3], percent1(step.Rate), percent1(step.Low)+" to "+percent1(step.High), Count(steps[i-1].Users-step.Users))
			words := fmt.Sprintf("%s go on (%s to %s)", percent1(step.Rate), percent1(step.Low), percent1(step.High))
			if step.Of != "" {
				words = fmt.Sprintf("%s of %s (%s to %s)", percent1(step.Rate), step.Of, percent1(step.Low), percent1(step.High))
				row[5] = ""
			}
			if share > 0.55 {
				s.text(12, y+thick/2, style{size: 14, colour: onDark}, "%s", words)
			} else {
				s.text(width*share+10, y+thick/2, style{size: 14, colour: ink}, "%s", words)
			}
		}
		if i+1 < len(steps) && steps[i+1].Of == "" {
			if lost := step.Users - steps[i+1].Users; lost > 0 {
				s.text(0, y+thick+13, style{size: 14, colour: warn}, "\u2193 %s drop out here", Count(lost))
			}
		}
		rows = append(rows, row)
	}
	return s.chart(id, title, note, []string{"Step", "People", "Of the first", "Of the step before", "95 % interval", "Dropped before it"}, rows)
}

func loanFunnelChart(l Loans) chart {
	first, last := l.Steps[0], l.Steps[len(l.Steps)-1]
	title := fmt.Sprintf("%s of leads are validated", percent1(part(last.Users, first.Users)))
	note := fmt.Sprintf("%s cases that began as a lead, of %s in the log; ordered steps within %s of the first. Wilson 95 %% intervals.",
		Count(first.Users), Count(l.Cases), span(l.Window))
	return funnelChart("chart-funnel", title, note, l.Steps)
}

func loopChart(steps []Step) chart {
	first, last := steps[0], steps[len(steps)-1]
	title := fmt.Sprintf("%s acquired, %s came back to buy or brought a friend", Count(first.Users), Count(last.Users))
	if len(steps) >= 6 {
		title = fmt.Sprintf("Of %s customers acquired, %s bought and %s brought a friend who bought",
			Count(first.Users), Count(steps[3].Users), Count(steps[5].Users))
	}
	c := funnelChart("chart-loop", title,
		"People who reached each stage, counted from the event log alone. Each stage counts those who also passed the stages before it.", steps)
	c.Head = append(c.Head, "Stand here at the end")
	for i, s := range steps {
		c.Rows[i] = append(c.Rows[i], Count(s.Now))
	}
	return c
}
