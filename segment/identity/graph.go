package identity

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Identifier is one name of a person in one system: a kind, such as
// "customer_no", "openid", "phone" or "device", and a value.
type Identifier struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// ID makes an identifier.
func ID(kind, value string) Identifier { return Identifier{kind, value} }

// String writes "kind:value".
func (id Identifier) String() string { return id.Kind + ":" + id.Value }

// Compare orders identifiers by their text.
func (id Identifier) Compare(other Identifier) int {
	return strings.Compare(id.String(), other.String())
}

// Validate refuses an identifier without kind or value, or with an overlong
// one.
func (id Identifier) Validate() error {
	if err := siyu.CheckID("kind", id.Kind); err != nil {
		return err
	}
	return siyu.CheckID("value", id.Value)
}

// Rules say what may be joined.
type Rules struct {
	// Limits is the most identifiers of a kind that one person may have; a
	// kind without an entry is unlimited. A unique kind has the limit 1.
	Limits map[string]int `json:"limits,omitempty"`
	// Blocked identifiers belong to nobody, such as a shop's own phone number.
	Blocked []Identifier `json:"blocked,omitempty"`
}

// ParseRules reads the JSON form strictly and validates it.
func ParseRules(data []byte) (Rules, error) {
	rules, err := strictjson.Decode[Rules](data, 16<<20)
	if err != nil {
		return Rules{}, err
	}
	return rules, rules.Validate()
}

// Validate refuses limits below 1 and blocked identifiers that are none.
func (r Rules) Validate() error {
	for _, kind := range slices.Sorted(maps.Keys(r.Limits)) {
		if r.Limits[kind] < 1 {
			return siyu.Invalid("limits."+kind, "is below 1")
		}
	}
	for i, id := range r.Blocked {
		if err := id.Validate(); err != nil {
			return siyu.Within(fmt.Sprintf("blocked[%d]", i), err)
		}
	}
	return nil
}

// Link says that two identifiers belong to one person. A link of an identifier
// with itself only makes it known.
type Link struct {
	ID     string     `json:"id"` // idempotency key, unique in the graph
	A      Identifier `json:"a"`
	B      Identifier `json:"b"`
	Source string     `json:"source,omitempty"` // which system said so
	At     time.Time  `json:"at,omitzero"`
}

// Reason says what became of a link.
type Reason string

// The reasons.
const (
	Joined  Reason = "joined"  // two persons became one
	Known   Reason = "known"   // the two were one person already
	Limited Reason = "limit"   // the person would have too many identifiers of a kind
	Blocked Reason = "blocked" // one side is blocked
)

var reasonTexts = map[Reason]siyu.Text{
	Joined:  {ZH: "已合并为同一人", EN: "joined into one person"},
	Known:   {ZH: "本来就是同一人", EN: "already one person"},
	Limited: {ZH: "合并后某类标识超过上限", EN: "the joined person would have too many identifiers of a kind"},
	Blocked: {ZH: "标识已被屏蔽", EN: "an identifier is blocked"},
}

// Text returns the reason in words.
func (r Reason) Text(lang siyu.Lang) string { return reasonTexts[r].In(lang) }

// Decision is what became of a link, with the facts.
type Decision struct {
	Reason Reason `json:"reason"`
	Kind   string `json:"kind,omitempty"`  // with Limited: the first kind over its limit
	Limit  int    `json:"limit,omitempty"` // with Limited
	Count  int    `json:"count,omitempty"` // with Limited: how many the person would have
}

// Refused reports whether the link joins nothing.
func (d Decision) Refused() bool { return d.Reason == Limited || d.Reason == Blocked }

// Graph decides links and knows the persons that follow from them.
type Graph struct {
	limits  map[string]int
	blocked map[Identifier]bool
	nodes   map[Identifier]*node
	links   []*entry // in order; nil where one was taken back
	byID    map[string]*entry
	gone    int // nils in links
}

type node struct {
	id    Identifier
	links []*entry // that name it
	seen  []Observation
	group *group
}

// group is a person: nodes joined by links that stand.
type group struct {
	nodes []*node
	kinds map[string]int
}

type entry struct {
	Link
	order    int
	decision Decision
}

// New makes an empty graph. Rules that do not validate are [siyu.ErrInvalid].
func New(rules Rules) (*Graph, error) {
	if err := rules.Validate(); err != nil {
		return nil, err
	}
	g := &Graph{
		limits:  maps.Clone(rules.Limits),
		blocked: make(map[Identifier]bool, len(rules.Blocked)),
		nodes:   make(map[Identifier]*node),
		byID:    make(map[string]*entry),
	}
	for _, id := range rules.Blocked {
		g.blocked[id] = true
	}
	return g, nil
}

