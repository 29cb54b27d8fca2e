package coupon

import "hash/maphash"

// shortCart is how many lines are compared with each other; more are hashed.
const shortCart = 16

// repeatedLine returns the place of a line that has the id of an earlier one,
// or -1.
func repeatedLine(lines []Line) int {
	if len(lines) > shortCart {
		return repeatedOfMany(lines)
	}
	ends := uint64(0) // of the ids seen
	for i := range lines {
		bit := uint64(1) << end(string(lines[i].ID))
		if ends&bit != 0 {
			return repeatedOfFew(lines)
		}
		ends |= bit
	}
	return -1
}

// repeatedOfFew compares every id with those before it.
func repeatedOfFew(lines []Line) int {
	for i := range lines {
		for j := range i {
			if same(string(lines[j].ID), string(lines[i].ID)) {
				return i
			}
		}
	}
	return -1
}

var lineSeed = maphash.MakeSeed()

// repeatedOfMany looks ids up in a hash table of places, of twice the size of
// the largest cart, that needs no allocation.
func repeatedOfMany(lines []Line) int {
	var places [2 * MaxLines]uint16 // of the line, from 1; 0: empty
	for i := range lines {
		id := string(lines[i].ID)
		slot := maphash.String(lineSeed, id) % uint64(len(places))
		for ; places[slot] > 0; slot = (slot + 1) % uint64(len(places)) {
			if string(lines[places[slot]-1].ID) == id {
				return i
			}
		}
		places[slot] = uint16(i + 1)
	}
	return -1
}
