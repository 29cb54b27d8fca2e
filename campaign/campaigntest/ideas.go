package campaigntest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/campaign/offer"
	"github.com/siyu-go/siyu/campaign/survey"
)

func must(t *probe, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func eventNames(t *probe, log siyu.EventLog) (names []string) {
	t.Helper()
	for e, err := range log.Events(t.Context(), 0) {
		must(t, err)
		names = append(names, e.Name)
	}
	return names
}

func courses(t *probe, s Backend, clock siyu.Clock) *journey.Courses {
	t.Helper()
	c, err := journey.NewCourses(s.Journeys(), journey.Course{
		ID: "7d", Days: 2, LessonAt: siyu.HourMinute(9, 0), RemindAt: siyu.HourMinute(20, 0), FinishAt: siyu.HourMinute(21, 0),
		Need: 1, CheckIn: "checkin",
	}, time.UTC, &journey.Options{Clock: clock})
	must(t, err)
	return c
}

func messages(sends []journey.Send) (out []string) {
	for _, s := range sends {
		out = append(out, s.Message)
	}
	return out
}

func courseRuns(t *probe, s Backend) {
	clock := siyu.NewManualClock(noon)
	c := courses(t, s, clock)
	a, err := c.Enroll(t.Context(), "k1", "u1")
	must(t, err)
	same(t, "welcome", messages(a.Sends), []string{"welcome"})
	day1 := noon.Truncate(24*time.Hour).AddDate(0, 0, 1)
	a, err = c.Record(t.Context(), "u1", journey.Input{ID: "k2", Event: "checkin", At: day1.Add(10 * time.Hour)})
	must(t, err)
	same(t, "sends before the check-in", messages(a.Sends), []string{"lesson:1"})
	same(t, "check-ins", a.CheckIns, 1)
	clock.Set(day1.Add(72 * time.Hour))
	a, err = c.Advance(t.Context(), "k3", "u1")
	must(t, err)
	same(t, "the rest", messages(a.Sends), []string{"lesson:2", "remind:2", "graduate"})
	e, _, err := c.Progress(t.Context(), "u1")
	must(t, err)
	same(t, "state", e.State, journey.Graduated)
	same(t, "events", eventNames(t, s.Events()), []string{
		"course.enrolled", "course.send", "course.checked_in", "course.send", "course.graduated", "course.send", "course.send", "course.send",
	})
}

func courseRefuses(t *probe, s Backend) {
	c := courses(t, s, siyu.NewManualClock(noon))
	_, err := c.Enroll(t.Context(), "k1", "u1")
	must(t, err)
	before := eventNames(t, s.Events())
	a, err := c.Enroll(t.Context(), "k2", "u1")
	must(t, err)
	same(t, "answer", a, journey.Answer{State: journey.Active, Refused: journey.Inside})
	same(t, "events", eventNames(t, s.Events()), before)
	if _, err := c.Record(t.Context(), "u2", journey.Input{ID: "k3", Event: "checkin", At: noon}); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("input of someone not enrolled: got %v, want not found", err)
	}
	if _, _, err := c.Progress(t.Context(), "u2"); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("progress of someone not enrolled: got %v, want not found", err)
	}
}

func journeysDue(t *probe, s Backend) {
	clock := siyu.NewManualClock(noon)
	c := courses(t, s, clock)
	for _, user := range []siyu.UserID{"u2", "u1", "u3"} {
		_, err := c.Enroll(t.Context(), "k"+string(user), user)
		must(t, err)
	}
	list := func(limit int) (out []siyu.UserID) {
		records, err := c.Due(t.Context(), limit)
		must(t, err)
		for _, r := range records {
			out = append(out, r.User)
		}
		return out
	}
	same(t, "nothing yet", len(list(9)), 0)
	clock.Advance(24 * time.Hour)
	same(t, "due", list(9), []siyu.UserID{"u1", "u2", "u3"})
	same(t, "due, limited", list(2), []siyu.UserID{"u1", "u2"})
	clock.Advance(96 * time.Hour)
	_, err := c.Advance(t.Context(), "end", "u1")
	must(t, err)
	same(t, "due after one has ended", list(9), []siyu.UserID{"u2", "u3"})
}

