// Package assist decides help campaigns (助力) and task lists (任务宝): a person
// starts a task, friends help, and each tier of helpers reached is rewarded.
//
//	campaign, err := assist.New(assist.Terms{Required: 3, Duration: 86400, Reward: 1000, NewOnly: true})
//	err = campaign.Start("t1", "lee", now)
//	outcome, err := campaign.Help("t1", assist.Helper{Person: "ann"}, now)
//
// A helper helps once in a campaign, over all its tasks. Help after the last
// tier or from the deadline on is refused. A [Campaign] is not safe for
// concurrent use; [Terms.Decide] is the pure rule for hosts that keep tasks in
// a database of their own.
package assist
