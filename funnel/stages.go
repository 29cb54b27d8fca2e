package funnel

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Lifecycle is a machine of stages (生命周期阶段): an event that meets the
// condition of a stage moves the user there. Unlike the steps of a funnel the
// stages may be a circle: who repurchases and falls silent can be activated
// again.
type Lifecycle struct {
	Stages []Stage `json:"stages"`
}

// Stage is one state of a [Lifecycle].
type Stage struct {
	Name  string `json:"name"`
	Enter Step   `json:"enter"`
	// From lists the stages that it may be entered from; an event that comes
	// elsewhere moves nothing. Nil means from anywhere, also as the first.
	From []string `json:"from,omitempty"`
	// First says that a user without a stage may enter, if From is given.
	First bool `json:"first,omitempty"`
	// After names a stage that the user must have been in before, at any time.
	After string `json:"after,omitempty"`
	// Once says that a user is there at most once.
	Once bool `json:"once,omitempty"`
}

// Loop is the six-stage circle 新增—沉淀—活跃—转化—复购—裂变 as conditions. A
// user enters by New or Settle, converts once, and from then on repurchases;
// he can be active, repurchase and refer again and again. Convert and
// Repurchase may be the same event.
type Loop struct {
	New, Settle, Active, Convert, Repurchase, Refer Step
}

// Lifecycle returns the machine of the six stages new, settled, active,
// converted, repurchased and referring.
func (l Loop) Lifecycle() Lifecycle {
	settled := []string{"settled", "active", "converted", "repurchased", "referring"}
	all := append([]string{"new"}, settled...)
	return Lifecycle{[]Stage{
		{Name: "new", Enter: l.New, From: []string{}, First: true},
		{Name: "settled", Enter: l.Settle, From: []string{"new"}, First: true},
		{Name: "active", Enter: l.Active, From: all},
		{Name: "converted", Enter: l.Convert, From: all, Once: true},
		{Name: "repurchased", Enter: l.Repurchase, From: all, After: "converted"},
		{Name: "referring", Enter: l.Refer, From: settled},
	}}
}

// Pirate holds the five conditions of the pirate metrics (Dave McClure, 2007).
type Pirate struct {
	Acquisition, Activation, Retention, Referral, Revenue Step
}

// AARRR returns the steps of growth by buying traffic: acquisition, activation,
// retention, revenue, referral.
func (p Pirate) AARRR() []Step {
	return named([]string{"acquisition", "activation", "retention", "revenue", "referral"},
		p.Acquisition, p.Activation, p.Retention, p.Revenue, p.Referral)
}

// RARRA returns the steps of growth by keeping people: retention, activation,
// referral, revenue, acquisition (Thomas Petit and Gabor Papp). They are the
// order of attention; measure them as an [Unordered] funnel.
func (p Pirate) RARRA() []Step {
	return named([]string{"retention", "activation", "referral", "revenue", "acquisition"},
		p.Retention, p.Activation, p.Referral, p.Revenue, p.Acquisition)
}

// ThreePhases returns the steps of 公域引流, 私域留存, 运营转化: import from
// public traffic, retain in private channels, convert.
func ThreePhases(phases struct{ Import, Retain, Convert Step }) []Step {
	return named([]string{"import", "retain", "convert"}, phases.Import, phases.Retain, phases.Convert)
}

func named(names []string, steps ...Step) []Step {
	for i := range steps {
		if steps[i].Name == "" {
			steps[i].Name = names[i]
		}
	}
	return steps
}

// Validate refuses a machine without stages, with two of one name, or with an
// unknown one in From.
func (c Lifecycle) Validate() error {
	if len(c.Stages) == 0 || len(c.Stages) > MaxSteps {
		return siyu.Invalid("stages", "must be 1 to %d", MaxSteps)
	}
	count := 0
	for i, s := range c.Stages {
		path := fmt.Sprintf("stages[%d]", i)
		switch {
		case s.Name == "":
			return siyu.Invalid(path+".name", "is missing")
		case c.index(s.Name) != i:
			return siyu.Invalid(path+".name", "%q is there twice", s.Name)
		}
		if err := s.Enter.check(0, &count); err != nil {
			return siyu.Within(path+".enter", err)
		}
		if s.After != "" && c.index(s.After) < 0 {
			return siyu.Invalid(path+".after", "%q is no stage", s.After)
		}
		for j, from := range s.From {
			if c.index(from) < 0 {
				return siyu.Invalid(fmt.Sprintf("%s.from[%d]", path, j), "%q is no stage", from)
			}
		}
	}
	return nil
}

func (c Lifecycle) index(name string) int {
	return slices.IndexFunc(c.Stages, func(s Stage) bool { return s.Name == name })
}

// LifecycleReport is what [RunLifecycle] found.
type LifecycleReport struct {
	Stages []StageReport `json:"stages"`
	Flows  []Flow        `json:"flows"` // that occur, by stages
}

// StageReport counts the users of one stage.
type StageReport struct {
	Name    string `json:"name"`
	Ever    int    `json:"ever"`    // users who were in it
	Now     int    `json:"now"`     // users who are in it at the end of the range
	Entries int    `json:"entries"` // moves into it
	Stay    Times  `json:"stay"`    // of the stays that ended
}

// Flow counts the moves from one stage to another.
type Flow struct {
	From  string `json:"from"` // empty for the first stage of a user
	To    string `json:"to"`
	Users int    `json:"users"`
	Moves int    `json:"moves"`
	Time  Times  `json:"time"` // from entering the one to entering the other
}

