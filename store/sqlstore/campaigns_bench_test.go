package sqlstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/persona"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// Steps of campaign and persona on SQLite, each in a transaction of its own
// and a thousand in one of the host's.
func BenchmarkCampaign(b *testing.B) {
	now := siyu.NewManualClock(time.Date(2026, 6, 1, 2, 0, 0, 0, time.UTC))
	rules, err := campaign.Compile(campaign.Policy{
		Caps: campaign.Caps{{ID: "day", Limit: 3, Window: campaign.CalendarWindow(campaign.Day)}}, FallbackZone: "Asia/Shanghai",
	})
	if err != nil {
		b.Fatal(err)
	}
	course := journey.Course{
		ID: "7d", Days: 7, LessonAt: siyu.HourMinute(9, 0), RemindAt: siyu.HourMinute(20, 0), FinishAt: siyu.HourMinute(21, 0), Need: 5, CheckIn: "c",
	}
	code := persona.Code{ID: "c", ScanCap: 200, HardCap: 500, AutoCreate: &persona.AutoCreate{Base: "群", InitialMembers: 1}}
	steps := map[string]func(ctx context.Context, s *sqlstore.Store, n int) error{
		"reserve": func(ctx context.Context, s *sqlstore.Store, n int) error {
			_, err := campaign.New(s.Campaigns(), rules, &campaign.Options{Clock: now}).Reserve(ctx, campaign.ReserveRequest{
				Key:     fmt.Sprint(n),
				Person:  campaign.Person{ID: siyu.UserID(fmt.Sprint("u", n)), Reachable: []campaign.Channel{"wecom"}},
				Message: campaign.Message{ID: "m", Channels: []campaign.Channel{"wecom"}},
			})
			return err
		},
		"enroll": func(ctx context.Context, s *sqlstore.Store, n int) error {
			courses, err := journey.NewCourses(s.Journeys(), course, time.UTC, &journey.Options{Clock: now})
			if err != nil {
				return err
			}
			_, err = courses.Enroll(ctx, fmt.Sprint(n), siyu.UserID(fmt.Sprint("u", n)))
			return err
		},
		"join": func(ctx context.Context, s *sqlstore.Store, n int) error {
			svc := persona.New(s.Personas(), &persona.Options{Clock: now})
			if n == 0 {
				if err := svc.SaveCode(ctx, "code", "c", func(*persona.Code) (persona.Code, error) { return code, nil }); err != nil {
					return err
				}
			}
			_, err := svc.Join(ctx, persona.JoinRequest{Key: fmt.Sprint(n), Code: "c", User: siyu.UserID(fmt.Sprint("u", n))})
			return err
		},
	}
	for name, step := range steps {
		for _, batch := range []int{1, 1000} {
			b.Run(fmt.Sprintf("%s/batch=%d", name, batch), func(b *testing.B) {
				s, _ := engines[0].newStore(b)
				n := 0
				for n < b.N {
					if err := s.InTx(b.Context(), func(tx *sqlstore.Store) error {
						from := n
						for ; n < min(from+batch, b.N); n++ {
							if err := step(b.Context(), tx, n); err != nil {
								return err
							}
						}
						return nil
					}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
