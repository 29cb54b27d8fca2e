// Command course runs a seven-day course (训练营) from the first hello to the
// report: a teacher and a group for everybody, a study pack, the hometown ritual,
// check-ins with reminders, graduation, and at the end a course at 18 % of its
// price for as long as there are seats.
package main

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/campaign/offer"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/persona"
	"github.com/siyu-go/siyu/store/memstore"
)

var (
	shanghai = time.FixedZone("Asia/Shanghai", 8*3600)
	start    = time.Date(2026, 3, 2, 10, 0, 0, 0, shanghai)

	teacher = persona.Card{
		ID: "jing", Name: "小京老师", Title: "专属理财导师", Since: persona.Date{Year: 2020, Month: 1, Day: 1},
		Values: []string{"先懂风险"}, Forbidden: []string{"保本", "稳赚"},
	}
	course = journey.Course{
		ID: "2026-03-03", Days: 7, LessonAt: siyu.HourMinute(9, 0), RemindAt: siyu.HourMinute(20, 0), FinishAt: siyu.HourMinute(21, 0),
		Need: 5, CheckIn: "打卡", Ritual: &journey.Ritual{Event: "家乡签到", Day: 1, Ack: "欢迎老乡"},
	}
	// checkIns are the days on which each checks in.
	checkIns = map[siyu.UserID][]int{"li": {1, 2, 3, 4, 5, 6, 7}, "wang": {1, 2, 4, 5, 7}, "zhao": {1, 2}}
	students = []siyu.UserID{"li", "wang", "zhao"}
)

// school is the services of one store.
type school struct {
	clock   *siyu.ManualClock
	people  *persona.Service
	coupons *coupon.Service
	courses *journey.Courses
	offers  *offer.Service
}

func main() {
	ctx, store, clock := context.Background(), memstore.New(), siyu.NewManualClock(start)
	s := school{
		clock:   clock,
		people:  persona.New(store.Personas(), &persona.Options{Clock: clock}),
		coupons: coupon.New(store.Coupons(), &coupon.Options{Clock: clock}),
		courses: get(journey.NewCourses(store.Journeys(), course, shanghai, &journey.Options{Clock: clock})),
		offers:  offer.New(store.Offers(), &offer.Options{Clock: clock}),
	}
	s.open(ctx)
	for _, user := range students {
		s.welcome(ctx, user)
	}
	for day := 1; day <= course.Days; day++ {
		s.day(ctx, day)
	}
	s.sell(ctx)
	report(ctx, store)
}

// open prepares what people are going to meet.
func (s school) open(ctx context.Context) {
	must(s.people.SaveRoster(ctx, "teachers", "teachers", func(*persona.Roster) (persona.Roster, error) {
		return persona.Roster{ID: "teachers", Zone: "Asia/Shanghai", Advisers: []persona.Adviser{{ID: "jing-1", Card: teacher.ID}, {ID: "jing-2", Card: teacher.ID}}}, nil
	}))
	must(s.people.SaveCode(ctx, "groups", persona.CodeID(course.ID), func(*persona.Code) (persona.Code, error) {
		return persona.Code{ID: persona.CodeID(course.ID), ScanCap: 200, HardCap: 500, Groups: []persona.Group{{ID: persona.GroupID(course.ID + " 学习群"), Members: 2}}}, nil
	}))
	must(s.coupons.SaveBatch(ctx, coupon.Batch{ID: "study-pack", Quota: coupon.Unlimited, PerUser: 1}))
	must(s.offers.Open(ctx, "seats", "advanced", offer.Seats{Total: 1, Hold: 15 * time.Minute}))
}

