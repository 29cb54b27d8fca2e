package funnel_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// Where new users come from: public, private and commercial traffic (公域, 私域,
// 商域), by the first touch ever, and how many of the ads' viewers become fans.
func ExampleFirstTime() {
	touched := func(user siyu.UserID, day int, domain siyu.Domain, source string) siyu.Event {
		e := did(user, "touch", on(3, day), "source", source)
		e.Domain = domain
		return e
	}
	log := logOf([]siyu.Event{
		touched("li", 1, siyu.Public, "search"), touched("li", 3, siyu.Private, "group"), did("li", "followed", on(3, 4)),
		touched("wang", 1, siyu.Commercial, "feed ad"), did("wang", "followed", on(3, 2)), touched("wang", 5, siyu.Private, "group"),
		touched("zhao", 2, siyu.Commercial, "feed ad"),
		touched("sun", 2, siyu.Private, "branch code 0755"), did("sun", "followed", on(3, 2).Add(time.Hour)),
	})
	report := get(funnel.Run(log, funnel.Definition{
		Steps:  []funnel.Step{{Event: "touch", FirstTime: funnel.FirstEvent}, {Event: "followed"}},
		Window: 30 * 24 * time.Hour,
		Breakdown: &funnel.Breakdown{
			By: []funnel.Dimension{{Prop: "$domain"}, {Prop: "source"}}, Attribution: funnel.StepAttribution(0),
		},
	}))
	for _, g := range report.Groups {
		n := g.Steps[0].Count
		fmt.Printf("%v: %d new, %.0f %% of all, %d follow\n", g.Value, n, 100*funnel.NewRate(n, report.Steps[0].Count).Share, g.Steps[1].Count)
	}
	for _, f := range get(funnel.PropFlows(log, "$domain", funnel.Range{})) {
		fmt.Println(f.From, "to", f.To, f.Users)
	}
	// Output:
	// [commercial feed ad]: 2 new, 50 % of all, 1 follow
	// [private branch code 0755]: 1 new, 25 % of all, 1 follow
	// [public search]: 1 new, 25 % of all, 1 follow
	// commercial to private 1
	// public to private 1
}

// Three phases: 公域引流, 私域留存, 运营转化.
func ExampleThreePhases() {
	steps := funnel.ThreePhases(struct{ Import, Retain, Convert funnel.Step }{
		Import:  funnel.Step{Event: "touch"},
		Retain:  funnel.Step{AnyOf: []funnel.Step{{Event: "group.joined"}, {Event: "wecom.added"}}},
		Convert: funnel.Step{Event: "order"},
	})
	report := get(funnel.Run(logOf(
		sequence("li", "touch", "group.joined", "order"), sequence("wang", "touch", "wecom.added"), sequence("zhao", "touch", "order"),
	), funnel.Definition{Steps: steps, Window: 30 * 24 * time.Hour}))
	for _, s := range report.Steps {
		fmt.Println(s.Name, s.Count)
	}
	// Output:
	// import 3
	// retain 2
	// convert 1
}

// The six stages put together to the three methods 沉淀, 留存活跃, 转化: who is where
// now, and the loop goes on from the referral to the next person.
func ExampleLoop() {
	report := get(funnel.RunLifecycle(logOf(
		sequence("li", "follow", "wecom.added", "visit", "order", "order", "invite"),
		sequence("wang", "follow", "visit"), sequence("zhao", "follow"), sequence("sun", "follow", "wecom.added"),
	), loop.Lifecycle(), funnel.Range{}))
	method := map[string]string{
		"new": "沉淀", "settled": "沉淀", "active": "留存活跃", "referring": "留存活跃", "converted": "转化", "repurchased": "转化",
	}
	ever, now := map[string]int{}, map[string]int{}
	for _, s := range report.Stages {
		ever[method[s.Name]] += s.Entries
		now[method[s.Name]] += s.Now
	}
	for _, m := range []string{"沉淀", "留存活跃", "转化"} {
		fmt.Println(m, "entered", ever[m], "times, now", now[m])
	}
	// Output:
	// 沉淀 entered 6 times, now 2
	// 留存活跃 entered 3 times, now 2
	// 转化 entered 2 times, now 0
}
