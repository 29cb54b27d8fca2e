package segment

import (
	"slices"
	"strings"
)

// Change is one difference between two versions of a rule. A part that was
// added has no Old, one that was removed no New.
type Change struct {
	Path string `json:"path"` // in the new version; of a removed part in the old one
	Old  *Rule  `json:"old,omitempty"`
	New  *Rule  `json:"new,omitempty"`
}

// Diff lists what changed from one version of a rule to the next, by their
// form: the order of rules within all, any and none does not count, and a leaf
// about the same attribute with the same operator is one whose value changed.
func Diff(before, after Rule) []Change {
	return diff(before.node, after.node, "", nil)
}

func diff(a, b *node, path string, changes []Change) []Change {
	switch {
	case sortedForm(a) == sortedForm(b):
		return changes
	case a == nil || b == nil || a.kind != b.kind || a.kind == leafNode || a.kind == refNode:
		return append(changes, Change{path, asRule(a), asRule(b)})
	case a.kind == notNode:
		return diff(a.kids[0], b.kids[0], join(path, "not"), changes)
	}
	pairs, taken := pair(a.kids, b.kids)
	name := groupNames[a.kind]
	for i, x := range a.kids {
		if !taken[i] {
			changes = append(changes, Change{Path: join(path, elem(name, i)), Old: asRule(x)})
		}
	}
	for j, y := range b.kids {
		at := join(path, elem(name, j))
		if pairs[j] == 0 {
			changes = append(changes, Change{Path: at, New: asRule(y)})
			continue
		}
		changes = diff(a.kids[pairs[j]-1], y, at, changes)
	}
	return changes
}

func asRule(n *node) *Rule {
	if n == nil {
		return nil
	}
	return &Rule{n}
}

// pair finds for each rule of b the one of a that it comes from, plus 1: one of
// the same form first, then one about the same thing, then any of its kind.
func pair(a, b []*node) (pairs []int, taken []bool) {
	pairs, taken = make([]int, len(b)), make([]bool, len(a))
	for _, name := range []func(n *node) string{
		sortedForm,
		subject,
		func(n *node) string { return groupNames[n.kind] },
	} {
		free := map[string][]int{}
		for i, n := range a {
			if key := name(n); !taken[i] && key != "" {
				free[key] = append(free[key], i)
			}
		}
		for j, n := range b {
			if list := free[name(n)]; pairs[j] == 0 && len(list) > 0 {
				pairs[j], taken[list[0]] = list[0]+1, true
				free[name(n)] = list[1:]
			}
		}
	}
	return pairs, taken
}

// subject names what a leaf compares, and nothing for other rules.
func subject(n *node) string {
	if n.kind != leafNode {
		return ""
	}
	return n.attr + " " + string(n.op)
}

// sortedForm writes a rule with the rules of each group in order of their own
// forms, so that their order does not count.
func sortedForm(n *node) string {
	if n == nil || n.kind == leafNode || n.kind == refNode {
		return string(appendNode(nil, n))
	}
	forms := make([]string, len(n.kids))
	for i, kid := range n.kids {
		forms[i] = sortedForm(kid)
	}
	slices.Sort(forms)
	return groupNames[n.kind] + "[" + strings.Join(forms, ",") + "]"
}
