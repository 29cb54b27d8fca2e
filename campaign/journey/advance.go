package journey

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// maxInstant bounds how many steps one call may run; no valid flow gets there
// unless it was not advanced for a very long time.
const maxInstant = 100_000

// Advance runs the steps that are due up to and including now, each as of the
// instant at which it was due, and returns what to send in that order. The
// attributes are the person's at this time. An error means that the run is at
// a step that the flow does not have: it is of another version.
func (f Flow) Advance(r Run, now time.Time, a Attributes, loc *time.Location) (Run, []Send, error) {
	var sends []Send
	for range maxInstant {
		if r.State != Active || r.Due.After(now) {
			return r, sends, nil
		}
		send, err := f.step(&r, a, loc)
		if err != nil {
			return r, sends, err
		}
		if send != nil {
			sends = append(sends, *send)
		}
	}
	return r, sends, siyu.Invalid("steps", "run in a circle that takes no time")
}

// step runs the step that is due.
func (f Flow) step(r *Run, a Attributes, loc *time.Location) (*Send, error) {
	i := f.index(r.Step)
	if i < 0 || r.Version != f.Version {
		return nil, siyu.Invalid("run", "is at step %q of version %d, which this flow (version %d) does not have", r.Step, r.Version, f.Version)
	}
	s, at := f.Steps[i], r.Due
	var send *Send
	next := f.after(i, "")
	switch s.Do {
	case DoSend:
		send = &Send{Message: s.Message, At: at, Key: r.sendKey()}
		r.Sends++
	case DoWaitEvent:
		next = f.after(i, s.OnTimeout)
	case DoBranch:
		next = f.after(i, s.Else)
		if b := slices.IndexFunc(s.Branches, func(b Branch) bool { return b.If.Holds(a) }); b >= 0 {
			next = f.after(i, s.Branches[b].Then)
		}
	}
	f.arrive(r, next, at, loc)
	return send, nil
}

// Resume goes on after a pause that ended at now: as OnResume says with what
// was due before now, then like [Flow.Advance]. During a pause call Hear but
// not Advance.
func (f Flow) Resume(r Run, now time.Time, a Attributes, loc *time.Location) (Run, []Send, error) {
	if f.OnResume != SkipOverdue {
		if r.State == Active && r.Due.Before(now) {
			r.Due = now.UTC()
		}
		return f.Advance(r, now, a, loc)
	}
	r, sends, err := f.Advance(r, now.Add(-time.Nanosecond), a, loc)
	for i := range sends {
		sends[i].At, sends[i].Skip = now.UTC(), Overdue
	}
	if err != nil {
		return r, sends, err
	}
	r, rest, err := f.Advance(r, now, a, loc)
	return r, append(sends, rest...), err
}

// Migrate moves a run to this version of the flow from the one it is on, if
// steps maps its step to one of this version; otherwise it stays. Nil steps
// map every id to itself. Waits are measured again from the original arrival;
// what is due by that already goes on now.
func (f Flow) Migrate(r Run, from int, steps map[string]string, now time.Time, loc *time.Location) Run {
	if r.State != Active || r.Version != from {
		return r
	}
	to, ok := steps[r.Step]
	if steps == nil {
		to, ok = r.Step, true
	}
	if !ok || f.index(to) < 0 {
		return r
	}
	r.Version, r.Step = f.Version, to
	r.Due = f.due(r, loc)
	if r.Due.Before(now) {
		r.Due = now.UTC()
	}
	return r
}
