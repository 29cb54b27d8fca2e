package identity

import (
	"cmp"
	"slices"
)

// Collect returns the part of a journal that near names, by a look-up of the
// links that stand and name an identifier, and one of its attributes. It starts
// from near.IDs and from start, the sides of near.Link. It is for those who write
// a [Store].
func Collect(
	near Near, start []Identifier, links func(Identifier) ([]Placed, error), seen func(Identifier) ([]Observation, error),
) (Journal, error) {
	var (
		part    Journal
		found   = map[string]Placed{}
		visited = map[Identifier]bool{}
		queue   = slices.Concat(near.IDs, start)
	)
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		if visited[id] || near.Through != nil && !near.Through(id) {
			continue
		}
		visited[id] = true
		observations, err := seen(id)
		if err != nil {
			return Journal{}, err
		}
		part.Observations = append(part.Observations, observations...)
		list, err := links(id)
		if err != nil {
			return Journal{}, err
		}
		for _, l := range list {
			if _, known := found[l.Link.ID]; !known {
				found[l.Link.ID] = l
				queue = append(queue, l.Link.A, l.Link.B)
			}
		}
	}
	placed := make([]Placed, 0, len(found))
	for _, l := range found {
		placed = append(placed, l)
	}
	slices.SortFunc(placed, func(a, b Placed) int { return cmp.Compare(a.Place, b.Place) })
	for _, l := range placed {
		part.Links = append(part.Links, l.Link)
	}
	return part, nil
}

// Placed is a link with its place in the order of a store.
type Placed struct {
	Link  Link
	Place int64
}
