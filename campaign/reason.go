package campaign

import "github.com/siyu-go/siyu"

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
