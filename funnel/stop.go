package funnel

import "github.com/siyu-go/siyu"

// Stop says why a unit did not get further.
type Stop string

// The reasons.
const (
	Completed   Stop = "completed"    // reached the last step
	NeverBegan  Stop = "never_began"  // no event of the first step
	OutOfRange  Stop = "out_of_range" // the event that lacks lies outside the range
	Unmet       Stop = "unmet"        // the event came, and did not meet the conditions
	TooLate     Stop = "too_late"     // the event came after the window
	TooEarly    Stop = "too_early"    // the event came before the steps that lead to it
	Interrupted Stop = "interrupted"  // strict: another event came between
	Spoiled     Stop = "spoiled"      // an exclusion
	StillOpen   Stop = "still_open"   // the event may yet come: the window is open
	BeganAgain  Stop = "began_again"  // totals: the next attempt began first
	SessionOver Stop = "session_over" // sessions: nothing came any more
	NotDone     Stop = "not_done"     // the window closed and no such event came
)

var stopTexts = map[Stop]siyu.Text{
	Completed:   {ZH: "已完成全部步骤", EN: "reached the last step"},
	NeverBegan:  {ZH: "没有发生第一步", EN: "never did the first step"},
	OutOfRange:  {ZH: "事件不在统计时段内", EN: "the event lies outside the range"},
	Unmet:       {ZH: "事件发生但不满足条件", EN: "the event came but did not meet the conditions"},
	TooLate:     {ZH: "超出转化窗口才发生", EN: "the event came after the window had closed"},
	TooEarly:    {ZH: "先于前置步骤发生", EN: "the event came before the steps that lead to it"},
	Interrupted: {ZH: "中间插入了其他事件", EN: "another event came between the steps"},
	Spoiled:     {ZH: "被排除事件打断", EN: "an excluded event spoiled the attempt"},
	StillOpen:   {ZH: "窗口未关闭，仍可能转化", EN: "the window is still open"},
	BeganAgain:  {ZH: "未完成即重新开始", EN: "began again before going on"},
	SessionOver: {ZH: "会话已结束，未发生下一步", EN: "the session ended without the next step"},
	NotDone:     {ZH: "窗口已关闭，未发生下一步", EN: "the window closed without the next step"},
}

// Text returns the reason in words.
func (s Stop) Text(lang siyu.Lang) string { return stopTexts[s].In(lang) }
