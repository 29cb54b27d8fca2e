package segment

import (
	"iter"

	"github.com/siyu-go/siyu"
)

// Users returns the dictionary of the set's people, and nil if rows are all
// that is known.
func (s *Set) Users() *Users { return s.users }

// IDs yields the members by their ids, in the order of rows; a set without a
// dictionary yields none.
func (s *Set) IDs() iter.Seq[siyu.UserID] {
	if s.users == nil {
		return func(func(siyu.UserID) bool) {}
	}
	return s.users.IDs(s)
}

// Has reports whether a person is in the set; in a set without a dictionary
// nobody is known.
func (s *Set) Has(id siyu.UserID) bool {
	if s.users == nil {
		return false
	}
	row, ok := s.users.Row(id)
	return ok && s.Contains(row)
}

// of returns the set as one of a dictionary, which may be nil.
func (s *Set) of(users *Users) *Set {
	if s.users == users {
		return s
	}
	out := *s
	out.users = users
	return &out
}

// dictionary returns the dictionary of two sets that are to be combined. Rows
// without one are taken to be those of the other set.
func (s *Set) dictionary(t *Set) (*Users, error) {
	switch {
	case s.users == t.users || t.users == nil:
		return s.users, nil
	case s.users == nil:
		return t.users, nil
	}
	known := min(s.universe, t.universe)
	if s.users.fingerprint(known) != t.users.fingerprint(known) {
		return nil, siyu.Invalid("set", "is of another dictionary: the same rows are other people")
	}
	if t.universe > s.universe {
		return t.users, nil
	}
	return s.users, nil
}
