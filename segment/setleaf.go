package segment

import "github.com/siyu-go/siyu"

// opSet is the operator of a leaf about a set; in JSON it is the name of the
// leaf, not an op.
const opSet Op = "set"

// InSet holds for the members of the set of this name in the [Catalog], in JSON
// {"set":"name"}: lists of people that were uploaded, audiences of yesterday,
// those who complained. It joins with other rules, over a [Table] and for a
// [Person] with an id, whom the set's dictionary has to know.
func InSet(name string) Rule {
	return Rule{&node{leaf: leaf{attr: name, op: opSet, inSet: true}}}
}

func (l *leaf) checkSet(within bool) error {
	if within {
		return siyu.Invalid("set", "is about a person, not about an element of a list")
	}
	return siyu.CheckID("set", l.attr)
}

func (c *compiler) set(l *leaf, path string) (*pred, error) {
	set := c.catalog.Sets[l.attr]
	if set == nil {
		return nil, siyu.Invalid(join(path, "set"), "there is no set %q", l.attr)
	}
	return &pred{path: path, test: &test{op: opSet, source: l, set: set}}, nil
}

// checkSets refuses a rule with sets of another dictionary than the table's.
func (b *bound) checkSets(users *Users) error {
	var err error
	b.visit(func(leaf *bound) {
		if leaf.test == nil || leaf.test.op != opSet {
			return
		}
		if _, wrong := leaf.set.dictionary(&Set{universe: leaf.set.universe, users: users}); wrong != nil && err == nil {
			err = siyu.Within(leaf.from.path, wrong)
		}
	})
	return err
}
