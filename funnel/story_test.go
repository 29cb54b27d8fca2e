package funnel_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// get is for examples, whose errors would be mistakes in the example.
func get[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func on(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 12, 0, 0, 0, time.UTC)
}

// did is an event with properties in pairs of name and value.
func did(user siyu.UserID, name string, at time.Time, props ...string) siyu.Event {
	e := siyu.Event{ID: siyu.EventID(fmt.Sprint(user, name, at.Unix(), props)), User: user, Name: name, At: at, Props: map[string]string{}}
	for pair := range slices.Chunk(props, 2) {
		e.Props[pair[0]] = pair[1]
	}
	return e
}

func logOf(events ...[]siyu.Event) *funnel.Log {
	return get(funnel.NewLog(funnel.FromSlice(slices.Concat(events...)), nil))
}
