package virality

import (
	"cmp"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Entry is one person's place to be found on a leaderboard (排行榜).
type Entry struct {
	ID        siyu.UserID
	Score     int64
	ReachedAt time.Time // when the score was reached
}

// Standing is an entry with its rank.
type Standing struct {
	Entry
	Rank int // 1 + number of strictly better scores
}

// Leaderboard orders entries by score, then by who reached it first, then by
// id, so the order is total. Equal scores share a rank.
func Leaderboard(entries []Entry) []Standing {
	list := make([]Standing, len(entries))
	for i, e := range entries {
		list[i].Entry = e
	}
	slices.SortFunc(list, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), a.ReachedAt.Compare(b.ReachedAt), cmp.Compare(a.ID, b.ID))
	})
	for i := range list {
		list[i].Rank = i + 1
		if i > 0 && list[i].Score == list[i-1].Score {
			list[i].Rank = list[i-1].Rank
		}
	}
	return list
}
