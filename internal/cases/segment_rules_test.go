package cases

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/siyu-go/siyu/segment"
)

type segmentRuleCase struct {
	ID       string                    `json:"id"`
	Title    string                    `json:"title"`
	Rule     json.RawMessage           `json:"rule"`
	Attrs    map[string]any            `json:"attrs"`
	Lists    map[string]segment.Values `json:"lists"`
	Now      time.Time                 `json:"now"`
	Expect   any                       `json:"expect"`
	Why      string                    `json:"why"`
	Source   any                       `json:"source"`
	Anchors  any                       `json:"anchors"`
	Outcomes any                       `json:"outcomes"`
	Diverges any                       `json:"divergent"`
}

func runSegmentRule(_ File, raw json.RawMessage) error {
	c, err := Decode[segmentRuleCase](raw)
	if err != nil {
		return err
	}
	var got any
	if m, err := compileCase(c); err != nil {
		got = "invalid"
	} else {
		got = m.Match(c.Attrs, c.Now)
	}
	if got != c.Expect {
		return fmt.Errorf("got %v, want %v", got, c.Expect)
	}
	return nil
}

func compileCase(c segmentRuleCase) (*segment.Matcher, error) {
	rule, err := segment.ParseRule(c.Rule)
	if err != nil {
		return nil, err
	}
	return segment.Compile(rule, &segment.Catalog{Lists: c.Lists})
}
