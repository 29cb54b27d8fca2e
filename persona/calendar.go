package persona

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Rhythm is how often a persona promises to appear on a channel (内容日历):
// posts in its Moments, articles, live hours.
type Rhythm struct {
	Channel       string              `json:"channel"`
	Slots         []siyu.WeeklyWindow `json:"slots,omitempty"`           // when a post is expected: at least one in each
	MaxGapSeconds int64               `json:"max_gap_seconds,omitempty"` // longest silence allowed; 0: only the slots count
}

// Post is a piece of content, published or planned.
type Post struct {
	Channel string    `json:"channel"`
	At      time.Time `json:"at"`
	Topic   string    `json:"topic,omitempty"`
}

// Gap is a stretch in which a persona would be silent against its promise.
type Gap struct {
	Channel string      `json:"channel"`
	Window  siyu.Window `json:"window"`
	Slot    bool        `json:"slot,omitempty"` // an empty slot; else a silence longer than allowed
}

// Text says the gap in Chinese or English, in the wall clock of loc.
func (g Gap) Text(lang siyu.Lang, loc *time.Location) string {
	from, to := g.Window.Start.In(loc).Format("2006-01-02 15:04"), g.Window.End.In(loc).Format("2006-01-02 15:04")
	if g.Slot {
		return fmt.Sprintf(siyu.Text{ZH: "%s 在 %s 至 %s 没有安排内容", EN: "%s: nothing planned from %s to %s"}.In(lang), g.Channel, from, to)
	}
	return fmt.Sprintf(siyu.Text{ZH: "%s 从 %s 到 %s 沉默过久", EN: "%s: silent for too long, from %s to %s"}.In(lang), g.Channel, from, to)
}

// maxPlan bounds how many days a calendar is checked ahead.
const maxPlan = 400

// Validate refuses a rhythm without channel, with broken slots, or that
// promises nothing.
func (r Rhythm) Validate() error {
	if err := siyu.CheckID("channel", r.Channel); err != nil {
		return err
	}
	if r.MaxGapSeconds < 0 || r.MaxGapSeconds > maxPlan*24*3600 || (r.MaxGapSeconds == 0 && len(r.Slots) == 0) {
		return siyu.Invalid("max_gap_seconds", "is not between 0 and %d days, or there is neither a gap nor a slot", maxPlan)
	}
	for i, s := range r.Slots {
		if err := siyu.Within(fmt.Sprintf("slots[%d]", i), s.Validate()); err != nil {
			return err
		}
	}
	return nil
}

// ParseRhythm reads a rhythm from JSON of at most 64 KiB and validates it.
// Unknown fields are refused; the error names the field.
func ParseRhythm(data []byte) (Rhythm, error) {
	r, err := strictjson.Decode[Rhythm](data, maxCard)
	if err == nil {
		err = r.Validate()
	}
	return r, siyu.Within("rhythm", err)
}

// Gaps returns where posts break the rhythm in a window, in order of time: each
// slot that begins in the window and has no post, and each silence longer than
// MaxGapSeconds, counted from the start of the window to its end. Posts of other
// channels do not count. The window must have both ends and at most 400 days.
func (r Rhythm) Gaps(posts []Post, window siyu.Window, loc *time.Location) ([]Gap, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if err := siyu.Within("window", window.Validate()); err != nil {
		return nil, err
	}
	if window.Start.IsZero() || window.End.IsZero() || window.End.Sub(window.Start) > maxPlan*24*time.Hour {
		return nil, siyu.Invalid("window", "wants both ends, at most %d days apart", maxPlan)
	}
	var at []time.Time
	for _, p := range posts {
		if p.Channel == r.Channel {
			at = append(at, p.At)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	gaps := append(r.emptySlots(at, window, loc), r.silences(at, window)...)
	slices.SortStableFunc(gaps, func(a, b Gap) int {
		return cmp.Or(a.Window.Start.Compare(b.Window.Start), a.Window.End.Compare(b.Window.End))
	})
	return gaps, nil
}

func (r Rhythm) emptySlots(at []time.Time, window siyu.Window, loc *time.Location) (gaps []Gap) {
	hours := Hours{Weekly: r.Slots}
	last := DateOf(window.End, loc)
	for day := DateOf(window.Start, loc); !last.Before(day); day = day.AddDays(1) {
		for _, slot := range hours.on(day, loc) {
			if !window.Contains(slot.Start) {
				continue
			}
			i, _ := slices.BinarySearchFunc(at, slot.Start, time.Time.Compare)
			if i == len(at) || !at[i].Before(slot.End) {
				gaps = append(gaps, Gap{Channel: r.Channel, Window: slot, Slot: true})
			}
		}
	}
	return gaps
}

func (r Rhythm) silences(at []time.Time, window siyu.Window) (gaps []Gap) {
	if r.MaxGapSeconds == 0 {
		return nil
	}
	from := window.Start
	for _, t := range append(slices.Clip(at), window.End) {
		if !t.After(from) {
			continue
		}
		if t.After(window.End) {
			t = window.End
		}
		if t.Sub(from) > time.Duration(r.MaxGapSeconds)*time.Second {
			gaps = append(gaps, Gap{Channel: r.Channel, Window: siyu.Window{Start: from.UTC(), End: t.UTC()}})
		}
		from = t
	}
	return gaps
}
