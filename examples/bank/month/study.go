package month

import (
	"context"
	"fmt"

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
	data.Figures = figures(data)
	return nil
}

func figures(d *report.Data) []report.Figure {
	var cost, value, customers = 0.0, 0.0, 0
	for _, c := range d.Channels {
		cost, value, customers = cost+float64(c.Cost), value+float64(c.Value), customers+c.Orders
	}
	return []report.Figure{
		{Name: "Customers", Value: report.Count(d.Users), Note: fmt.Sprintf("%s invited this month", report.Count(MostInvited))},
		{Name: "Messages sent", Value: report.Count(d.Messages.Sent), Note: fmt.Sprintf("%s held back", report.Count(d.Messages.Planned-d.Messages.Sent))},
		{Name: "Orders", Value: report.Count(customers), Note: fmt.Sprintf("%s after the course", report.Count(d.Course.Graduated))},
		{Name: "Margin less cost", Value: fmt.Sprintf("¥%s", report.Count(int((value-cost)/100))), Note: fmt.Sprintf("on ¥%s of cost", report.Count(int(cost/100)))},
	}
}
