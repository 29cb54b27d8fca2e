package month

import (
	"context"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/examples/bank/study"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// Policy is the bank's rule for every message: at most two promotions in seven
// days and four in a month, one call a fortnight, and quiet from nine in the
// evening to nine in the morning.
func Policy() campaign.Policy {
	promo := campaign.Match{Topics: []campaign.Topic{campaign.Promo}}
	return campaign.Policy{
		Caps: campaign.Caps{
			{ID: "two promotions a week", Match: promo, Limit: 2, Window: campaign.RollingWindow(7 * 24 * time.Hour)},
			{ID: "four promotions a month", Match: promo, Limit: 4, Window: campaign.CalendarWindow(campaign.Month)},
			{ID: "a call a fortnight", Match: campaign.Match{Channels: []campaign.Channel{Phone}}, Limit: 1, Window: campaign.RollingWindow(14 * 24 * time.Hour)},
		},
		Quiet: campaign.QuietHours{Windows: []siyu.WeeklyWindow{
			{Start: siyu.HourMinute(21, 0), End: siyu.HourMinute(9, 0)},
		}},
		ConsentRequired: []campaign.Channel{SMS, Phone},
		FallbackZone:    Zone,
	}
}

// wave is one campaign and when it is sent.
type wave struct {
	campaign.Message
	at   time.Time
	only func(life, *fact) bool // to whom; nil is all who were invited
}

func message(id campaign.ID, topic campaign.Topic, at, until time.Time, channels ...campaign.Channel) wave {
	return wave{Message: campaign.Message{
		ID: id, Topic: topic, Channels: channels, Window: siyu.Window{Start: at, End: until},
	}, at: at}
}

// The messages of the month. The late show begins in quiet hours and is over
// before they end; the last reminder waits for the morning; the gift is scarce.
var (
	courseWaves = []wave{
		courseOf(0), courseOf(1), courseOf(2), courseOf(3), courseOf(4),
		message("course", "course", on(7, 10, 0), on(8, 0, 0), WeCom, SMS, Phone).to(missed),
	}
	promoWaves = []wave{
		message("late-show", "live", on(10, 22, 0), on(10, 23, 30), WeCom).to(followers),
		message("coupons", campaign.Promo, on(11, 9, 30), on(25, 0, 0), WeCom, SMS),
		message("gift", campaign.Promo, on(13, 15, 0), on(20, 0, 0), WeCom, SMS).of(giftStock),
		message("bond-subscription", campaign.Promo, on(16, 15, 0), on(20, 0, 0), WeCom, SMS).to(followers),
		message("coupons-last-days", campaign.Promo, on(20, 21, 30), on(25, 0, 0), WeCom, SMS).to(followers),
		message("adviser-call", "advice", on(23, 14, 0), on(28, 0, 0), Phone).to(followers),
	}
)

func (w wave) to(only func(life, *fact) bool) wave {
	w.only = only
	return w
}

// courseOf is the invitation of one cohort: a fifth of the invited each day
// from Monday on.
func courseOf(cohort int) wave {
	day := 2 + cohort
	return message("course", "course", on(day, 10, 0), on(8, 0, 0), WeCom, SMS, Phone).to(func(l life, _ *fact) bool {
		return l.draw.pick(l.person.ID, "cohort", 5) == cohort
	})
}

// of makes the message scarce: so many of what it offers, one for each send.
func (w wave) of(left int) wave {
	w.Stock = &campaign.Stock{Left: left, OnePerSend: true}
	return w
}

// followers are those who came before: on WeCom, in a group, or for a coupon.
func followers(_ life, f *fact) bool { return !f.came.IsZero() }

// missed are those whom the first message did not reach, and some whom it did:
// lists are never clean.
func missed(l life, f *fact) bool { return !f.reached || l.happens("on both lists", 0.06) }

// inviteToCourse invites everybody to the course, and asks those again who were
// not reached at the first time. Who answers, comes.
func (m *Month) inviteToCourse(ctx context.Context) error { return m.sendAll(ctx, courseWaves) }

// promote sends the promotions of the month.
func (m *Month) promote(ctx context.Context) error { return m.sendAll(ctx, promoWaves) }

func (m *Month) sendAll(ctx context.Context, waves []wave) error {
	for n, w := range waves {
		stage := fmt.Sprintf("message %d %s", n+1, w.ID)
		if err := m.begin(ctx, stage); err != nil {
			return err
		}
		people := m.invited
		if w.only != nil {
			people = m.who(func(p *study.Person, f *fact) bool { return w.only(life{p, m.draw}, f) })
		}
		err := m.each(ctx, stage, people, func(ctx context.Context, s *sqlstore.Store, l life) error {
			return m.send(ctx, s, l, w, stage)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// giftStock is how many gifts there are.
const giftStock = 800
