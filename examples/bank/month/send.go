package month

import (
	"context"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/store/sqlstore"
)

var rules = func() *campaign.Rules {
	r, err := campaign.Compile(Policy())
	if err != nil {
		panic(err) // the policy is written above
	}
	return r
}()

// send reserves a message to one person, hands it to the channel, settles what
// the channel said, and lets the person answer what he got.
func (m *Month) send(ctx context.Context, s *sqlstore.Store, l life, w wave, stage string) error {
	var (
		service = campaign.New(s.Campaigns(), rules, &campaign.Options{Clock: m.clock})
		person  = l.contact(holdout.Holds(string(l.person.ID)))
		key     = fmt.Sprintf("%s/%s", stage, l.person.ID)
	)
	m.clock.Set(w.at)
	reserved, err := service.Reserve(ctx, campaign.ReserveRequest{Key: key, Person: person, Message: w.Message})
	if err == nil && reserved.Action == campaign.Defer {
		m.clock.Set(reserved.Release)
		reserved, err = release(ctx, service, reserved.ID, campaign.ReleaseRequest{Key: key, Person: person, Message: w.Message})
	}
	if err != nil {
		return err
	}
	if reserved.Action != campaign.SendNow {
		_, err := s.Events().Append(ctx, siyu.Event{
			ID: siyu.EventID(HeldBack + "/" + key), User: l.person.ID, Name: HeldBack, At: m.clock.Now(), Domain: siyu.Private,
			Props: map[string]string{propCampaign: string(w.ID), propReason: string(reserved.Reason)},
		})
		return err
	}
	outcome := campaign.Sent
	if l.happens("delivery fails "+stage, 0.01) {
		outcome = campaign.Failed
	}
	if err := service.Settle(ctx, campaign.SettleRequest{Key: key, Send: reserved.ID, Outcome: outcome}); err != nil {
		return err
	}
	after, comes := l.answers(string(w.ID), reserved.Channel)
	came := m.clock.Now().Add(after)
	if outcome != campaign.Sent || !comes || !came.Before(w.at.Add(48*time.Hour)) {
		return nil
	}
	_, err = s.Events().Append(ctx, siyu.Event{
		ID: siyu.EventID(Came + "/" + key), User: l.person.ID, Name: Came, At: came,
		Channel: string(reserved.Channel), Domain: siyu.Private, Props: map[string]string{propCampaign: string(w.ID)},
	})
	return err
}

// release decides a deferred send again, whose release has come.
func release(ctx context.Context, service *campaign.Service, id campaign.SendID, req campaign.ReleaseRequest) (campaign.Reservation, error) {
	due, err := service.Due(ctx, 1)
	if err != nil {
		return campaign.Reservation{}, err
	}
	if len(due) != 1 || due[0].ID != id { // each is released before the next message is looked at
		return campaign.Reservation{}, fmt.Errorf("send %s is not the one that is due", id)
	}
	req.Send = due[0]
	return service.Release(ctx, req)
}
