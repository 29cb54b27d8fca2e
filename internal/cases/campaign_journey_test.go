package cases

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
)

// farFuture is after everything that a case expects.
var farFuture = time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)

// journeyLine is one line of the log that journey cases expect.
type journeyLine struct {
	T      string      `json:"t"`
	User   siyu.UserID `json:"user,omitempty"`
	Send   string      `json:"send,omitempty"`
	Rider  string      `json:"rider,omitempty"`
	Skip   string      `json:"skip,omitempty"`
	Reason string      `json:"reason,omitempty"`
}

func runCourse(raw json.RawMessage) error {
	type final struct {
		State    journey.State `json:"state"`
		CheckIns int           `json:"checkins"`
	}
	c, err := Decode[struct {
		caseHead
		Zone   string         `json:"tz"`
		Course journey.Course `json:"course"`
		Enter  time.Time      `json:"enter"`
		Inputs []struct {
			T     time.Time `json:"t"`
			Event string    `json:"event"`
			ID    string    `json:"id"`
		} `json:"inputs"`
		Expect struct {
			Log   []journeyLine `json:"log"`
			Final final         `json:"final"`
		} `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	if err := c.Course.Validate(); err != nil {
		return err
	}
	loc := mustZone(c.Zone)
	e, sends := c.Course.Enroll(c.Enter, loc)
	slices.SortStableFunc(c.Inputs, func(a, b struct {
		T     time.Time `json:"t"`
		Event string    `json:"event"`
		ID    string    `json:"id"`
	},
	) int {
		return a.T.Compare(b.T)
	})
	for _, in := range c.Inputs {
		var more []journey.Send
		e, more = c.Course.Record(e, journey.Input{ID: in.ID, Event: in.Event, At: in.T}, loc)
		sends = append(sends, more...)
	}
	e, more := c.Course.Advance(e, farFuture, loc)
	var got []journeyLine
	for _, s := range append(sends, more...) {
		got = append(got, journeyLine{T: *instant(s.At), Send: s.Message})
	}
	if err := Diff("log", got, c.Expect.Log); err != nil {
		return err
	}
	return Diff("final", final{e.State, len(e.CheckIns)}, c.Expect.Final)
}

// flowStep is a step in the words of the cases, which are those of the API.
type flowCase struct {
	caseHead
	Zone            string                             `json:"tz"`
	Steps           []journey.Step                     `json:"steps"`
	Versions        map[int][]journey.Step             `json:"versions"`
	ExitOn          []string                           `json:"exit_on"`
	ReEntry         journey.ReEntry                    `json:"re_entry"`
	CooldownSeconds int64                              `json:"cooldown_seconds"`
	Key             []string                           `json:"key"`
	OnResume        journey.OnResume                   `json:"on_resume"`
	Trigger         *journey.Trigger                   `json:"trigger"`
	Attributes      map[siyu.UserID]journey.Attributes `json:"attributes"`
	Publish         []flowPublish                      `json:"publish"`
	Migrate         []flowMigrate                      `json:"migrate"`
	Inputs          []flowInput                        `json:"inputs"`
	Expect          struct {
		Log   []journeyLine          `json:"log"`
		Final map[siyu.UserID]string `json:"final"`
	} `json:"expect"`
}

type flowPublish struct {
	T       time.Time `json:"t"`
	Version int       `json:"version"`
}

type flowMigrate struct {
	T    time.Time         `json:"t"`
	From int               `json:"from"`
	To   int               `json:"to"`
	Map  map[string]string `json:"map"`
}

type flowInput struct {
	T      time.Time      `json:"t"`
	ID     string         `json:"id"`
	Enter  siyu.UserID    `json:"enter"`
	Data   map[string]any `json:"data"`
	Event  string         `json:"event"`
	User   siyu.UserID    `json:"user"`
	Pause  bool           `json:"pause"`
	Resume bool           `json:"resume"`
	Crash  string         `json:"crash"`
	Step   string         `json:"step"`
	Reopen bool           `json:"reopen"`
	Set    map[string]any `json:"set"`

	publish int
	migrate *flowMigrate
}

func runFlow(raw json.RawMessage) error {
	c, err := Decode[flowCase](raw)
	if err != nil {
		return err
	}
	if c.Trigger != nil {
		return runTrigger(c)
	}
	w := flowWorld{c: c, loc: mustZone(c.Zone), flows: map[int]journey.Flow{}, version: 1, before: map[string]journey.Run{}, accepted: map[string]bool{}, seen: map[string]bool{}}
	if c.Versions == nil {
		c.Versions = map[int][]journey.Step{1: c.Steps}
	}
	for v, steps := range c.Versions {
		f := journey.Flow{
			ID: "flow", Version: v, Steps: steps, ExitOn: c.ExitOn, ReEntry: c.ReEntry,
			CooldownSeconds: c.CooldownSeconds, Key: c.Key, OnResume: c.OnResume,
		}
		if err := f.Validate(); err != nil {
			return err
		}
		w.flows[v] = f
	}
	if len(c.Publish) > 0 {
		w.version = 0 // nothing to enter until the first is published
	}
	var inputs []flowInput
	for _, p := range c.Publish {
		inputs = append(inputs, flowInput{T: p.T, publish: p.Version})
	}
	for _, m := range c.Migrate {
		inputs = append(inputs, flowInput{T: m.T, migrate: &m})
	}
	inputs = append(inputs, c.Inputs...)
	slices.SortStableFunc(inputs, func(a, b flowInput) int { return a.T.Compare(b.T) })
	for _, in := range inputs {
		if err := w.timers(in.T.Add(-time.Nanosecond)); err != nil {
			return err
		}
		if err := w.input(in); err != nil {
			return err
		}
	}
	if err := w.timers(farFuture); err != nil {
		return err
	}
	slices.SortStableFunc(w.log, func(a, b journeyLine) int { return cmp.Compare(a.T, b.T) })
	if err := Diff("log", append([]journeyLine{}, w.log...), c.Expect.Log); err != nil {
		return err
	}
	for _, user := range slices.Sorted(maps.Keys(c.Expect.Final)) {
		state := "none"
		for _, r := range w.runs {
			if r.User == user {
				state = string(r.State)
			}
		}
		want := c.Expect.Final[user]
		if state == string(journey.Completed) && (want == "finished" || want == "done" || want == "ended") {
			want = state // a flow that ran to its end has several names
		}
		if err := Diff("final "+string(user), state, want); err != nil {
			return err
		}
	}
	return nil
}

// flowWorld is the host of a flow: it keeps the runs and the clock, and the
// channel that drops repeated keys.
type flowWorld struct {
	c        flowCase
	loc      *time.Location
	flows    map[int]journey.Flow
	version  int // current
	runs     []journey.Run
	before   map[string]journey.Run // by id, as recorded before the last sends
	paused   bool
	down     bool
	accepted map[string]bool
	seen     map[string]bool
	log      []journeyLine
}

func (w *flowWorld) timers(now time.Time) error {
	if w.paused || w.down {
		return nil
	}
	for i := range w.runs {
		if err := w.advance(i, now, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

func (w *flowWorld) advance(i int, now, floor time.Time) error {
	r := w.runs[i]
	next, sends, err := w.flows[r.Version].Advance(r, now, w.c.Attributes[r.User], w.loc)
	if len(sends) > 0 {
		w.before[r.ID] = r
	}
	w.runs[i] = next
	w.send(r.User, sends, floor)
	return err
}

func (w *flowWorld) send(user siyu.UserID, sends []journey.Send, floor time.Time) {
	for _, s := range sends {
		if w.accepted[s.Key] {
			continue
		}
		w.accepted[s.Key] = true
		at := s.At
		if at.Before(floor) {
			at = floor
		}
		line := journeyLine{T: *instant(at), User: user, Send: s.Message}
		if s.Skip != "" {
			line.Send, line.Skip, line.Reason = "", s.Message, string(s.Skip)
		}
		w.log = append(w.log, line)
	}
}

func (w *flowWorld) input(in flowInput) error {
	if in.ID != "" && in.Enter != "" {
		if w.seen[in.ID] {
			return nil
		}
		w.seen[in.ID] = true
	}
	switch {
	case in.publish > 0:
		w.version = in.publish
	case in.migrate != nil:
		for i, r := range w.runs {
			w.runs[i] = w.flows[in.migrate.To].Migrate(r, in.migrate.From, in.migrate.Map, in.T, w.loc)
		}
	case in.Enter != "":
		return w.enter(in)
	case in.Event != "":
		for i, r := range w.runs {
			if r.User != in.User {
				continue
			}
			was := r
			w.runs[i] = w.flows[r.Version].Hear(r, journey.Input{ID: in.ID, Event: in.Event, At: in.T}, w.loc)
			if w.runs[i].Arrived.Equal(in.T) && w.runs[i].Step != was.Step && !w.paused && !w.down {
				if err := w.advance(i, in.T, time.Time{}); err != nil {
					return err
				}
			}
		}
	case in.Set != nil:
		if w.c.Attributes == nil {
			w.c.Attributes = map[siyu.UserID]journey.Attributes{}
		}
		attributes := maps.Clone(w.c.Attributes[in.User])
		if attributes == nil {
			attributes = journey.Attributes{}
		}
		maps.Copy(attributes, in.Set)
		w.c.Attributes[in.User] = attributes
	case in.Pause:
		w.paused = true
	case in.Resume:
		w.paused = false
		for i, r := range w.runs {
			next, sends, err := w.flows[r.Version].Resume(r, in.T, w.c.Attributes[r.User], w.loc)
			if err != nil {
				return err
			}
			w.runs[i] = next
			w.send(r.User, sends, time.Time{})
		}
	case in.Crash == "after_send_before_record":
		w.down = true
		for i, r := range w.runs { // back to what was recorded before the last sends
			if was, ok := w.before[r.ID]; ok {
				w.runs[i] = was
			}
		}
	case in.Crash != "":
		return ErrNotBuilt
	case in.Reopen:
		w.down = false
		for i := range w.runs {
			if err := w.advance(i, in.T.Add(-time.Nanosecond), in.T); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("input at %s does nothing that is known", in.T)
	}
	return nil
}

func (w *flowWorld) enter(in flowInput) error {
	data := map[string]string{}
	for k, v := range in.Data {
		data[k] = fmt.Sprint(v)
	}
	f, ok := w.flows[w.version]
	if !ok {
		return nil
	}
	key := f.KeyOf(data)
	var last *journey.Run
	for i, r := range w.runs {
		if r.User == in.Enter && slices.Equal(r.Key, key) {
			last = &w.runs[i]
		}
	}
	r, refused := f.Enter(last, in.Enter, key, in.T, w.loc)
	if refused != "" {
		return nil
	}
	w.runs = append(w.runs, r)
	if w.paused || w.down {
		return nil
	}
	return w.advance(len(w.runs)-1, in.T, time.Time{})
}

func runTrigger(c flowCase) error {
	if err := c.Trigger.Validate(); err != nil {
		return err
	}
	ridden := map[siyu.UserID][]time.Time{}
	var got []journeyLine
	for _, in := range c.Inputs {
		fired, ok := c.Trigger.Fire(in.Event, c.Attributes[in.User], ridden[in.User], in.T, mustZone(c.Zone))
		if !ok {
			continue
		}
		if fired.Rider != "" {
			ridden[in.User] = append(ridden[in.User], in.T)
		}
		got = append(got, journeyLine{T: *instant(in.T), User: in.User, Send: fired.Message, Rider: fired.Rider})
	}
	return Diff("log", got, c.Expect.Log)
}
