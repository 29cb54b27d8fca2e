package referral

// notes are rows that a decision has read or made, few as a rule. Their room
// serves the next decision.
type notes[K comparable, V any] struct {
	keys  []K
	rows  []*V // those beyond the keys are free
	index map[K]*V
}

// few is how many are looked through one by one.
const few = 16

// get returns a row, or nil.
func (n *notes[K, V]) get(key K) *V {
	if n.index != nil {
		return n.index[key]
	}
	for i := range n.keys {
		if n.keys[i] == key {
			return n.rows[i]
		}
	}
	return nil
}

// add notes a row whose key is not known yet.
func (n *notes[K, V]) add(key K, v V) *V {
	i := len(n.keys)
	n.keys = append(n.keys, key)
	if i == len(n.rows) {
		n.rows = append(n.rows, new(V))
	}
	row := n.rows[i]
	*row = v
	if i >= few && n.index == nil {
		n.index = make(map[K]*V)
		for i, k := range n.keys {
			n.index[k] = n.rows[i]
		}
	}
	if n.index != nil {
		n.index[key] = row
	}
	return row
}

// reset forgets all rows, and the room of many.
func (n *notes[K, V]) reset() {
	if n.index != nil {
		*n = notes[K, V]{}
		return
	}
	n.keys = n.keys[:0]
}
