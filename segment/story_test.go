package segment_test

import (
	"iter"

	"github.com/siyu-go/siyu/segment"
)

// get is for examples, whose errors would be mistakes in the example.
func get[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// tableOf makes a table of people by their attributes.
func tableOf(schema *segment.Schema, people ...map[string]any) *segment.Table {
	return get(segment.BuildTable(schema, iter.Seq2[*segment.Record, error](func(yield func(*segment.Record, error) bool) {
		r := schema.NewRecord()
		for _, attrs := range people {
			r.Fill(attrs)
			if !yield(r, nil) {
				return
			}
		}
	})))
}