// Restore makes a graph from a journal: the links and observations that stand,
// in their order.
func Restore(rules Rules, links iter.Seq[Link], observations iter.Seq[Observation]) (*Graph, error) {
	g, err := New(rules)
	if err != nil {
		return nil, err
	}
	for l := range links {
		if _, err := g.Link(l); err != nil {
			return nil, err
		}
	}
	for o := range observations {
		if err := g.Observe(o); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// Link takes up a link and says what became of it. Refused links stay in the
// journal: they are decided again when a link before them is taken back. The
// same link again gets the same answer; its ID with other contents is
// [siyu.ErrConflict].
func (g *Graph) Link(l Link) (Decision, error) {
	if err := l.validate(); err != nil {
		return Decision{}, err
	}
	if known, ok := g.byID[l.ID]; ok {
		if !known.same(l) {
			return Decision{}, fmt.Errorf("identity: link %q has other contents: %w", l.ID, siyu.ErrConflict)
		}
		return known.decision, nil
	}
	e := &entry{Link: l, order: len(g.links)}
	g.links = append(g.links, e)
	g.byID[l.ID] = e
	for _, id := range e.sides() {
		if !g.blocked[id] {
			n := g.node(id)
			n.links = append(n.links, e)
		}
	}
	g.decide(e)
	return e.decision, nil
}

func (l Link) validate() error {
	if err := siyu.CheckID("id", l.ID); err != nil {
		return err
	}
	if err := l.A.Validate(); err != nil {
		return siyu.Within("a", err)
	}
	return siyu.Within("b", l.B.Validate())
}

func (l Link) same(other Link) bool {
	return l.A == other.A && l.B == other.B && l.Source == other.Source && l.At.Equal(other.At)
}

// sides are the link's identifiers, once each.
func (l Link) sides() []Identifier {
	if l.A == l.B {
		return []Identifier{l.A}
	}
	return []Identifier{l.A, l.B}
}

// Unlink takes a link back (unmerge). The persons are then exactly those that
// would be there had the link never been made. An unknown ID is
// [siyu.ErrNotFound].
func (g *Graph) Unlink(id string) error {
	gone, ok := g.byID[id]
	if !ok {
		return fmt.Errorf("identity: link %q: %w", id, siyu.ErrNotFound)
	}
	reach := g.reach(gone)
	delete(g.byID, id)
	g.links[gone.order] = nil
	g.gone++
	for _, side := range gone.sides() {
		if n := g.nodes[side]; n != nil {
			n.links = slices.DeleteFunc(n.links, func(e *entry) bool { return e == gone })
		}
	}
	var again []*entry
	for _, n := range reach {
		n.alone()
		again = append(again, n.links...)
		if len(n.links) == 0 && len(n.seen) == 0 {
			delete(g.nodes, n.id)
		}
	}
	slices.SortFunc(again, func(a, b *entry) int { return cmp.Compare(a.order, b.order) })
	for _, e := range slices.Compact(again) {
		g.decide(e)
	}
	g.compact()
	return nil
}

// reach returns every node that a chain of links, standing or refused, joins
// to the sides of e: nothing outside can change when e goes. A blocked
// identifier is no node and so joins nothing.
func (g *Graph) reach(e *entry) []*node {
	var out []*node
	visited := make(map[*node]bool)
	visit := func(e *entry) {
		for _, id := range e.sides() {
			if n := g.nodes[id]; n != nil && !visited[n] {
				visited[n] = true
				out = append(out, n)
			}
		}
	}
	visit(e)
	for done := 0; done < len(out); { // out grows
		n := out[done]
		done++
		for _, next := range n.links {
			visit(next)
		}
	}
	return out
}

// compact drops the gaps that Unlink leaves once they are half of the journal.
func (g *Graph) compact() {
	if g.gone <= len(g.links)/2 {
		return
	}
	g.links = slices.DeleteFunc(g.links, func(e *entry) bool { return e == nil })
	g.gone = 0
	for i, e := range g.links {
		e.order = i
	}
}

// decide joins the sides of a link or refuses it.
func (g *Graph) decide(e *entry) {
	if e.decision = g.judge(e.Link); e.decision.Reason == Joined {
		g.nodes[e.A].group.join(g.nodes[e.B].group)
	}
}

// judge says what would become of a link now.
func (g *Graph) judge(l Link) Decision {
	if g.blocked[l.A] || g.blocked[l.B] {
		return Decision{Reason: Blocked}
	}
	a, b := g.groupOf(l.A), g.groupOf(l.B)
	if a == b || l.A == l.B {
		return Decision{Reason: Known}
	}
	over := Decision{Reason: Joined}
	for kind, limit := range g.limits {
		count := a.kinds[kind] + b.kinds[kind]
		if count > limit && (over.Reason == Joined || kind < over.Kind) {
			over = Decision{Reason: Limited, Kind: kind, Limit: limit, Count: count}
		}
	}
	return over
}

func (g *Graph) groupOf(id Identifier) *group {
	if n := g.nodes[id]; n != nil {
		return n.group
	}
	return &group{nodes: []*node{{id: id}}, kinds: map[string]int{id.Kind: 1}}
}

func (g *Graph) node(id Identifier) *node {
	n := g.nodes[id]
	if n == nil {
		n = &node{id: id}
		n.alone()
		g.nodes[id] = n
	}
	return n
}

func (n *node) alone() {
	n.group = &group{nodes: []*node{n}, kinds: map[string]int{n.id.Kind: 1}}
}

// join merges the smaller group into the larger one.
func (a *group) join(b *group) {
	if len(a.nodes) < len(b.nodes) {
		a, b = b, a
	}
	for _, n := range b.nodes {
		n.group = a
	}
	a.nodes = append(a.nodes, b.nodes...)
	for kind, count := range b.kinds {
		a.kinds[kind] += count
	}
}
