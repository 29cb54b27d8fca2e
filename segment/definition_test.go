package segment_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

func TestParseRings(t *testing.T) {
	data, err := json.Marshal(segment.BankRings())
	if err != nil {
		t.Fatal(err)
	}
	rings, err := segment.ParseRings(data)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range segment.BankRings().Rings {
		if got := rings.Rings[i]; got.Name != want.Name || !got.Rule.Equal(want.Rule) {
			t.Errorf("ring %d: got %s %s", i, got.Name, got.Rule)
		}
	}
	for text, field := range map[string]string{
		`{"rings":[{"name":"a","rule":{"any":[]}}],"outside":"b"}`:                   "rings[0].rule.any",
		`{"rings":[{"name":"a","rule":{"all":[{"attr":"x"}]}}],"outside":"b"}`:       "rings[0].rule.all[0].op",
		`{"rings":[{"name":"a","rule":{"all":[]},"colour":"red"}],"outside":"none"}`: "rings[0].colour",
		`{"rings":[{"name":"a"}],"outside":"none"}`:                                  "rings[0].rule",
	} {
		_, err := segment.ParseRings([]byte(text))
		if invalid, ok := errors.AsType[*siyu.InvalidError](err); !ok || invalid.Field != field {
			t.Errorf("%s: got %v, want field %s", text, err, field)
		}
	}
}

func TestParseCatalog(t *testing.T) {
	const good = `{"lists":{"gold":["a",1,true]},"rules":{"rich":{"attr":"x","op":"ge","value":5}}}`
	c, err := segment.ParseCatalog([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(c)
	if err != nil || string(again) != good {
		t.Errorf("got %s (%v)", again, err)
	}
	for text, field := range map[string]string{
		`{"lists":{"gold":["a",null]}}`: `lists["gold"][1]`,
		`{"lists":{"gold":{}}}`:         `lists["gold"]`,
		`{"rules":{"rich":{"op":5}}}`:   `rules["rich"].op`,
		`{"rule":{}}`:                   "rule",
	} {
		_, err := segment.ParseCatalog([]byte(text))
		if invalid, ok := errors.AsType[*siyu.InvalidError](err); !ok || invalid.Field != field {
			t.Errorf("%s: got %v, want field %s", text, err, field)
		}
	}
}
