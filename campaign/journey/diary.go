package journey

import (
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// diary collects the events of one step.
type diary struct {
	call   siyu.Call
	key    Key
	now    time.Time
	events []siyu.Event
}

func (d *diary) add(name string, at time.Time, props map[string]string) {
	props["journey"] = d.key.Journey
	d.events = append(d.events, siyu.Event{
		ID: d.call.EventID(len(d.events)), User: d.key.User, Name: name, At: siyu.Instant(at), Domain: siyu.Private, Props: props,
	})
}

// course notes what changed in an enrolment: course.enrolled,
// course.checked_in, course.graduated and so on.
func (d *diary) course(was *Enrolment, e Enrolment) {
	if was == nil {
		d.add("course.enrolled", e.Entered, map[string]string{})
		was = &Enrolment{State: Active}
	}
	if n := len(e.CheckIns); n > len(was.CheckIns) {
		d.add("course.checked_in", d.now, map[string]string{"check_ins": strconv.Itoa(n)})
	}
	if e.State != was.State {
		d.add("course."+string(e.State), e.Ended, map[string]string{"check_ins": strconv.Itoa(len(e.CheckIns))})
	}
}

// flow notes what changed in a run: flow.entered, flow.completed, flow.exited.
func (d *diary) flow(was *Run, r Run) {
	if was == nil || was.ID != r.ID {
		d.add("flow.entered", d.now, map[string]string{"run": r.ID})
	}
	if r.State != Active && (was == nil || was.ID != r.ID || was.State != r.State) {
		d.add("flow."+string(r.State), r.Ended, map[string]string{"run": r.ID})
	}
}

// sends notes each message that is to be sent.
func (d *diary) sends(name string, sends []Send) {
	for _, s := range sends {
		props := map[string]string{"message": s.Message, "key": s.Key}
		if s.Skip != "" {
			props["skip"] = string(s.Skip)
		}
		d.add(name, s.At, props)
	}
}
