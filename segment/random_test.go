package segment_test

import (
	"testing"

	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/segmenttest"
)

// The random people and rules of the laws, and the fields they are about.
var (
	clock  = segmenttest.Now
	person = segmenttest.Person
	rule   = segmenttest.Rule

	follow  = segment.Bool("follow")
	age     = segment.Int("age")
	balance = segment.Amount("wealth.balance")
	city    = segment.Text("city")
	seen    = segment.Time("seen")
)

func people(testing.TB) *segment.Schema { return segmenttest.Schema() }

type fataler interface{ Fatalf(string, ...any) }

func parsed(t fataler, text string) segment.Rule {
	r, err := segment.ParseRule([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return r
}

func compiled(t fataler, r segment.Rule) *segment.Matcher {
	m, err := segment.Compile(r, nil)
	if err != nil {
		t.Fatalf("%s: %v", r, err)
	}
	return m
}
