package segment

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/siyu-go/siyu"
)

// Limits of a rule, however it was made.
const (
	MaxRuleBytes = 1 << 20 // of the JSON form
	MaxRuleDepth = 64      // of rules within rules
	MaxRuleNodes = 10_000  // leaves and groups, those of named rules included
	MaxRefDepth  = 32      // of rules named within named rules

	MaxPatternBytes = 10_000 // of all regular expressions together
)

// Rule is a condition on one person: a leaf about one attribute or about what
// the person did, or a group of rules. Make one with the typed fields
// ([BoolField], [IntField], …), [Behaviour.Rule], [Held.Rule] and [InSet], and with
// [All], [Any], [None], [Not] and [Ref], or decode its JSON form. A Rule is an
// immutable value; the zero Rule is refused by [Compile].
//
// Mistakes such as a bad regular expression are reported by [Rule.Validate] and
// by Compile, so that rules can be written as expressions.
type Rule struct{ node *node }

type nodeKind uint8

const (
	leafNode nodeKind = iota
	allNode
	anyNode
	noneNode
	notNode
	refNode
)

var groupNames = [...]string{allNode: "all", anyNode: "any", noneNode: "none", notNode: "not", refNode: "ref"}

// node is one rule; nodes are never changed once they are part of a Rule.
type node struct {
	kind nodeKind
	kids []*node // of a group
	name string  // of a reference
	leaf
}

// leaf is a condition on one attribute.
type leaf struct {
	attr  string // dot path; "." is the element itself within any_elem
	op    Op
	cmp   Op  // of size
	value any // nil, bool, number, string, []any or map[string]any
	given bool
	ci    bool
	elem  *node // of any_elem

	events eventDef // of a leaf about events, whose name attr is then
	inSet  bool     // of a leaf about the set that attr names
}

// All holds if every rule holds; without rules it holds for everybody.
func All(rules ...Rule) Rule { return group(allNode, rules) }

// Any holds if at least one rule holds. It needs one rule at least.
func Any(rules ...Rule) Rule { return group(anyNode, rules) }

// None holds if no rule holds. It needs one rule at least.
func None(rules ...Rule) Rule { return group(noneNode, rules) }

// Not holds exactly for those for whom the rule does not.
func Not(rule Rule) Rule { return group(notNode, []Rule{rule}) }

// Ref holds if the rule of this name in the [Catalog] holds.
func Ref(name string) Rule { return Rule{&node{kind: refNode, name: name}} }

func group(kind nodeKind, rules []Rule) Rule {
	kids := make([]*node, len(rules))
	for i, r := range rules {
		kids[i] = r.node
	}
	return Rule{&node{kind: kind, kids: kids}}
}

// Validate checks the rule by itself: known operators with operands of their
// type, no empty any or none, and the limits. The error is siyu.ErrInvalid with
// the path of the fault. Names of lists and rules are checked by [Compile].
func (r Rule) Validate() error {
	return r.node.check(1, newBudget(), false)
}

// budget is what a rule may still cost.
type budget struct{ nodes, patterns int }

func newBudget() *budget { return &budget{MaxRuleNodes, MaxPatternBytes} }

// spend counts a rule, without those within it.
func (b *budget) spend(n *node) error {
	b.nodes--
	if n.op == OpRegex {
		text, _ := n.value.(string)
		b.patterns -= len(text)
	}
	switch {
	case b.nodes < 0:
		return siyu.Invalid("", "the rule has more than %d parts", MaxRuleNodes)
	case b.patterns < 0:
		return siyu.Invalid("", "the patterns have more than %d bytes", MaxPatternBytes)
	}
	return nil
}

// Equal reports whether both rules have the same JSON form.
func (r Rule) Equal(other Rule) bool {
	return string(appendNode(nil, r.node)) == string(appendNode(nil, other.node))
}

// String writes the JSON form.
func (r Rule) String() string { return string(appendNode(nil, r.node)) }

func (n *node) check(depth int, budget *budget, within bool) error {
	switch {
	case n == nil:
		return siyu.Invalid("", "is empty")
	case depth > MaxRuleDepth:
		return siyu.Invalid("", "is nested deeper than %d", MaxRuleDepth)
	}
	if err := budget.spend(n); err != nil {
		return err
	}
	switch {
	case n.kind == leafNode:
		return n.leaf.check(depth, budget, within)
	case n.kind == refNode:
		return siyu.Within("ref", siyu.CheckID("", n.name))
	case n.kind == notNode:
		return siyu.Within("not", n.kids[0].check(depth+1, budget, within))
	case len(n.kids) == 0 && n.kind != allNode:
		return siyu.Invalid(groupNames[n.kind], "needs at least one rule")
	}
	for i, kid := range n.kids {
		if err := kid.check(depth+1, budget, within); err != nil {
			return siyu.Within(groupNames[n.kind]+"["+strconv.Itoa(i)+"]", err)
		}
	}
	return nil
}

