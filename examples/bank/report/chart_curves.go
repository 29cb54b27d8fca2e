package report

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

func convertChart(l Loans) chart {
	a := newAxes(290, "days since the lead", "validated, of those who ever are")
	points := plotter.XYs{}
	longest := 0.0
	for _, p := range l.Converted {
		points = append(points, plotter.XY{X: p.After.Hours() / 24, Y: 100 * p.Share})
		longest = max(longest, p.After.Hours()/24)
	}
	floor := plotter.XYs{}
	for _, p := range points {
		floor = append(floor, plotter.XY{X: p.X, Y: 0})
	}
	a.band(floor, points, tint)
	a.steps(points, brand, 2.5)
	a.Y.Min, a.Y.Max = 0, 100
	a.X.Min, a.X.Max = 0, longest
	a.xs = round(longest, "")
	a.ys = marks([]float64{0, 25, 50, 75, 100}, []string{"0 %", "25 %", "50 %", "75 %", "100 %"})
	title := "How long the decision takes"
	var rows [][]string
	for _, t := range l.Times {
		rows = append(rows, []string{t.Name, Count(t.People), span(t.Median), span(t.P75), span(t.P90)})
		if !t.Overall {
			continue
		}
		title = fmt.Sprintf("Half of those validated are within %s, nine in ten within %s", span(t.Median), span(t.P90))
		for _, p := range []Share{{t.Median, 50}, {t.P90, 90}} {
			x, share := p.After.Hours()/24, p.Share
			a.curve(plotter.XYs{{X: 0, Y: share}, {X: x, Y: share}, {X: x, Y: 0}}, gold, 1.2, true)
			a.dots(plotter.XYs{{X: x, Y: share}}, gold)
		}
	}
	return a.sheet().chart("chart-convert", title, "Time from the lead to the validation, over the attempt that got furthest.",
		[]string{"Step", "People", "Median", "75 %", "90 %"}, rows)
}

func pressureChart(points []Pressure) chart {
	a := newAxes(290, "contacts in one campaign", "subscribed, with 95 % interval")
	var low, high, rate plotter.XYs
	var names []string
	var places []float64
	var rows [][]string
	top := 0.0
	for i, p := range points {
		x := float64(i)
		low = append(low, plotter.XY{X: x, Y: 100 * p.Low})
		high = append(high, plotter.XY{X: x, Y: 100 * p.High})
		rate = append(rate, plotter.XY{X: x, Y: 100 * p.Rate})
		names, places = append(names, p.Contacts), append(places, x)
		top = max(top, 100*p.High)
		rows = append(rows, []string{p.Contacts, Count(p.Users), Count(p.Subscribed), percent1(p.Rate), percent1(p.Low) + " to " + percent1(p.High)})
	}
	a.band(low, high, tint)
	a.curve(rate, brand, 2.5, false)
	a.dots(rate, brand)
	a.xs = marks(places, names)
	a.Y.Min, a.Y.Max = 0, top*1.05
	a.ys = round(top, " %")
	first, last := points[0], points[len(points)-1]
	title := fmt.Sprintf("One call: %s subscribe. %s calls: %s", percent1(first.Rate), last.Contacts, percent1(last.Rate))
	return a.sheet().chart("chart-pressure", title, "Share of customers who subscribed a term deposit, by how often the campaign called them.",
		[]string{"Contacts", "Customers", "Subscribed", "Rate", "95 % interval"}, rows)
}

func capsChart(caps []Cap) chart {
	a := newAxes(290, "contacts allowed per customer", "share of all")
	var saved, lost plotter.XYs
	var names []string
	var places []float64
	var rows [][]string
	for i, c := range caps {
		saved = append(saved, plotter.XY{X: float64(i), Y: 100 * c.SavedPart})
		lost = append(lost, plotter.XY{X: float64(i), Y: 100 * c.LostPart})
		names, places = append(names, fmt.Sprint(c.Limit)), append(places, float64(i))
		rows = append(rows, []string{fmt.Sprint(c.Limit), Count(c.Saved), percent1(c.SavedPart), Count(c.LostConversions), percent1(c.LostPart), fmt.Sprintf("%.1f", c.LostPerThousand)})
	}
	a.legend = []entry{{"contacts saved", brand}, {"conversions they had brought", warn}}
	a.curve(saved, brand, 2.5, false)
	a.dots(saved, brand)
	a.curve(lost, warn, 2.5, false)
	a.dots(lost, warn)
	a.xs = marks(places, names)
	a.Y.Min = 0
	a.ys = round(a.Y.Max, " %")
	title := "What a frequency cap would have saved"
	for _, c := range caps {
		if c.Limit == 4 {
			title = fmt.Sprintf("A cap of 4 saves %s of contacts for at most %s of conversions", percent(c.SavedPart), percent(c.LostPart))
		}
	}
	return a.sheet().chart("chart-caps", title, "The real contacts replayed against a cap per customer and campaign. A conversion counts as lost if the call that brought it would not have been made: an upper bound.",
		[]string{"Cap", "Contacts saved", "Share", "Conversions they had brought", "Share", "Lost per 1,000 saved"}, rows)
}

