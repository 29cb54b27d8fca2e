package campaign

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// ReplyRule says what one kind of act of a person opens: so many replies
// within so many seconds, as platforms limit messages to people who did not
// write first (客服消息).
type ReplyRule struct {
	Quota   *int  `json:"quota"` // nil: without limit
	Seconds int64 `json:"seconds"`
}

// ReplyRules are the rules per kind of act, such as "user_message" or "pay".
type ReplyRules map[string]ReplyRule

// ReplyWindow is one open window: replies may be sent while it contains the
// instant and has some left.
type ReplyWindow struct {
	Kind      string      `json:"kind"`
	Window    siyu.Window `json:"window"`
	Left      int         `json:"left"`
	Unlimited bool        `json:"unlimited,omitempty"`
}

// Open returns the windows after an act of that kind at an instant: a new
// window, in place of an older one of the same kind. The windows passed in are
// not changed. An unknown kind is [siyu.ErrInvalid].
func (r ReplyRules) Open(windows []ReplyWindow, kind string, at time.Time) ([]ReplyWindow, error) {
	rule, ok := r[kind]
	if !ok || rule.Seconds <= 0 {
		return nil, siyu.Invalid("kind", "%q opens nothing", kind)
	}
	next := slices.DeleteFunc(slices.Clone(windows), func(w ReplyWindow) bool { return w.Kind == kind || w.Window.After(at) })
	opened := ReplyWindow{Kind: kind, Window: siyu.Window{Start: at, End: at.Add(time.Duration(rule.Seconds) * time.Second)}}
	if rule.Quota == nil {
		opened.Unlimited = true
	} else {
		opened.Left = *rule.Quota
	}
	return append(next, opened), nil
}

// UseReply returns the windows after one reply at an instant, and whether it
// may be sent. It takes from the window that ends first and has some left;
// unlimited windows come last. The windows passed in are not changed.
func UseReply(windows []ReplyWindow, at time.Time) ([]ReplyWindow, bool) {
	best := -1
	for i, w := range windows {
		if !w.Window.Contains(at) || (!w.Unlimited && w.Left <= 0) {
			continue
		}
		if best < 0 || sooner(w, windows[best]) {
			best = i
		}
	}
	if best < 0 {
		return windows, false
	}
	next := slices.Clone(windows)
	if !next[best].Unlimited {
		next[best].Left--
	}
	return next, true
}

func sooner(a, b ReplyWindow) bool {
	if a.Unlimited != b.Unlimited {
		return b.Unlimited
	}
	return a.Window.End.Before(b.Window.End)
}
