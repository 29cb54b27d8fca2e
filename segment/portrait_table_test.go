package segment_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

// tagSeq yields tags, and then an error unless it is nil.
func tagSeq(tags []segment.UserTag, last error) func(func(segment.UserTag, error) bool) {
	return func(yield func(segment.UserTag, error) bool) {
		for _, t := range tags {
			if !yield(t, nil) {
				return
			}
		}
		if last != nil {
			yield(segment.UserTag{}, last)
		}
	}
}

func ExampleTagTable() {
	vip, city, visits := segment.Bool("vip"), segment.Text("city"), segment.Int("visits")
	users, at := usersOf("li", "wu"), when("2026-06-01T00:00:00Z")
	tag := func(user siyu.UserID, name, value, source string) segment.UserTag {
		return segment.UserTag{User: user, Tag: segment.Tag{Name: name, Value: value, Source: source, At: at}}
	}
	tags := []segment.UserTag{
		tag("li", "vip", "", "desk"), tag("li", "city", "上海", "survey"), tag("li", "city", "苏州", "order"),
		tag("wu", "city", "上海", "order"), tag("wu", "visits", "7", "app"),
	}
	table := get(segment.TagTable(get(segment.NewSchema(vip, city, visits)), users, tagSeq(tags, nil), clock, "survey", "order"))
	plan := get(table.Query(segment.All(city.Eq("上海"), segment.Any(vip.Is(true), visits.AtLeast(5))), nil, clock))
	fmt.Println(slices.Collect(plan.Select(nil).IDs()))
	// Output: [li wu]
}

// The table holds for everybody what the portrait of the person says.
func TestTagTable_equalsPortraits(t *testing.T) {
	t.Parallel()
	fields := []segment.Field{
		segment.Bool("vip"), segment.Int("visits"), segment.Amount("assets"), segment.Text("city"), segment.Time("born"),
		segment.List("likes"), segment.Version("app"), segment.IP("ip"),
	}
	schema := get(segment.NewSchema(fields...))
	values := []string{"", "true", "false", "7", "-3", "x", "2020-01-02", `["a","b"]`, "a", "1.2.3", "10.0.0.1", "[", "-9223372036854775808"}
	rapid.Check(t, func(t *rapid.T) {
		users := usersOf("u0", "u1", "u2")
		portraits := map[siyu.UserID]*segment.Portrait{"u0": {}, "u1": {}, "u2": {}}
		var tags []segment.UserTag
		for range rapid.IntRange(0, 25).Draw(t, "tags") {
			at := clock.Add(time.Duration(rapid.IntRange(-5, 1).Draw(t, "at")) * time.Hour)
			tag := segment.Tag{
				Name: rapid.SampledFrom(fields).Draw(t, "field").Name(), Value: rapid.SampledFrom(values).Draw(t, "value"),
				Source: rapid.SampledFrom([]string{"app", "desk", "model"}).Draw(t, "source"), At: at,
			}
			if rapid.IntRange(0, 2).Draw(t, "expires") == 0 {
				tag.Until = at.Add(time.Duration(rapid.IntRange(1, 4).Draw(t, "until")) * time.Hour)
			}
			user := siyu.UserID(fmt.Sprint("u", rapid.IntRange(0, 3).Draw(t, "user")))
			tags = append(tags, segment.UserTag{User: user, Tag: tag})
			if p := portraits[user]; p != nil {
				_, err := p.Put(tag)
				get(0, err)
			}
		}
		table := get(segment.TagTable(schema, users, tagSeq(tags, nil), clock, "desk", "app"))
		says := func(name string, passes func(v string) bool) (out []siyu.UserID) {
			for id := range users.IDs(get(table.Query(segment.All(), nil, clock)).Select(nil)) {
				if tag, ok := portraits[id].Tag(name, clock, "desk", "app"); ok && passes(tag.Value) {
					out = append(out, id)
				}
			}
			return out
		}
		for _, tt := range []struct {
			rule segment.Rule
			want []siyu.UserID
		}{
			{segment.Bool("vip").Is(true), says("vip", func(v string) bool { return v == "" || v == "true" })},
			{segment.Bool("vip").Is(false), says("vip", func(v string) bool { return v == "false" })},
			{segment.Int("visits").Eq(7), says("visits", func(v string) bool { return v == "7" })},
			{segment.Amount("assets").AtMost(7), says("assets", func(v string) bool { return v == "7" || v == "-3" })},
			{segment.Text("city").Eq("a"), says("city", func(v string) bool { return v == "a" })},
			{segment.Time("born").Exists(), says("born", func(v string) bool { return v == "2020-01-02" })},
			{segment.List("likes").AnyOf("a"), says("likes", func(v string) bool { return v == "a" || v == `["a","b"]` })},
			{segment.Version("app").Eq("1.2.3"), says("app", func(v string) bool { return v == "1.2.3" })},
			{segment.IP("ip").InNetworks("10.0.0.0/8"), says("ip", func(v string) bool { return v == "10.0.0.1" })},
		} {
			if got := slices.Collect(get(table.Query(tt.rule, nil, clock)).Select(nil).IDs()); !slices.Equal(got, tt.want) {
				t.Fatalf("%s: got %v, want %v", tt.rule, got, tt.want)
			}
		}
	})
}

func TestTagTable_refuses(t *testing.T) {
	t.Parallel()
	schema, lost := get(segment.NewSchema(segment.Bool("vip"))), errors.New("lost")
	if _, err := segment.TagTable(schema, usersOf("li"), tagSeq(nil, lost), clock); !errors.Is(err, lost) {
		t.Errorf("got %v", err)
	}
	bad := []segment.UserTag{{User: "li", Tag: segment.Tag{Name: "vip"}}}
	if _, err := segment.TagTable(schema, usersOf("li"), tagSeq(bad, nil), clock); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("got %v", err)
	}
	bad[0].Name = "other" // not in the schema
	if table, err := segment.TagTable(schema, usersOf("li"), tagSeq(bad, nil), clock); err != nil || table.Len() != 1 {
		t.Errorf("got %v", err)
	}
}