func flowRuns(t *probe, s Backend) {
	clock := siyu.NewManualClock(noon)
	f, err := journey.NewFlows(s.Journeys(), time.UTC, &journey.Options{Clock: clock}, journey.Flow{
		ID: "f", Version: 1, Key: []string{"flight"}, Steps: []journey.Step{
			{ID: "hi", Do: journey.DoSend, Message: "hi"},
			{ID: "wait", Do: journey.DoWaitEvent, Event: "reply", Seconds: 3600, OnEvent: "thanks", OnTimeout: "nudge"},
			{ID: "thanks", Do: journey.DoSend, Message: "thanks", Then: journey.End},
			{ID: "nudge", Do: journey.DoSend, Message: "nudge"},
		},
	})
	must(t, err)
	for _, flight := range []string{"MU1", "MU2"} {
		a, err := f.Enter(t.Context(), journey.EnterRequest{Key: flight, User: "u1", Data: map[string]string{"flight": flight}})
		must(t, err)
		same(t, "first send", messages(a.Sends), []string{"hi"})
	}
	a, err := f.Enter(t.Context(), journey.EnterRequest{Key: "again", User: "u1", Data: map[string]string{"flight": "MU1"}})
	must(t, err)
	same(t, "second entry", a.Refused, journey.Inside)
	a, err = f.Hear(t.Context(), journey.EventRequest{
		User: "u1", Data: map[string]string{"flight": "MU1"}, Input: journey.Input{ID: "e1", Event: "reply", At: noon.Add(time.Minute)},
	})
	must(t, err)
	same(t, "after the reply", messages(a.Sends), []string{"thanks"})
	clock.Advance(2 * time.Hour)
	due, err := f.Due(t.Context(), 9)
	must(t, err)
	if len(due) != 1 {
		t.Fatalf("%d runs are due, want the other flight's", len(due))
	}
	a, err = f.Advance(t.Context(), "t1", due[0].Key, nil)
	must(t, err)
	same(t, "after the timeout", messages(a.Sends), []string{"nudge"})
	same(t, "state", a.State, journey.Completed)
}

func journeyReplays(t *probe, s Backend) {
	c := courses(t, s, siyu.NewManualClock(noon))
	first, err := c.Enroll(t.Context(), "k1", "u1")
	must(t, err)
	again, err := c.Enroll(t.Context(), "k1", "u1")
	must(t, err)
	first.Replayed = true
	same(t, "answer", again, first)
	if _, err := c.Enroll(t.Context(), "k1", "u2"); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("the key for another person: got %v, want a conflict", err)
	}
}

func seatsConcurrent(t *probe, s Backend) {
	svc := offer.New(s.Offers(), &offer.Options{Clock: siyu.NewManualClock(noon)})
	must(t, svc.Open(t.Context(), "open", "o", offer.Seats{Total: 5}))
	var mu sync.Mutex
	got := map[offer.Result]int{}
	must(t, errors.Join(atOnce(20, func(i int) error {
		user := fmt.Sprint("u", i)
		c, err := svc.Claim(context.WithoutCancel(t.Context()), user, "o", siyu.UserID(user))
		mu.Lock()
		defer mu.Unlock()
		got[c.Result]++
		return err
	})...))
	same(t, "claims", got, map[offer.Result]int{offer.Held: 5, offer.Refused: 15})
	seats, err := svc.Seats(t.Context(), "o")
	must(t, err)
	same(t, "left", seats.Left(noon), 0)
}

