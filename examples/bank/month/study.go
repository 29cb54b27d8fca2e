package month

import (
	"context"
	"fmt"
	"strings"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/report"
)

// Study counts the month from the event log, and checks it against the stores.
func (m *Month) Study(ctx context.Context, data *report.Data) (err error) {
	events := m.evidence.Month
	data.Month, data.Zone = Name, Zone
	data.Course = countCourse(events)
	data.Messages = countMessages(events)
	data.Groups = countGroups(events)
	data.Ladder = countLadder(events)
	if data.Referrals, err = countReferrals(events); err != nil {
		return err
	}
	if data.Channels, err = countChannels(events); err != nil {
		return err
	}
	if data.Loop, err = countLoop(events); err != nil {
		return err
	}
	if data.Checks, err = m.check(ctx, data); err != nil {
		return err
	}
	data.Rules = rulesInWords()
	data.Figures, err = figures(data, len(m.invited))
	return err
}

// figures are the headline numbers.
func figures(d *report.Data, invited int) ([]report.Figure, error) {
	var (
		cost, value siyu.Money
		orders      int
		err         error
	)
	for _, c := range d.Channels {
		orders += c.Orders
		if cost, err = cost.Add(c.Cost); err != nil {
			return nil, err
		}
		if value, err = value.Add(c.Value); err != nil {
			return nil, err
		}
	}
	left, err := value.Sub(cost)
	if err != nil {
		return nil, err
	}
	return []report.Figure{
		{Name: "Customers", Value: report.Count(d.Users), Note: report.Count(invited) + " invited this month"},
		{Name: "Messages sent", Value: report.Count(d.Messages.Sent), Note: report.Count(d.Messages.Planned-d.Messages.Sent) + " held back"},
		{Name: "Orders", Value: report.Count(orders), Note: report.Count(d.Referrals.Qualified) + " of them by friends"},
		{Name: "Margin less cost", Value: "¥" + major(left), Note: "on ¥" + major(cost) + " of cost"},
	}, nil
}

// rulesInWords says the definitions of the month.
func rulesInWords() []string {
	caps := Policy().Caps
	var names []string
	for _, c := range caps {
		names = append(names, c.ID)
	}
	var rungs []string
	for _, r := range Ladder {
		rungs = append(rungs, fmt.Sprintf("¥%s off from ¥%s", major(r.Off), major(r.From)))
	}
	var tiers []string
	for _, t := range Program.Rules[0].Tiers {
		tiers = append(tiers, fmt.Sprintf("¥%s each from friend %d on", major(t.Amount), t.From))
	}
	return []string{
		"Messages: at most " + strings.Join(names, ", ") + "; quiet from 21:00 to 9:00 where the person is; SMS and calls only with consent; a twentieth is held out.",
		fmt.Sprintf("Course (7天小白理财实操课): %d days, %d check-ins graduate; a reminder at 21:00 to those who have not checked in.", Course.Days, Course.Need),
		fmt.Sprintf("Groups: %d seats, by region; a full group opens the next. Advisers take at most 60 new customers a day each.", Seats),
		"Coupons (阶梯满减): " + strings.Join(rungs, ", ") + "; locked by the order, redeemed when it is paid, given back if all of it is returned.",
		fmt.Sprintf("Invitations (阶梯奖励): %s, ¥%s for the friend; held for a week, at most ¥%s a person and ¥%s in all.",
			strings.Join(tiers, ", "), major(Program.Rules[1].Amount), major(*Program.Caps.InviterAmount), major(*Program.Caps.Budget)),
	}
}

// major writes a whole number of yuan.
func major(m siyu.Money) string { return strings.TrimPrefix(report.Yuan(m), "¥") }
