package funnel_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// Many entries, one end path: whoever comes, by the menu of an official account
// (公众号菜单), the link under an article, the app's course or an adviser's call,
// adds the teacher first and then joins the group of a course date.
func ExampleStepAttribution() {
	entered := func(user siyu.UserID, channel, entry, content string) siyu.Event {
		e := did(user, "entry", on(3, 1), "entry", entry, "content", content)
		e.Channel = channel
		return e
	}
	then := func(user siyu.UserID, steps int) (events []siyu.Event) {
		for i, name := range []string{"wecom.added", "group.joined"}[:steps] {
			events = append(events, did(user, name, on(3, 1).Add(time.Duration(i+1)*time.Hour)))
		}
		return events
	}
	log := logOf([]siyu.Event{
		entered("li", "公众号-1", "article", "a17"), entered("wang", "公众号-1", "article", "a18"),
		entered("zhao", "公众号-2", "menu", "class tool"), entered("sun", "app", "7天小白理财实操课", ""), entered("qian", "phone", "call", ""),
	}, then("li", 2), then("zhao", 1), then("sun", 2), then("qian", 2))
	d := funnel.Definition{
		Steps: []funnel.Step{{Event: "entry"}, {Event: "wecom.added"}, {Event: "group.joined"}}, Window: 7 * 24 * time.Hour,
		Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "$channel"}, {Prop: "entry"}, {Prop: "content"}}, Attribution: funnel.StepAttribution(0)},
	}
	for _, g := range get(funnel.Run(log, d)).Groups {
		fmt.Println(g.Value, countsOf(funnel.Report{Summary: g.Summary}))
	}
	// Output:
	// [app 7天小白理财实操课 ] [1 1 1]
	// [phone call ] [1 1 1]
	// [公众号-1 article a17] [1 1 1]
	// [公众号-1 article a18] [1 0 0]
	// [公众号-2 menu class tool] [1 1 0]
}

// From a short video to the flagship shop: follow, fan club and group are three
// depths that come in any order; then live and order. The entry is any of what
// the home page offers: group, live status, topic.
func ExampleStep_depths() {
	home := funnel.Step{Name: "home page", AnyOf: []funnel.Step{{Event: "home.group"}, {Event: "home.live"}, {Event: "home.topic"}}}
	d := funnel.Definition{Window: 30 * 24 * time.Hour, Steps: []funnel.Step{
		{Event: "video.watched"},
		home,
		{Event: "followed", Group: "depth"},
		{Event: "club.joined", Group: "depth"},
		{Event: "group.joined", Group: "depth"},
		{Event: "live.watched"},
		{Event: "shop.order"},
	}}
	report := get(funnel.Run(logOf(
		sequence("li", "video.watched", "home.live", "group.joined", "followed", "club.joined", "live.watched", "shop.order"),
		sequence("wang", "video.watched", "home.topic", "followed", "live.watched"),
		sequence("zhao", "video.watched"),
	), d))
	for _, s := range report.Steps {
		fmt.Println(s.Count, s.Name)
	}
	// Output:
	// 3 video.watched
	// 2 home page
	// 2 1 of followed, club.joined, group.joined
	// 1 2 of followed, club.joined, group.joined
	// 1 3 of followed, club.joined, group.joined
	// 1 live.watched
	// 1 shop.order
}

// Benefits of life (周三5折, 0元霸王餐, film tickets) are steps to a card. People
// go straight into the group; adding the adviser is optional.
func ExampleStep_benefits() {
	benefit := funnel.Step{Name: "benefit", AnyOf: []funnel.Step{{Event: "half price"}, {Event: "free meal"}, {Event: "film ticket"}}}
	d := funnel.Definition{Window: 30 * 24 * time.Hour, Steps: []funnel.Step{
		{Event: "menu"}, {Event: "group.joined"}, {Event: "wecom.added", Optional: true}, benefit, {Event: "card.opened"},
	}}
	report := get(funnel.Run(logOf(
		sequence("li", "menu", "group.joined", "half price", "card.opened"),
		sequence("wang", "menu", "group.joined", "wecom.added", "free meal", "card.opened"),
		sequence("zhao", "menu", "group.joined", "film ticket"),
		sequence("sun", "menu", "half price"),
	), d))
	for _, s := range report.Steps {
		fmt.Println(s.Count, s.Name)
	}
	fmt.Println("offer the card to", report.Dropped(4))
	// Output:
	// 4 menu
	// 3 group.joined
	// 1 wecom.added
	// 3 benefit
	// 2 card.opened
	// offer the card to [zhao]
}