func seatsPaid(t *probe, s Backend) {
	clock := siyu.NewManualClock(noon)
	svc := offer.New(s.Offers(), &offer.Options{Clock: clock})
	if _, err := svc.Claim(t.Context(), "k0", "o", "u1"); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("claim of an unknown offer: got %v, want not found", err)
	}
	must(t, svc.Open(t.Context(), "open", "o", offer.Seats{Total: 1, Hold: time.Minute}))
	want := func(what string, c offer.Claimed, err error, result offer.Result, left int) {
		t.Helper()
		must(t, err)
		same(t, what, c, offer.Claimed{Result: result, Left: left, Replayed: c.Replayed})
	}
	c, err := svc.Claim(t.Context(), "k1", "o", "u1")
	want("claim", c, err, offer.Held, 0)
	c, err = svc.Claim(t.Context(), "k1", "o", "u1")
	want("claim, same key", c, err, offer.Held, 0)
	c, err = svc.Claim(t.Context(), "k2", "o", "u2")
	want("claim of another", c, err, offer.Refused, 0)
	clock.Advance(time.Minute)
	c, err = svc.Pay(t.Context(), "k3", "o", "u1")
	want("payment too late", c, err, offer.TooLate, 1)
	c, err = svc.Claim(t.Context(), "k2", "o", "u2")
	want("claim of another, same key", c, err, offer.Held, 0)
	c, err = svc.Pay(t.Context(), "k4", "o", "u2")
	want("payment", c, err, offer.Paid, 0)
	same(t, "events", eventNames(t, s.Events()), []string{"offer.held", "offer.held", "offer.paid"})
}

func wishes(stock int) survey.Survey {
	return survey.Survey{ID: "wish", Gift: &survey.Gift{Name: "pack", Stock: stock}, Questions: []survey.Question{{
		ID: "often", Required: true, Options: []survey.Option{
			{ID: "w1", Add: []string{"often:1"}, Set: map[string]json.RawMessage{"prefer.weekly": json.RawMessage("1")}},
			{ID: "never", Add: []string{"often:never"}, Set: map[string]json.RawMessage{"optout.topics+": json.RawMessage(`["promo"]`)}},
		},
	}}}
}

func surveySubmits(t *probe, s Backend) {
	svc := survey.New(s.Surveys(), &survey.Options{Clock: siyu.NewManualClock(noon)})
	out, err := svc.Submit(t.Context(), "k1", wishes(9), "u1", survey.Answers{})
	must(t, err)
	same(t, "faults", out.Faults, []survey.Fault{{Reason: survey.Missing, Question: "often"}})
	out, err = svc.Submit(t.Context(), "k1", wishes(9), "u1", survey.Answers{"often": {"w1"}})
	must(t, err)
	same(t, "gift", out, survey.Submitted{Gift: "pack"})
	out, err = svc.Submit(t.Context(), "k2", wishes(9), "u1", survey.Answers{"often": {"never"}})
	must(t, err)
	same(t, "second time", out, survey.Submitted{NoGift: survey.HadGift})
	p, err := s.Campaigns().Person(t.Context(), "u1")
	must(t, err)
	weekly := 1
	same(t, "profile", p, campaign.Person{
		ID: "u1", Tags: []string{"often:never"},
		Prefer: campaign.Preference{Weekly: &weekly}, OptOut: campaign.OptOut{Topics: []campaign.Topic{"promo"}},
	})
	same(t, "events", eventNames(t, s.Events()), []string{"survey.submitted", "survey.submitted"})
}

func giftsConcurrent(t *probe, s Backend) {
	svc := survey.New(s.Surveys(), &survey.Options{Clock: siyu.NewManualClock(noon)})
	var mu sync.Mutex
	given := 0
	must(t, errors.Join(atOnce(16, func(i int) error {
		user := fmt.Sprint("u", i)
		out, err := svc.Submit(context.WithoutCancel(t.Context()), user, wishes(3), siyu.UserID(user), survey.Answers{"often": {"w1"}})
		mu.Lock()
		defer mu.Unlock()
		if out.Gift != "" {
			given++
		}
		return err
	})...))
	same(t, "gifts", given, 3)
}
