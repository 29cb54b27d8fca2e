package funnel_test

import (
	"fmt"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// A live show in which fans are half of the viewers: how long they watch, how
// often they speak, and how far above the others that is (粉丝 and 非粉丝).
func ExampleRunAmounts() {
	watched := func(user siyu.UserID, relation string, seconds int) siyu.Event {
		return did(user, "live.watched", on(3, 1), "relation", relation, "seconds", strconv.Itoa(seconds))
	}
	log := logOf([]siyu.Event{
		watched("li", "fan", 1500), watched("wang", "fan", 2100), watched("zhao", "other", 200), watched("sun", "other", 400),
		did("li", "live.liked", on(3, 1), "relation", "fan"), did("wang", "live.spoke", on(3, 1), "relation", "fan"),
		did("wang", "live.spoke", on(3, 2), "relation", "fan"),
		did("zhao", "live.spoke", on(3, 1), "relation", "other"),
	})
	relation := funnel.Dimension{Prop: "relation"}
	for _, a := range get(funnel.RunAmounts(log, funnel.Amounts{Event: funnel.Step{Event: "live.watched"}, Of: "seconds", By: relation})) {
		fmt.Printf("%s: %d viewers, %.0f s each, %+.0f %%\n", a.Value, a.Users, a.Mean, 100*a.Lift)
	}
	acts := funnel.Step{AnyOf: []funnel.Step{{Event: "live.liked"}, {Event: "live.spoke"}}}
	for _, a := range get(funnel.RunAmounts(log, funnel.Amounts{Event: acts, By: relation})) {
		fmt.Printf("%s: %d interactions, %.1f each, %+.0f %%\n", a.Value, a.Sum, a.Mean, 100*a.Lift)
	}
	// Output:
	// fan: 2 viewers, 1800 s each, +500 %
	// other: 2 viewers, 300 s each, -83 %
	// fan: 3 interactions, 1.5 each, +50 %
	// other: 1 interactions, 1.0 each, -33 %
}

// Who brings the turnover of the live show (粉丝GMV占比): old fans, new ones,
// and viewers who are none. The relation at the time stands on the order.
func ExampleRunShares_fans() {
	sold := func(user siyu.UserID, relation string, yuan siyu.Money) siyu.Event {
		e := did(user, "order", on(3, 1), "relation", relation)
		e.Value = yuan * 100
		return e
	}
	log := logOf([]siyu.Event{sold("li", "old fan", 590), sold("wang", "new fan", 240), sold("zhao", "none", 170)})
	fans := siyu.BPS(0)
	for _, s := range get(funnel.RunShares(log, funnel.Shares{Event: funnel.Step{Event: "order"}, By: funnel.Dimension{Prop: "relation"}})) {
		fmt.Println(s.Value, s.Part)
		if s.Value != "none" {
			fans += s.Part
		}
	}
	fmt.Println("fans", fans)
	// Output:
	// old fan 59%
	// new fan 24%
	// none 17%
	// fans 83%
}

// Turnover of an app by scene (饭票, 影票), of which service the revenue comes,
// and how many people use each.
func ExampleRunShares_scenes() {
	paid := func(user siyu.UserID, day int, scene string, yuan siyu.Money) siyu.Event {
		e := did(user, "scene.paid", on(3, day), "scene", scene)
		e.Value = yuan * 100
		return e
	}
	log := logOf([]siyu.Event{paid("li", 1, "饭票", 60), paid("li", 2, "饭票", 45), paid("wang", 1, "饭票", 75), paid("wang", 3, "影票", 60)})
	for _, s := range get(funnel.RunShares(log, funnel.Shares{Event: funnel.Step{Event: "scene.paid"}, By: funnel.Dimension{Prop: "scene"}})) {
		fmt.Println(s.Value, s.Money.Format(siyu.CNY), s.Part, s.Users, "users", s.Events, "uses")
	}
	// Output:
	// 饭票 180.00 75% 2 users 3 uses
	// 影票 60.00 25% 1 users 1 uses
}

// Do videos that many fans watch get recommended to the public more often? The
// unit is the video, not the viewer.
func ExampleReport_Compare() {
	var events []siyu.Event
	for i := range 200 {
		fans := []string{"few fans", "many fans"}[i%2]
		video := fmt.Sprint("v", i)
		events = append(events, did("author", "video.posted", on(3, 1), "video", video, "watched by", fans))
		if i%20 == 0 || i%4 == 1 { // 10 of the hundred with few fans, 50 of the hundred with many
			events = append(events, did("author", "video.recommended", on(3, 2), "video", video, "watched by", fans))
		}
	}
	report := get(funnel.Run(logOf(events), funnel.Definition{
		Steps: []funnel.Step{{Event: "video.posted"}, {Event: "video.recommended"}}, Window: 7 * 24 * time.Hour,
		Actor: funnel.Actor{Prop: "video"}, Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "watched by"}}},
	}))
	for _, c := range get(report.Compare(0, 1)) {
		fmt.Printf("%s: %.0f %%, lift %+.1f, by chance: %t\n", c.Value[0], 100*c.Rate.Share, c.Lift, c.Adjusted > 0.05)
	}
	// Output:
	// few fans: 10 %, lift -0.8, by chance: false
	// many fans: 50 %, lift +4.0, by chance: false
}
