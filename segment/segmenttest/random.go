package segmenttest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"pgregory.net/rapid"
)

// Now is the moment at which the random rules have something to tell apart.
var Now = time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)

// Fields of the random people.
var (
	follow  = segment.Bool("follow")
	age     = segment.Int("age")
	balance = segment.Amount("wealth.balance")
	city    = segment.Text("city")
	seen    = segment.Time("seen")
	tags    = segment.List("tags")
	app     = segment.Version("app")
	ip      = segment.IP("ip")
)

// Schema returns the fields that the random people and rules are about.
func Schema() *segment.Schema {
	schema, err := segment.NewSchema(follow, age, balance, city, seen, tags, app, ip)
	if err != nil {
		panic(err) // the fields are fixed
	}
	return schema
}

var (
	cities   = []string{"shanghai", "Beijing", "BEIJING", "广州", ""}
	tagNames = []string{"vip", "VIP", "loan", "fund"}
	versions = []string{"1.2.3", "v1.2.3", "1.3", "1.2.3-beta", "2.0.0-rc.1", "2.0.0", "none"}
	dates    = []string{"2026-06-23T12:00:00Z", "2026-06-01", "2025-06-30 12:00:00", "2026-06-29T08:00:00+08:00"}
	ips      = []string{"10.1.2.3", "192.168.0.1", "2001:db8::1", "::ffff:10.0.0.1", "nowhere"}
)

// Person draws attributes, each of its field's type or missing.
func Person() *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		attrs := map[string]any{}
		set := func(name string, value func() any) {
			switch rapid.IntRange(0, 9).Draw(t, name+" there") {
			case 0:
			case 1:
				attrs[name] = nil
			default:
				attrs[name] = value()
			}
		}
		set("follow", func() any { return rapid.Bool().Draw(t, "follow") })
		set("age", func() any { return json.Number(fmt.Sprint(rapid.Int64Range(-2, 6).Draw(t, "age"))) })
		set("wealth", func() any {
			return map[string]any{"balance": rapid.Int64Range(0, 1<<50).Draw(t, "balance")}
		})
		set("city", func() any { return rapid.SampledFrom(cities).Draw(t, "city") })
		set("seen", func() any { return rapid.SampledFrom(dates).Draw(t, "seen") })
		set("tags", func() any { return rapid.SliceOfN(rapid.SampledFrom(tagNames), 0, 3).Draw(t, "tags") })
		set("app", func() any { return rapid.SampledFrom(versions).Draw(t, "app") })
		set("ip", func() any { return rapid.SampledFrom(ips).Draw(t, "ip") })
		return attrs
	})
}

// Rule draws a rule about such people, over every operator and group.
func Rule() *rapid.Generator[segment.Rule] {
	return rapid.Custom(func(t *rapid.T) segment.Rule { return drawRule(t, 3) })
}

func drawRule(t *rapid.T, depth int) segment.Rule {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "kind") == 0 {
		return drawLeaf(t)
	}
	kids := make([]segment.Rule, rapid.IntRange(1, 3).Draw(t, "kids"))
	for i := range kids {
		kids[i] = drawRule(t, depth-1)
	}
	switch rapid.SampledFrom([]string{"all", "any", "none", "not"}).Draw(t, "group") {
	case "all":
		return segment.All(kids[1:]...)
	case "any":
		return segment.Any(kids...)
	case "none":
		return segment.None(kids...)
	}
	return segment.Not(kids[0])
}

func drawLeaf(t *rapid.T) segment.Rule {
	switch rapid.IntRange(0, 8).Draw(t, "leaf") {
	case 0:
		return follow.Is(rapid.Bool().Draw(t, "is"))
	case 1:
		return drawAge(t)
	case 2:
		v := rapid.Int64Range(0, 1<<50).Draw(t, "amount")
		return pick(t, balance.AtLeast(siyu.Money(v)), balance.Less(siyu.Money(v)), balance.Eq(siyu.Money(v)), balance.Ne(siyu.Money(v)), balance.More(siyu.Money(v)), balance.AtMost(siyu.Money(v)), balance.Between(siyu.Money(v/2), siyu.Money(v)))
	case 3:
		return drawCity(t)
	case 4:
		at, err := time.Parse(time.RFC3339, "2026-06-23T12:00:00Z")
		if err != nil {
			t.Fatal(err)
		}
		return pick(t, seen.Before(at), seen.After(at), seen.AfterAgo(segment.Ago{Days: 7}), seen.BeforeAgo(segment.Ago{Years: 1}),
			seen.AfterAgo(segment.Ago{Months: 1}), seen.BeforeAgo(segment.Ago{Weeks: -1}), seen.AfterAgo(segment.Ago{Hours: 36}))
	case 5:
		some := rapid.SliceOfN(rapid.SampledFrom(tagNames), 0, 2).Draw(t, "some tags")
		fold := tags
		if rapid.Bool().Draw(t, "ci") {
			fold = tags.IgnoreCase()
		}
		return pick(t, fold.AnyOf(some...), fold.AllOf(some...), fold.NoneOf(some...), tags.SizeAtLeast(len(some)), tags.SizeEq(len(some)), tags.SizeAtMost(len(some)),
			parsed(t, `{"attr":"tags","op":"eq","value":["vip","loan"]}`), parsed(t, `{"attr":"tags","op":"any_of","value":["vip",5,null]}`),
			parsed(t, `{"attr":"tags","op":"all_of","value":["vip",true]}`),
			tags.AnyElem(func(e segment.TextField) segment.Rule { return segment.Any(e.HasPrefix("v"), e.Eq("fund")) }))
	case 6:
		v := rapid.SampledFrom(versions[:6]).Draw(t, "version")
		return pick(t, app.Eq(v), app.Ne(v), app.Less(v), app.AtLeast(v), app.AtMost(v), app.More(v), app.Tilde(v), app.Caret(v), app.Wild("1.*"))
	case 7:
		return pick(t, ip.InNetworks("10.0.0.0/8"), ip.InNetworks("2001:db8::/32", "192.168.0.1"))
	}
	return pick(t, follow.Exists(), age.Missing(), tags.Exists(), city.Missing(), seen.Exists(), app.Missing())
}

func drawAge(t *rapid.T) segment.Rule {
	v, w := rapid.Int64Range(-3, 7).Draw(t, "age"), rapid.Int64Range(-3, 400).Draw(t, "other age")
	return pick(t, age.Eq(v), age.Ne(v), age.In(v, w, v+2), age.NotIn(v, w), age.Less(v), age.AtMost(v), age.More(v), age.AtLeast(v),
		age.Between(v, w), parsed(t, fmt.Sprintf(`{"attr":"age","op":"gt","value":%d.5}`, v)), parsed(t, `{"attr":"age","op":"type","value":"number"}`),
		parsed(t, `{"attr":"age","op":"type","value":"null"}`))
}

func drawCity(t *rapid.T) segment.Rule {
	name := rapid.SampledFrom(cities).Draw(t, "city")
	f := city
	if rapid.Bool().Draw(t, "ci") {
		f = city.IgnoreCase()
	}
	return pick(t, f.Eq(name), f.Ne(name), f.In(name, "beijing"), f.NotIn(name), f.Less(name), f.AtLeast(name),
		f.HasPrefix(name), f.HasSuffix("jing", name), f.Contains("e"), f.Matches("^[a-z]+$"))
}

func pick(t *rapid.T, rules ...segment.Rule) segment.Rule {
	return rules[rapid.IntRange(0, len(rules)-1).Draw(t, "op")]
}

func parsed(t *rapid.T, text string) segment.Rule {
	r, err := segment.ParseRule([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return r
}
