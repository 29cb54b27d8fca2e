package month

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/examples/bank/report"
	"github.com/siyu-go/siyu/persona"
	"github.com/siyu-go/siyu/referral"
)

// checks compares what the stores hold with what the event log says.
type checks struct {
	list []report.Check
}

func (c *checks) equal(what string, store, log int64) {
	c.list = append(c.list, report.Check{
		What: what, Got: report.Count(int(store)), Want: "log: " + report.Count(int(log)), OK: store == log,
	})
}

func (c *checks) money(what string, store, log siyu.Money) {
	c.list = append(c.list, report.Check{What: what, Got: inYuan(store), Want: "log: " + inYuan(log), OK: store == log})
}

func (c *checks) atMost(what string, got, limit int64) {
	c.list = append(c.list, report.Check{
		What: what, Got: report.Count(int(got)), Want: "at most " + report.Count(int(limit)), OK: got <= limit,
	})
}

// inYuan writes an amount in yuan and fen.
func inYuan(m siyu.Money) string {
	text := m.Format("CNY")
	return report.Yuan(m-m%100) + text[strings.LastIndexByte(text, '.'):]
}

// check is the closing of the month: money and quotas must balance.
func (m *Month) check(ctx context.Context, d *report.Data) ([]report.Check, error) {
	var c checks
	for _, part := range []func(context.Context, *checks, *report.Data) error{
		m.checkCoupons, m.checkOrders, m.checkRewards, m.checkGroups, m.checkMessages,
	} {
		if err := part(ctx, &c, d); err != nil {
			return nil, err
		}
	}
	return c.list, nil
}

func (m *Month) checkCoupons(ctx context.Context, c *checks, d *report.Data) error {
	coupons := coupon.New(m.book.Store().Coupons(), &coupon.Options{Clock: m.clock})
	given := map[string]int64{}
	for _, e := range m.evidence.Month {
		if e.Name == Given {
			given[e.Props["batch"]]++
		}
	}
	for i, r := range d.Ladder {
		batch, err := coupons.Batch(ctx, BatchOf(i))
		if err != nil {
			return err
		}
		name := fmt.Sprintf("Coupons of ¥%s", major(r.Off))
		c.equal(name+" claimed", batch.Claimed, int64(r.Claimed))
		c.equal(name+" redeemed, less given back", batch.Redeemed, int64(r.Redeemed)-given[string(BatchOf(i))])
		c.atMost(name+" claimed, of those issued", batch.Claimed, batch.Quota)
	}
	return nil
}

func (m *Month) checkOrders(_ context.Context, c *checks, _ *report.Data) error {
	var gross, paid, discount, redeemed []siyu.Money
	for _, e := range m.evidence.Month {
		switch e.Name {
		case Order:
			gross = append(gross, siyu.Money(number(e.Props[propGross])))
			discount = append(discount, siyu.Money(number(e.Props[propDiscount])))
			paid = append(paid, e.Value)
		case Redeemed:
			redeemed = append(redeemed, e.Value)
		}
	}
	all, err := siyu.Sum(gross...)
	if err != nil {
		return err
	}
	parts, err := siyu.Sum(append(paid, discount...)...)
	if err != nil {
		return err
	}
	c.money("Orders: paid and discount make the price", parts, all)
	given, err := siyu.Sum(redeemed...)
	if err != nil {
		return err
	}
	off, err := siyu.Sum(discount...)
	if err != nil {
		return err
	}
	c.money("Discounts: coupons redeemed, and on orders", given, off)
	return nil
}

func (m *Month) checkRewards(ctx context.Context, c *checks, d *report.Data) error {
	service, err := invitations(m.book.Store(), m.clock)
	if err != nil {
		return err
	}
	totals, err := service.Totals(ctx)
	if err != nil {
		return err
	}
	net, err := d.Referrals.Granted.Sub(d.Referrals.ClawedBack)
	if err != nil {
		return err
	}
	c.money("Rewards granted, less clawed back", totals.Net, net)
	c.atMost("Rewards within the budget, in yuan", int64(totals.Net/100), int64(*Program.Caps.Budget/100))
	var paid, funds []siyu.Money
	for entry, err := range service.Ledger(ctx, "") {
		if err != nil {
			return err
		}
		switch {
		case entry.To == referral.Paid:
			paid = append(paid, entry.Amount)
		case entry.From == referral.Funds:
			funds = append(funds, entry.Amount)
		case entry.To == referral.Funds:
			funds = append(funds, -entry.Amount)
		}
	}
	out, err := siyu.Sum(paid...)
	if err != nil {
		return err
	}
	c.money("Rewards paid, by the ledger", out, d.Referrals.Paid)
	left, err := siyu.Sum(funds...)
	if err != nil {
		return err
	}
	c.money("Rewards out of the program, by the ledger", left, net)
	return nil
}

func (m *Month) checkGroups(ctx context.Context, c *checks, d *report.Data) error {
	service := persona.New(m.book.Store().Personas(), &persona.Options{Clock: m.clock})
	members, fullest, counted := 0, 0, 0
	for region := range Regions {
		code, err := service.Code(ctx, CodeOf(region).ID)
		if err != nil {
			return err
		}
		for _, g := range code.Groups {
			members, fullest = members+g.Members, max(fullest, g.Members)
		}
		counted += d.Groups[region].Members[Days-1]
	}
	c.equal("Members of groups", int64(members), int64(counted))
	c.atMost("Members of the fullest group", int64(fullest), Seats)
	return nil
}

// checkMessages replays every message that was sent against the policy's caps:
// none may be refused.
func (m *Month) checkMessages(_ context.Context, c *checks, _ *report.Data) error {
	var (
		log    []campaign.Contact
		gifts  int64
		once   = map[string]int{}
		double int64
	)
	for _, e := range m.evidence.Month {
		if e.Name != Sent {
			continue
		}
		id := e.Props[propCampaign]
		log = append(log, campaign.Contact{User: e.User, Send: campaign.Send{At: e.At, Attempt: campaign.Attempt{
			Campaign: campaign.ID(id), Topic: campaign.Topic(e.Props["topic"]), Channel: campaign.Channel(e.Channel),
		}}})
		if id == "gift" {
			gifts++
		}
		if once[string(e.User)+"/"+id]++; once[string(e.User)+"/"+id] == 2 {
			double++
		}
	}
	over := Policy().Caps.Backtest(log, func(siyu.UserID) *time.Location { return zone })
	c.atMost("Messages sent above a cap", int64(over.Saved), 0)
	c.atMost("People who got a message twice", double, 0)
	c.atMost("Gifts promised, of those in stock", gifts, int64(giftStock))
	return nil
}