func groupsChart(groups []Group) chart {
	a := newAxes(320, "day of the month", "members")
	colours := []role{brand, gold, second, warn, third, muted, ink}
	most, total, number, days := 0, 0, 0, lastChange(groups)+1
	var rows [][]string
	for i, g := range groups {
		var points plotter.XYs
		for day, n := range g.Members[:days] {
			points = append(points, plotter.XY{X: float64(day + 1), Y: float64(n)})
			most = max(most, n)
		}
		a.legend = append(a.legend, entry{g.Region, colours[i%len(colours)]})
		a.steps(points, colours[i%len(colours)], 2.5)
		last := g.Members[len(g.Members)-1]
		total, number = total+last, number+g.Groups
		rows = append(rows, []string{g.Region, Count(last), Count(g.Groups)})
	}
	a.Y.Min, a.Y.Max = 0, float64(most)*1.1
	a.ys = round(a.Y.Max, "")
	a.X.Min, a.X.Max = 1, float64(days)
	for day := 1; day <= days; day += max(1, days/8) {
		a.xs = append(a.xs, plot.Tick{Value: float64(day), Label: fmt.Sprint(day)})
	}
	title := fmt.Sprintf("%s members in %s groups of at most 200 seats", Count(total), Count(number))
	return a.sheet().chart("chart-groups", title, "Members at the end of each day, by region. A full group opens the next one; adviser and assistants take seats too.",
		[]string{"Region", "Members", "Groups"}, rows)
}

// lastChange is the last day on which a group still grew, counted from 1.
func lastChange(groups []Group) int {
	last := 1
	for _, g := range groups {
		for day := 1; day < len(g.Members)-1; day++ {
			if g.Members[day] != g.Members[day-1] {
				last = max(last, day+1)
			}
		}
	}
	return last
}

func courseChart(c Course) chart {
	a := newAxes(280, "day of the course", "people who checked in")
	var values []float64
	var days []string
	var places []float64
	rows := [][]string{{"entered", Count(c.Entered)}}
	for i, n := range c.CheckIns {
		values = append(values, float64(n))
		days, places = append(days, fmt.Sprint(i+1)), append(places, float64(i))
		rows = append(rows, []string{"day " + fmt.Sprint(i+1), Count(n)})
	}
	rows = append(rows, []string{"graduated", Count(c.Graduated)})
	a.columns(values, brand, 36)
	a.xs = marks(places, days)
	title := fmt.Sprintf("%s of %s who began the course graduated", percent(part(c.Graduated, c.Entered)), Count(c.Entered))
	return a.sheet().chart("chart-course", title, "Check-ins (打卡) on each of the seven days; five of seven days graduate.", []string{"", "People"}, rows)
}

func tiersChart(r Referrals) chart {
	a := newAxes(280, "friends who bought", "inviters who got this far")
	var values, places []float64
	var names []string
	var rows [][]string
	for i, t := range r.Tiers {
		values = append(values, float64(t.Inviters))
		places = append(places, float64(i))
		names = append(names, fmt.Sprintf("%d+ at %s", t.From, Yuan(t.Reward)))
		rows = append(rows, []string{fmt.Sprintf("from friend %d", t.From), Yuan(t.Reward), Count(t.Inviters)})
	}
	a.columns(values, gold, 52)
	a.xs = marks(places, names)
	title := fmt.Sprintf("%s friends bought; %s paid out, %s clawed back", Count(r.Qualified), Yuan(r.Paid), Yuan(r.ClawedBack))
	return a.sheet().chart("chart-referral", title, "Stacking tiers (阶梯奖励): each friend is worth the rate of the tier he falls in. Rewards are held before they can be paid.",
		[]string{"Tier", "Reward each", "Inviters"}, rows)
}
