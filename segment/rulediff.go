package segment

import "slices"

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
	case equivalent(a, b):
		return changes
	case a == nil || b == nil || a.kind != b.kind || a.kind == leafNode || a.kind == refNode:
		return append(changes, Change{path, asRule(a), asRule(b)})
	case a.kind == notNode:
		return diff(a.kids[0], b.kids[0], join(path, "not"), changes)
	}
	// Equal kids cancel out, then kids about the same thing, then the rest in order.
	pairs := make([]int, len(b.kids)) // of b's kids: a's kid + 1
	taken := make([]bool, len(a.kids))
	for _, alike := range []func(x, y *node) bool{equivalent, sameSubject, sameKind} {
		for j, y := range b.kids {
			if pairs[j] != 0 {
				continue
			}
			for i, x := range a.kids {
				if !taken[i] && alike(x, y) {
					taken[i], pairs[j] = true, i+1
					break
				}
			}
		}
	}
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

// equivalent reports whether two nodes mean the same by their form.
func equivalent(a, b *node) bool {
	if a == nil || b == nil || a.kind != b.kind || len(a.kids) != len(b.kids) {
		return a == b
	}
	if a.kind == leafNode || a.kind == refNode {
		return string(appendNode(nil, a)) == string(appendNode(nil, b))
	}
	taken := make([]bool, len(b.kids))
	for _, x := range a.kids {
		i := slices.IndexFunc(b.kids, func(y *node) bool { return equivalent(x, y) })
		for i >= 0 && taken[i] {
			next := slices.IndexFunc(b.kids[i+1:], func(y *node) bool { return equivalent(x, y) })
			if next < 0 {
				return false
			}
			i += 1 + next
		}
		if i < 0 {
			return false
		}
		taken[i] = true
	}
	return true
}

func sameSubject(a, b *node) bool {
	return a.kind == leafNode && b.kind == leafNode && a.attr == b.attr && a.op == b.op
}

func sameKind(a, b *node) bool { return a.kind == b.kind && a.kind != leafNode && a.kind != refNode }
