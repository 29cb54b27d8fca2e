package month

import (
	"context"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/examples/bank/study"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// Course is the course of seven days (7天小白理财实操课): a lesson each evening,
// a reminder for those who have not checked in, graduation (我毕业啦) with five
// check-ins of seven, and telling one's hometown on the first day.
var Course = journey.Course{
	ID: "seven-days", Days: 7, Need: 5,
	LessonAt: siyu.HourMinute(19, 30), RemindAt: siyu.HourMinute(21, 0), FinishAt: siyu.HourMinute(22, 0),
	CheckIn: CheckIn,
	Ritual:  &journey.Ritual{Event: Ritual, Day: 1, Ack: "welcome-home"},
}

// teach runs the course of everybody who joined a group. A person's course
// depends on nobody else, so it is run from end to end.
func (m *Month) teach(ctx context.Context) error {
	if err := m.begin(ctx, "course"); err != nil {
		return err
	}
	joined := m.who(func(_ *study.Person, f *fact) bool { return !f.joined.IsZero() })
	return m.each(ctx, "course", joined, func(ctx context.Context, s *sqlstore.Store, l life) error {
		_, err := s.Events().Append(ctx, l.course(m.facts.of(l.person.ID).joined)...)
		return err
	})
}

// course is all that happens in one person's course: what he does, and what the
// course answers.
func (l life) course(entered time.Time) (events []siyu.Event) {
	enrolment, sends := Course.Enroll(entered, zone)
	first := entered.In(zone)
	for day := 1; day <= Course.Days; day++ {
		if !l.checksIn(day) {
			continue
		}
		minute := l.draw.pick(l.person.ID, "check-in minute "+string(rune('0'+day)), 200)
		at := time.Date(first.Year(), first.Month(), first.Day()+day, 19, 35+minute, 0, 0, zone).UTC()
		names := []string{CheckIn}
		if day == 1 && l.happens("tells his hometown", 0.7) {
			names = append(names, Ritual)
		}
		for _, name := range names {
			in := siyu.Event{ID: l.id(name, day), User: l.person.ID, Name: name, At: at, Channel: string(WeCom), Domain: siyu.Private}
			events = append(events, in)
			var answer []journey.Send
			enrolment, answer = Course.Record(enrolment, journey.Input{ID: string(in.ID), Event: name, At: at}, zone)
			sends = append(sends, answer...)
		}
	}
	_, rest := Course.Advance(enrolment, Ends(), zone)
	for i, send := range append(sends, rest...) {
		events = append(events, siyu.Event{
			ID: l.id(Taught, i), User: l.person.ID, Name: Taught, At: send.At, Channel: string(WeCom), Domain: siyu.Private,
			Props: map[string]string{propMessage: send.Message},
		})
	}
	return events
}
