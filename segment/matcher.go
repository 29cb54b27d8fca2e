package segment

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
)

// Matcher is a compiled rule. It answers for one person at a time; see
// [Matcher.Bind] for typed records and [Table] for whole populations. It is
// immutable and safe for concurrent use.
type Matcher struct {
	rule Rule
	root *pred
	now  bool // whether the answer depends on the clock
	did  bool // whether it depends on events
}

// Compile checks a rule and makes it ready to run. The catalog may be nil. The
// error is siyu.ErrInvalid with the path of the fault: whatever
// [Rule.Validate] refuses, an unknown list or rule name, and rules that name
// each other in a circle.
func Compile(rule Rule, catalog *Catalog) (*Matcher, error) {
	if err := rule.Validate(); err != nil {
		return nil, err
	}
	if catalog == nil {
		catalog = &Catalog{}
	}
	c := compiler{catalog: catalog, budget: newBudget(), lists: map[string]members{}}
	root, err := c.compile(rule.node, "")
	if err != nil {
		return nil, err
	}
	return &Matcher{rule: rule, root: root, now: c.now, did: root.events()}, nil
}

// Rule returns the rule that was compiled.
func (m *Matcher) Rule() Rule { return m.rule }

// UsesNow reports whether the rule has conditions relative to the present, so
// that its answer changes with time alone.
func (m *Matcher) UsesNow() bool { return m.now }

// UsesEvents reports whether the rule has conditions on what a person did, so
// that attributes alone do not answer it: see [Matcher.Holds], [Matcher.Timeline]
// and [Table.PlanEvents].
func (m *Matcher) UsesEvents() bool { return m.did }

// Match reports whether the rule holds for a person with these attributes, as
// encoding/json decodes them (numbers as float64 or json.Number) or with Go's
// integers, siyu.Money, time.Time and []string. It never fails: a value of
// another type counts as missing. Conditions on events are answered for a person
// who did nothing, those on sets for one who is in none; [Matcher.Holds] takes
// a person with an id and events.
func (m *Matcher) Match(attrs map[string]any, now time.Time) bool {
	return m.root.match(attrs, now.UnixMicro())
}

// pred is a compiled rule: a test, or a conjunction or disjunction of kids,
// negated or not.
type pred struct {
	kind nodeKind // leafNode, allNode or anyNode
	neg  bool
	kids []*pred
	test *test
	path string // in the JSON form
}

// match evaluates p for a person's attributes, or for an element of a list.
func (p *pred) match(root any, now int64) bool {
	if p.kind == leafNode {
		return p.test.value(p.test.lookup(root), now) != p.neg
	}
	// The first kid that holds decides an any, the first that does not an all.
	for _, kid := range p.kids {
		if kid.match(root, now) == (p.kind == anyNode) {
			return (p.kind == anyNode) != p.neg
		}
	}
	return (p.kind == allNode) != p.neg
}

// matchText evaluates p for an element that is a text, which has no attributes.
func (p *pred) matchText(text string, now int64) bool {
	if p.kind == leafNode {
		if len(p.test.parts) > 0 {
			return p.test.value(nil, now) != p.neg
		}
		return p.test.scalar(scalar{kind: stringKind, str: text}, now) != p.neg
	}
	for _, kid := range p.kids {
		if kid.matchText(text, now) == (p.kind == anyNode) {
			return (p.kind == anyNode) != p.neg
		}
	}
	return (p.kind == allNode) != p.neg
}

// compiler turns nodes into preds, following references.
type compiler struct {
	catalog *Catalog
	budget  *budget
	lists   map[string]members // of the catalog, as used so far
	open    []string           // names of the references being followed
	now     bool
}

func (c *compiler) compile(n *node, path string) (*pred, error) {
	if err := c.budget.spend(n); err != nil {
		return nil, siyu.Within(path, err)
	}
	switch n.kind {
	case leafNode:
		return c.leaf(&n.leaf, path)
	case refNode:
		return c.ref(n.name, join(path, "ref"))
	case notNode:
		kid, err := c.compile(n.kids[0], join(path, "not"))
		if err != nil {
			return nil, err
		}
		kid.neg = !kid.neg
		return kid, nil
	}
	p := &pred{kind: n.kind, path: path, kids: make([]*pred, len(n.kids))}
	if n.kind == noneNode {
		p.kind, p.neg = anyNode, true
	}
	for i, kid := range n.kids {
		var err error
		if p.kids[i], err = c.compile(kid, join(path, groupNames[n.kind]+"["+strconv.Itoa(i)+"]")); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (c *compiler) ref(name, path string) (*pred, error) {
	rule, ok := c.catalog.Rules[name]
	if !ok {
		return nil, siyu.Invalid(path, "there is no rule %q", name)
	}
	if slices.Contains(c.open, name) {
		return nil, siyu.Invalid(path, "rules name each other in a circle: %s → %s", strings.Join(c.open, " → "), name)
	}
	if len(c.open) == MaxRefDepth {
		return nil, siyu.Invalid(path, "names rules deeper than %d", MaxRefDepth)
	}
	if err := rule.Validate(); err != nil {
		return nil, siyu.Within("rules["+strconv.Quote(name)+"]", err)
	}
	c.open = append(c.open, name)
	p, err := c.compile(rule.node, path+"("+name+")")
	c.open = c.open[:len(c.open)-1]
	return p, err
}

func (c *compiler) leaf(l *leaf, path string) (*pred, error) {
	if l.inSet {
		return c.set(l, path)
	}
	if l.events != nil {
		events, err := l.events.prepare(c.catalog.Location)
		c.now = true
		return &pred{path: path, test: &test{op: l.op, source: l, events: events}}, siyu.Within(join(path, string(l.op)), err)
	}
	t := newTest(l)
	p := &pred{path: path, test: t, neg: t.op != l.op}
	switch t.op {
	case OpAnyElem:
		elem, err := c.compile(l.elem, join(path, "rule"))
		if err != nil {
			return nil, err
		}
		t.elem = elem
	case OpInList:
		name := l.value.(string)
		values, ok := c.catalog.Lists[name]
		if !ok {
			return nil, siyu.Invalid(join(path, "value"), "there is no list %q", name)
		}
		key := strconv.FormatBool(l.ci) + name
		if t.members, ok = c.lists[key]; !ok {
			t.members = newMembers(values.list, l.ci)
			c.lists[key] = t.members
		}
	}
	c.now = c.now || t.rel != nil
	return p, nil
}

func join(path, part string) string {
	if path == "" {
		return part
	}
	return path + "." + part
}
