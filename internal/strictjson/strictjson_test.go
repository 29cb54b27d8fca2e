package strictjson_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

type item struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	Inner []struct {
		Deep int `json:"deep"`
	} `json:"inner"`
}

func TestDecode_refuses(t *testing.T) {
	for name, tt := range map[string]struct{ data, field, problem string }{
		"unknown field":  {`{"nam":"x"}`, "nam", "not a field"},
		"wrong type":     {`{"count":"x"}`, "count", "string where a int"},
		"wrong type, in": {`{"inner":[{"deep":true}]}`, "inner.deep", "bool where a int"},
		"trailing data":  {`{} {}`, "", "after the JSON value"},
		"not JSON":       {`{"count":`, "", "not JSON"},
		"too long":       {`{"name":"` + strings.Repeat("x", 200) + `"}`, "", "longer than 100"},
		"too deep":       {strings.Repeat("[", 40) + strings.Repeat("]", 40), "", "nested"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := strictjson.Decode[item]([]byte(tt.data), 100)
			var invalid *siyu.InvalidError
			if !errors.As(err, &invalid) || invalid.Field != tt.field || !strings.Contains(invalid.Problem, tt.problem) {
				t.Fatalf("got %v, want field %q and problem %q", err, tt.field, tt.problem)
			}
		})
	}
}

func TestDecode_brackets_in_strings_are_not_depth(t *testing.T) {
	got, err := strictjson.Decode[item]([]byte(`{"name":"`+strings.Repeat("[", 60)+`\""}`), 100)
	if err != nil || len(got.Name) != 61 {
		t.Fatalf("got %q, %v", got.Name, err)
	}
}