// welcome adds the teacher first, then the group of the course date.
func (s school) welcome(ctx context.Context, user siyu.UserID) {
	key := "join/" + string(user)
	adviser := get(s.people.Assign(ctx, persona.AssignRequest{Key: key, Roster: "teachers", User: user}))
	group := get(s.people.Join(ctx, persona.JoinRequest{Key: key, Code: persona.CodeID(course.ID), User: user}))
	get(s.coupons.Claim(ctx, coupon.ClaimRequest{Batch: "study-pack", User: user, Key: key}))
	get(s.courses.Enroll(ctx, key, user))
	if user == students[0] {
		fmt.Println(teacher.Greet(s.clock.Now(), shanghai, siyu.Chinese))
	}
	fmt.Println(user, "has", adviser.Adviser, "and is in", group.Group)
}

// day lets people check in, and sends in the evening what is due.
func (s school) day(ctx context.Context, day int) {
	s.clock.Set(start.AddDate(0, 0, day).Add(8 * time.Hour)) // 18:00
	for _, user := range students {
		if day == 1 {
			ritual := get(s.courses.Record(ctx, user, journey.Input{ID: "hometown/" + string(user), Event: course.Ritual.Event, At: s.clock.Now()}))
			s.tell(user, ritual.Sends)
		}
		for _, d := range checkIns[user] {
			if d == day {
				id := fmt.Sprint("checkin/", user, "/", day)
				s.tell(user, get(s.courses.Record(ctx, user, journey.Input{ID: id, Event: course.CheckIn, At: s.clock.Now()})).Sends)
			}
		}
	}
	s.clock.Set(start.AddDate(0, 0, day).Add(11 * time.Hour)) // 21:00
	for _, due := range get(s.courses.Due(ctx, 100)) {
		a := get(s.courses.Advance(ctx, fmt.Sprint("advance/", due.User, "/", day), due.User))
		s.tell(due.User, a.Sends)
	}
}

// tell prints messages but the daily lessons.
func (s school) tell(user siyu.UserID, sends []journey.Send) {
	for _, m := range sends {
		if !strings.HasPrefix(m.Message, journey.Lesson) {
			fmt.Println(m.At.In(shanghai).Format("01-02 15:04"), user, m.Message)
		}
	}
}

// sell offers the advanced course to those who graduated, in their order.
func (s school) sell(ctx context.Context) {
	tonight := offer.Price{ID: "1.8折", Percent: 18, Window: siyu.Window{Start: s.clock.Now(), End: s.clock.Now().Add(3 * time.Hour)}}
	price, name, err := offer.PriceAt(2_999_00, []offer.Price{tonight}, s.clock.Now())
	must(err)
	for _, user := range students {
		enrolment, _, err := s.courses.Progress(ctx, user)
		must(err)
		if enrolment.State != journey.Graduated {
			continue
		}
		seats := get(s.offers.Seats(ctx, "advanced"))
		if seats.Left(s.clock.Now()) == 0 {
			fmt.Println(user, "graduated; no seat is left")
			continue
		}
		text := get(seats.Fill("最后{left}个名额,"+name+" "+price.Format(siyu.CNY), s.clock.Now()))
		get(s.offers.Claim(ctx, "claim/"+string(user), "advanced", user))
		paid := get(s.offers.Pay(ctx, "pay/"+string(user), "advanced", user))
		fmt.Println(user, text, paid.Result)
	}
}

// report counts the way of everybody from the event log that all of it wrote.
func report(ctx context.Context, store *memstore.Store) {
	events := get(funnel.NewLog(func(yield func(siyu.Event, error) bool) {
		for e, err := range store.Events().Events(ctx, 0) {
			if !yield(e.Event, err) {
				return
			}
		}
	}, nil))
	r := get(funnel.Run(events, funnel.Definition{Window: 14 * 24 * time.Hour, Steps: []funnel.Step{
		{Event: "persona.assign"},
		{Event: "persona.join"},
		{Event: "course.enrolled"},
		{Event: "course.checked_in"},
		{Event: "course.graduated"},
		{Event: "offer.paid"},
	}}))
	for _, step := range r.Steps {
		fmt.Println(step.Name, step.Count)
	}
	fmt.Println("talk to", r.Dropped(4))
}

func get[T any](v T, err error) T { must(err); return v }

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
