package campaign

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
)

// Reason names why a message is held back.
type Reason string

// The reasons of a decision, in the order in which they are asked.
const (
	NotStarted           Reason = "not_started"
	Expired              Reason = "expired"
	NotInAudience        Reason = "not_in_audience"
	Excluded             Reason = "excluded"
	HeldOut              Reason = "holdout"
	GlobalOptOut         Reason = "global_optout"
	TopicOptOut          Reason = "topic_optout"
	NoChannel            Reason = "no_channel"
	Duplicate            Reason = "duplicate"
	FrequencyCap         Reason = "frequency_cap"
	InQuietHours         Reason = "quiet_hours"
	ExpiresBeforeRelease Reason = "expires_before_release"
	SoldOut              Reason = "sold_out"
)

// The reasons why one channel is passed over, in the order in which they are
// asked.
const (
	ChannelOptOut  Reason = "channel_optout"
	Unreachable    Reason = "unreachable"
	ConsentMissing Reason = "consent_missing"
	NotPreferred   Reason = "not_preferred"
)

// Reasons lists the reasons of a decision in the order in which they are
// asked.
func Reasons() []Reason {
	return []Reason{
		NotStarted, Expired, NotInAudience, Excluded, HeldOut, GlobalOptOut, TopicOptOut, NoChannel,
		Duplicate, FrequencyCap, InQuietHours, ExpiresBeforeRelease, SoldOut,
	}
}

var reasonTexts = map[Reason]siyu.Text{
	NotStarted:           {ZH: "活动尚未开始", EN: "the campaign has not started"},
	Expired:              {ZH: "活动已结束", EN: "the campaign is over"},
	NotInAudience:        {ZH: "不在目标人群中", EN: "not in the audience"},
	Excluded:             {ZH: "在排除名单中", EN: "on the list of exclusions"},
	HeldOut:              {ZH: "属于对照组,不发送", EN: "held out to measure the effect"},
	GlobalOptOut:         {ZH: "已退订全部营销消息", EN: "has opted out of all marketing"},
	TopicOptOut:          {ZH: "已退订此类消息", EN: "has opted out of the topic"},
	NoChannel:            {ZH: "没有可用的触达渠道", EN: "no channel is open to this person"},
	Duplicate:            {ZH: "已收到过本活动", EN: "has had this campaign already"},
	FrequencyCap:         {ZH: "已达触达频次上限", EN: "a frequency cap is reached"},
	InQuietHours:         {ZH: "处于免打扰时段", EN: "it is quiet hours"},
	ExpiresBeforeRelease: {ZH: "免打扰结束前活动已过期", EN: "expires before quiet hours end"},
	SoldOut:              {ZH: "名额或库存已用完", EN: "sold out"},
	ChannelOptOut:        {ZH: "已退订该渠道", EN: "has opted out of the channel"},
	Unreachable:          {ZH: "该渠道无法触达", EN: "cannot be reached there"},
	ConsentMissing:       {ZH: "缺少该渠道的授权同意", EN: "has not consented to the channel"},
	NotPreferred:         {ZH: "客户只接受其他渠道", EN: "accepts other channels only"},
}

// Text says the reason in Chinese or English; an unknown reason is its name.
func (r Reason) Text(lang siyu.Lang) string {
	if t, ok := reasonTexts[r]; ok {
		return t.In(lang)
	}
	return string(r)
}

// Text tells a person in Chinese or English what was decided and why, with the
// data behind it; instants are in the wall clock of loc.
func (d Decision) Text(lang siyu.Lang, loc *time.Location) string {
	clock := func(t time.Time) string { return t.In(loc).Format("2006-01-02 15:04") }
	text := d.Reason.Text(lang)
	switch {
	case d.Action == SendNow:
		return fmt.Sprintf(siyu.Text{ZH: "立即通过 %s 发送", EN: "send now on %s"}.In(lang), d.Channel)
	case d.Action == Defer:
		return fmt.Sprintf(siyu.Text{ZH: "%s,推迟到 %s", EN: "%s: deferred to %s"}.In(lang), text, clock(d.Release))
	case d.Reason == FrequencyCap && d.Next.IsZero():
		return fmt.Sprintf(siyu.Text{ZH: "%s(%s),不再发送", EN: "%s (%s) for good"}.In(lang), text, strings.Join(d.BlockedBy, ", "))
	case d.Reason == FrequencyCap:
		return fmt.Sprintf(siyu.Text{ZH: "%s(%s),最早 %s 可发", EN: "%s (%s) until %s"}.In(lang), text, strings.Join(d.BlockedBy, ", "), clock(d.Next))
	case d.Reason == NoChannel:
		var each []string
		for _, c := range slices.Sorted(maps.Keys(d.Refused)) {
			each = append(each, string(c)+": "+d.Refused[c].Text(lang))
		}
		return text + " (" + strings.Join(each, "; ") + ")"
	}
	return text
}
