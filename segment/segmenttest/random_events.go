package segmenttest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"pgregory.net/rapid"
)

var (
	eventNames = []string{"buy", "Buy", "balance"}
	skus       = []string{"A", "a", "A ", "茶"}
	points     = []string{"-2", "0", "1", "3", "many"}
	orders     = []segment.Op{segment.OpEq, segment.OpNe, segment.OpLt, segment.OpLe, segment.OpGt, segment.OpGe}
)

// Events draws what one person did around Now, at whole minutes.
func Events() *rapid.Generator[[]siyu.Event] {
	return rapid.Custom(func(t *rapid.T) []siyu.Event {
		events := make([]siyu.Event, rapid.IntRange(0, 7).Draw(t, "events"))
		for i := range events {
			minutes := rapid.IntRange(-180, 30)
			if rapid.Bool().Draw(t, "long ago") {
				minutes = rapid.IntRange(-70*24*60, 60)
			}
			e := siyu.Event{
				ID: siyu.EventID(fmt.Sprint("e", i)), Name: rapid.SampledFrom(eventNames).Draw(t, "name"),
				At:    Now.Add(time.Duration(minutes.Draw(t, "at")) * time.Minute),
				Value: siyu.Money(rapid.Int64Range(-2, 6).Draw(t, "value")), Props: map[string]string{},
			}
			if rapid.IntRange(0, 3).Draw(t, "sku there") > 0 {
				e.Props["sku"] = rapid.SampledFrom(skus).Draw(t, "sku")
			}
			if rapid.IntRange(0, 3).Draw(t, "points there") > 0 {
				e.Props["points"] = rapid.SampledFrom(points).Draw(t, "points")
			}
			events[i] = e
		}
		return events
	})
}

// EventRule draws a condition on such events.
func EventRule() *rapid.Generator[segment.Rule] {
	return rapid.Custom(func(t *rapid.T) segment.Rule {
		if rapid.IntRange(0, 2).Draw(t, "held") == 0 {
			return drawHeld(t).Rule()
		}
		return drawBehaviour(t).Rule()
	})
}

// MixedRule draws a rule that joins conditions on attributes and on events.
func MixedRule() *rapid.Generator[segment.Rule] {
	return rapid.Custom(func(t *rapid.T) segment.Rule {
		kids := []segment.Rule{EventRule().Draw(t, "did")}
		for range rapid.IntRange(0, 2).Draw(t, "more") {
			kids = append(kids, rapid.OneOf(EventRule(), rapid.Custom(func(t *rapid.T) segment.Rule { return drawRule(t, 1) })).Draw(t, "other"))
		}
		switch rapid.IntRange(0, 3).Draw(t, "group") {
		case 0:
			return segment.Any(kids...)
		case 1:
			return segment.None(kids...)
		case 2:
			return segment.Not(segment.All(kids...))
		}
		return segment.All(kids...)
	})
}

func drawBehaviour(t *rapid.T) segment.Behaviour {
	b := segment.Behaviour{
		Event: rapid.SampledFrom(eventNames).Draw(t, "event"), Where: drawWhere(t),
		Cmp: rapid.SampledFrom(orders).Draw(t, "cmp"), Value: json.Number(rapid.SampledFrom([]string{"-1", "0", "1", "1.5", "2", "4"}).Draw(t, "threshold")),
		Within: rapid.SampledFrom([]string{"", "1h", "2h", "5d", "1mo"}).Draw(t, "within"),
		This:   rapid.SampledFrom([]string{"", "", "hour", "day", "month"}).Draw(t, "this"),
	}
	if rapid.Bool().Draw(t, "sum") {
		b.Agg, b.Field = segment.SumOf, rapid.SampledFrom([]string{"", "points"}).Draw(t, "field")
	}
	if rapid.IntRange(0, 3).Draw(t, "absolute") == 0 {
		b.After, b.Before = Now.Add(-100*time.Minute), Now.Add(-20*time.Minute)
	}
	return b
}

func drawHeld(t *rapid.T) segment.Held {
	return segment.Held{
		Event: rapid.SampledFrom(eventNames).Draw(t, "event"), Where: drawWhere(t),
		Field: rapid.SampledFrom([]string{"", "points"}).Draw(t, "field"),
		Cmp:   rapid.SampledFrom(orders).Draw(t, "cmp"), Value: json.Number(rapid.SampledFrom([]string{"-1", "0", "1.5", "3"}).Draw(t, "threshold")),
		For: segment.Period(rapid.IntRange(1, 200).Draw(t, "for")) * segment.Period(time.Minute),
	}
}

func drawWhere(t *rapid.T) map[string]string {
	if rapid.IntRange(0, 2).Draw(t, "where") > 0 {
		return nil
	}
	return map[string]string{"sku": rapid.SampledFrom(skus).Draw(t, "sku")}
}
