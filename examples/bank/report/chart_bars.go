package report

import (
	"fmt"

	"github.com/siyu-go/siyu"
)

func suppressionChart(m Messages) chart {
	const thick, gap = 22.0, 34.0
	s := newSheet(max(60, float64(len(m.Suppressed))*(thick+gap)))
	most, all := 1, 0
	for _, r := range m.Suppressed {
		most, all = max(most, r.Count), all+r.Count
	}
	var rows [][]string
	for i, r := range m.Suppressed {
		y := float64(i)*(thick+gap) + 22
		s.text(0, y-10, style{size: 15, colour: ink}, "%s", r.Text)
		length := visible(390 * part(r.Count, most))
		s.bar(0, y, length, thick, warn)
		s.text(length+8, y+thick/2, style{size: 15, bold: true, colour: ink}, "%s", Count(r.Count))
		rows = append(rows, []string{r.Text, r.Reason, Count(r.Count)})
	}
	rows = append(rows, []string{"sent", "", Count(m.Sent)}, []string{"of these deferred first", "", Count(m.Deferred)}, []string{"planned", "", Count(m.Planned)})
	title := fmt.Sprintf("%s of %s messages were held back, each for one named reason", Count(all), Count(m.Planned))
	return s.chart("chart-suppression", title, "The first reason that holds, in the order in which they are asked.", []string{"Reason", "Word", "Messages"}, rows)
}

func ladderChart(rungs []Rung) chart {
	const thick, block = 20.0, 132.0
	s := newSheet(block * float64(len(rungs)))
	most, used := 1, 0
	for _, r := range rungs {
		most, used = max(most, r.Claimed), used+r.Redeemed
	}
	var rows [][]string
	for i, r := range rungs {
		y := block * float64(i)
		s.text(0, y+14, style{size: 16, bold: true, colour: ink}, "From %s, %s off", Yuan(r.From), Yuan(r.Off))
		s.text(width, y+14, style{size: 13, colour: muted, at: right}, "%s issued", Count(r.Quota))
		for j, bar := range []struct {
			name   string
			n      int
			colour role
		}{{"claimed", r.Claimed, third}, {"locked", r.Locked, second}, {"redeemed", r.Redeemed, brand}, {"refunded", r.Refunded, warn}} {
			top := y + 30 + float64(j)*(thick+3)
			length := visible(290 * part(bar.n, most))
			s.text(80, top+thick/2, style{size: 14, colour: muted, at: right}, "%s", bar.name)
			s.bar(90, top, length, thick, bar.colour)
			s.text(98+length, top+thick/2, style{size: 14, bold: true, colour: ink}, "%s", Count(bar.n))
		}
		rows = append(rows, []string{"from " + Yuan(r.From), Yuan(r.Off), Count(r.Quota), Count(r.Claimed), Count(r.Locked), Count(r.Redeemed), Count(r.Refunded)})
	}
	title := fmt.Sprintf("%s coupons redeemed on three rungs", Count(used))
	return s.chart("chart-ladder", title, "Coupons by the rung that the order reached: claimed, locked by an order, redeemed when paid, refunded in part or whole.",
		[]string{"Rung", "Off", "Issued", "Claimed", "Locked", "Redeemed", "Refunded"}, rows)
}

func channelsChart(channels []Channel) chart {
	const thick, block = 20.0, 84.0
	s := newSheet(block * float64(max(1, len(channels))))
	most := siyu.Money(1)
	best, bestReturn := "", 0.0
	for _, c := range channels {
		most = max(most, c.Value, c.Cost)
		if c.Cost > 0 && float64(c.Value)/float64(c.Cost) > bestReturn {
			best, bestReturn = c.Name, float64(c.Value)/float64(c.Cost)
		}
	}
	var rows [][]string
	for i, c := range channels {
		y := block * float64(i)
		s.text(0, y+14, style{size: 15, bold: true, colour: ink}, "%s", c.Name)
		s.text(width, y+14, style{size: 14, colour: muted, at: right}, "%s touches, %s orders", Count(c.Touches), Count(c.Orders))
		for j, bar := range []struct {
			name   string
			amount siyu.Money
			colour role
		}{{"cost", c.Cost, gold}, {"margin", c.Value, brand}} {
			top := y + 28 + float64(j)*(thick+3)
			length := visible(260 * float64(bar.amount) / float64(most))
			s.text(56, top+thick/2, style{size: 14, colour: muted, at: right}, "%s", bar.name)
			s.bar(66, top, length, thick, bar.colour)
			s.text(74+length, top+thick/2, style{size: 14, bold: true, colour: ink}, "%s", Yuan(bar.amount))
		}
		rows = append(rows, []string{c.Name, Count(c.Touches), Count(c.Orders), Yuan(c.Cost), Yuan(c.Value), times(c)})
	}
	title := "Cost and return by channel"
	if best != "" {
		title = fmt.Sprintf("%s return most: ¥%.1f of margin for each ¥1 of cost", best, bestReturn)
	}
	return s.chart("chart-channels", title, "Cost of messages, calls, coupons and rewards beside the margin of the orders credited to each channel as the last touch.",
		[]string{"Channel", "Touches", "Orders", "Cost", "Margin", "Return"}, rows)
}

func times(c Channel) string {
	if c.Cost <= 0 {
		return ""
	}
	return fmt.Sprintf("%.1f ×", float64(c.Value)/float64(c.Cost))
}

// visible is a length at which what is small can be seen, and nothing is
// nothing.
func visible(length float64) float64 {
	if length <= 0 {
		return 0
	}
	return max(2, length)
}