func (l *leaf) check(depth int, budget *budget, within bool) error {
	switch {
	case l.events != nil:
		return l.checkEvents(within)
	case l.inSet:
		return l.checkSet(within)
	}
	if err := checkPath(l.attr, within); err != nil {
		return err
	}
	info := describe(l.op)
	switch {
	case info.operand == 0:
		return siyu.Invalid("op", "%q is not an operator", l.op)
	case l.ci && !info.folds:
		return siyu.Invalid("ci", "%s does not compare text", l.op)
	case l.cmp != "" && l.op != OpSize:
		return siyu.Invalid("cmp", "belongs to size only")
	case l.elem != nil && l.op != OpAnyElem:
		return siyu.Invalid("rule", "belongs to any_elem only")
	case info.operand == ruleOperand:
		if l.given {
			return siyu.Invalid("value", "any_elem takes a rule")
		}
		return siyu.Within("rule", l.elem.check(depth+1, budget, true))
	case info.operand == noOperand:
		if l.given {
			return siyu.Invalid("value", "%s takes none", l.op)
		}
		return nil
	case !l.given:
		return siyu.Invalid("value", "is missing")
	}
	return siyu.Within("value", l.checkValue(info.operand))
}

func checkPath(attr string, within bool) error {
	switch {
	case attr == ".":
		if !within {
			return siyu.Invalid("attr", "\".\" is the element and stands within any_elem only")
		}
		return nil
	case attr == "":
		return siyu.Invalid("attr", "is missing")
	case len(attr) > 4*siyu.MaxID:
		return siyu.Invalid("attr", "is too long")
	case attr[0] == '.' || attr[len(attr)-1] == '.' || strings.Contains(attr, ".."):
		return siyu.Invalid("attr", "%q has an empty part", attr)
	}
	return nil
}

// checkValue checks the operand's type and meaning; the field of its error is
// the path within the value.
func (l *leaf) checkValue(want operand) error {
	s := scalarOf(l.value)
	list, isList := l.value.([]any)
	switch want {
	case orderOperand:
		if s.kind != numberKind && s.kind != stringKind {
			return siyu.Invalid("", "%s compares numbers or texts", l.op)
		}
	case listOperand:
		if !isList {
			return siyu.Invalid("", "%s takes a list", l.op)
		}
	case textsOperand:
		if isList {
			return checkTexts(list)
		}
		return needText(s)
	case patternOperand:
		if err := needText(s); err != nil {
			return err
		}
		if _, err := regexp.Compile(l.pattern()); err != nil {
			return siyu.Invalid("", "%v", err)
		}
	case sizeOperand:
		if l.cmp != "" && !compares(l.cmp) {
			return siyu.Invalid("", "%q is none of eq, ne, lt, le, gt, ge", l.cmp)
		}
		if s.kind != numberKind || s.num.form != signed {
			return siyu.Invalid("", "size compares with a whole number")
		}
	case typeOperand:
		if s.kind != stringKind || !knownType(s.str) {
			return siyu.Invalid("", "is none of string, number, boolean, array, object, null")
		}
	default:
		return l.checkText(want, s)
	}
	return nil
}

// pattern returns the regular expression of the leaf.
func (l *leaf) pattern() string {
	text := l.value.(string)
	if !l.ci {
		return text
	}
	if _, err := regexp.Compile(text); err != nil {
		return text // "a)(b" must not become good within parentheses
	}
	return "(?i:" + text + ")"
}

func (l *leaf) checkText(want operand, s scalar) error {
	switch want {
	case timeOperand:
		if _, _, err := parseMoment(l.value); err != nil {
			return err
		}
	case versionOperand:
		if _, ok := parseVersion(s.str); s.kind != stringKind || !ok {
			return siyu.Invalid("", "is not a version")
		}
	case wildOperand:
		if _, ok := parseWild(s.str); s.kind != stringKind || !ok {
			return siyu.Invalid("", "is not a version such as 1.2.*")
		}
	case nameOperand:
		if err := needText(s); err != nil {
			return err
		}
		return siyu.CheckID("", s.str)
	case networkOperand:
		list, ok := l.value.([]any)
		if !ok {
			return siyu.Invalid("", "cidr takes a list of networks")
		}
		return checkTexts(list)
	}
	return nil
}

func needText(s scalar) error {
	if s.kind != stringKind {
		return siyu.Invalid("", "is not a text")
	}
	return nil
}

func checkTexts(list []any) error {
	for i, v := range list {
		if _, ok := v.(string); !ok {
			return siyu.Invalid("["+strconv.Itoa(i)+"]", "is not a text")
		}
	}
	return nil
}

func knownType(name string) bool {
	for _, n := range kindNames {
		if n == name {
			return true
		}
	}
	return false
}

// parseMoment reads the operand of before and after: an instant in
// microseconds, or a span from now.
func parseMoment(v any) (at int64, rel *span, err error) {
	switch v := v.(type) {
	case string:
		at, ok := parseDate(v)
		if !ok {
			return 0, nil, siyu.Invalid("", "%q is not a date", v)
		}
		return at, nil, nil
	case map[string]any:
		text, ok := v["now"].(string)
		if !ok || len(v) != 1 {
			break
		}
		s, ok := parseSpan(text)
		if !ok {
			return 0, nil, siyu.Invalid("now", "%q is not a span such as -7d (h d w mo y)", text)
		}
		return 0, &s, nil
	}
	return 0, nil, siyu.Invalid("", "is neither a date text nor {\"now\": \"-7d\"}")
}

// elem is the path of an element, such as rings[2].
func elem(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
