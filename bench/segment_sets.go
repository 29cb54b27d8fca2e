package main

import (
	"iter"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/segment"
)

// segmentSets: how many of 100 million customers are in both of two sets of
// about half of them each, ten times.
var segmentSets = workload{
	name:     "segment/sets",
	peer:     "RoaringBitmap/roaring v2, AndCardinality, run-optimised",
	goal:     4,
	openOurs: openSets,
	openPeer: openRoaring,
}

const (
	setUsers = 1e8
	setTurns = 10
)

// members yields the customers of whom the attribute holds.
func members(users uint64, holds func(gen.Attributes) bool) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i := range users {
			if holds(gen.User(i)) && !yield(uint32(i)) {
				return
			}
		}
	}
}

func hasApp(u gen.Attributes) bool  { return u.App }
func follows(u gen.Attributes) bool { return u.Follow }

func openSets(scale float64) (side, error) {
	users := scaled(setUsers, scale)
	var apps, followers *segment.Set
	build := func() (err error) {
		if apps, err = segment.NewSet(int(users), members(users, hasApp)); err != nil {
			return err
		}
		followers, err = segment.NewSet(int(users), members(users, follows))
		return err
	}
	return inProcess(build, func() ([]int64, error) {
		both := 0
		for range setTurns {
			n, err := apps.AndCount(followers)
			if err != nil {
				return nil, err
			}
			both += n
		}
		return []int64{int64(apps.Count()), int64(followers.Count()), int64(both)}, nil
	})
}

func openRoaring(scale float64) (side, error) {
	users := scaled(setUsers, scale)
	bitmap := func(rows iter.Seq[uint32]) *roaring.Bitmap {
		b := roaring.New()
		for row := range rows {
			b.Add(row)
		}
		b.RunOptimize()
		return b
	}
	var apps, followers *roaring.Bitmap
	build := func() error {
		apps, followers = bitmap(members(users, hasApp)), bitmap(members(users, follows))
		return nil
	}
	return inProcess(build, func() ([]int64, error) {
		var both uint64
		for range setTurns {
			both += apps.AndCardinality(followers)
		}
		return []int64{int64(apps.GetCardinality()), int64(followers.GetCardinality()), int64(both)}, nil
	})
}