// RunLifecycle follows every user through the stages, by the events in the
// range. An event that meets several stages goes to the last of them that can
// be entered; one that meets the stage of its user moves nothing.
func RunLifecycle(l *Log, c Lifecycle, r Range) (LifecycleReport, error) {
	if err := c.Validate(); err != nil {
		return LifecycleReport{}, err
	}
	d := Definition{Window: 1, Range: r}
	for _, s := range c.Stages {
		d.Steps = append(d.Steps, s.Enter)
	}
	p, err := compile(l, d)
	if err != nil {
		return LifecycleReport{}, err
	}
	m := newMachine(p, c)
	l.userUnits(l.classes, func(_ int, u unit) { m.follow(u) })
	return m.report(), nil
}

// machine follows users through the stages; nowhere is the state before the
// first.
type machine struct {
	reader
	c       Lifecycle
	nowhere int
	allowed []uint64 // by stage: where it may be entered from
	after   []int    // by stage: index of After
	now     []int
	ever    []int
	moves   [][]move
}

// move is what is known of the moves between two stages.
type move struct {
	users, n int
	seconds  []float64
	last     int // unit that was counted last
}

func newMachine(p *plan, c Lifecycle) *machine {
	n := len(c.Stages)
	m := &machine{reader: reader{plan: p}, c: c, nowhere: n, now: make([]int, n+1), ever: make([]int, n), allowed: make([]uint64, n)}
	m.moves = make([][]move, n+1)
	for from := range m.moves {
		m.moves[from] = make([]move, n)
		for to := range m.moves[from] {
			m.moves[from][to].last = -1
		}
	}
	for i, s := range c.Stages {
		m.after = append(m.after, c.index(s.After))
		if s.From == nil {
			m.allowed[i] = ^uint64(0)
		}
		for _, from := range s.From {
			m.allowed[i] |= 1 << c.index(from)
		}
	}
	return m
}

func (m *machine) enters(from, to int, ever uint64) bool {
	s := m.c.Stages[to]
	if s.Once && ever>>to&1 != 0 || s.After != "" && ever>>m.after[to]&1 == 0 {
		return false
	}
	if from == m.nowhere {
		return s.From == nil || s.First
	}
	return from != to && m.allowed[to]>>from&1 != 0
}

func (m *machine) follow(u unit) {
	stage, since := m.nowhere, int64(0)
	ever := uint64(0)
	for _, h := range m.read(u) {
		for to := m.nowhere - 1; to >= 0; to-- {
			if h.steps>>to&1 == 0 || !m.enters(stage, to, ever) {
				continue
			}
			v := &m.moves[stage][to]
			v.n++
			if v.last != int(u.number) {
				v.users, v.last = v.users+1, int(u.number)
			}
			if stage != m.nowhere {
				v.seconds = append(v.seconds, m.log.seconds(h.at-since))
			}
			stage, since = to, h.at
			ever |= 1 << to
			break
		}
	}
	m.now[stage]++
	for i := range m.ever {
		m.ever[i] += int(ever >> i & 1)
	}
}

func (m *machine) report() LifecycleReport {
	var r LifecycleReport
	name := func(i int) string {
		if i == m.nowhere {
			return ""
		}
		return m.c.Stages[i].Name
	}
	for i, s := range m.c.Stages {
		report := StageReport{Name: s.Name, Ever: m.ever[i], Now: m.now[i]}
		var stays []float64
		for _, v := range m.moves[i] {
			stays = append(stays, v.seconds...)
		}
		report.Stay = newTimes(stays)
		for from := range m.moves {
			report.Entries += m.moves[from][i].n
		}
		r.Stages = append(r.Stages, report)
	}
	for k := range m.moves {
		from := (k + m.nowhere) % (m.nowhere + 1) // those without a stage first
		for to, v := range m.moves[from] {
			if v.n > 0 {
				r.Flows = append(r.Flows, Flow{name(from), name(to), v.users, v.n, newTimes(v.seconds)})
			}
		}
	}
	return r
}

// PropFlow counts the moves between two values of a property from one event of
// a user to his next.
type PropFlow struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Users int    `json:"users"`
	Moves int    `json:"moves"`
}

// PropFlows counts how users move between the values of an event property,
// such as "$domain" for the flow between public, private and commercial traffic
// (公域, 私域, 商域), largest first. Events without the property are skipped,
// and so are steps from a value to itself.
func PropFlows(l *Log, prop string, r Range) ([]PropFlow, error) {
	p, err := compile(l, Definition{Steps: []Step{{Any: true}}, Window: time.Second, Range: r})
	if err != nil {
		return nil, err
	}
	col := l.column(FromEvent, prop)
	type pair struct{ from, to uint32 }
	moves, users := map[pair]int{}, map[pair]int{}
	seen := map[pair]uint32{}
	l.userUnits(l.classes, func(_ int, u unit) {
		last := uint32(0)
		for place := u.from; place < u.to; place++ {
			at, code := l.at(place), col.code[place]
			if code == 0 || at < p.from || at > p.to {
				continue
			}
			if k := (pair{last, code}); last != 0 && last != code {
				moves[k]++
				if n, ok := seen[k]; !ok || n != u.number {
					seen[k] = u.number
					users[k]++
				}
			}
			last = code
		}
	})
	var flows []PropFlow
	for k, n := range moves {
		flows = append(flows, PropFlow{col.text[k.from], col.text[k.to], users[k], n})
	}
	slices.SortFunc(flows, func(a, b PropFlow) int {
		return cmp.Or(cmp.Compare(b.Moves, a.Moves), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return flows, nil
}
