package persona_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

func adviser() persona.Card {
	return persona.Card{
		ID: "jing", Name: "小京老师", Title: "专属理财导师", Since: persona.Date{Year: 2020, Month: 6, Day: 2},
		Values: []string{"先懂风险", "长期主义"}, Forbidden: []string{"保本", "稳赚"},
	}
}

func TestCard_Years(t *testing.T) {
	c := adviser()
	shanghai := time.FixedZone("CST", 8*3600)
	for when, want := range map[time.Time]int{
		time.Date(2026, 6, 1, 23, 59, 0, 0, shanghai): 5,
		time.Date(2026, 6, 2, 0, 0, 0, 0, shanghai):   6,
		time.Date(2019, 1, 1, 0, 0, 0, 0, shanghai):   0,
	} {
		if got := c.Years(when, shanghai); got != want {
			t.Errorf("%s: %d years, want %d", when, got, want)
		}
	}
	if got := (persona.Card{}).Years(at(1, 0), time.UTC); got != 0 {
		t.Errorf("without a date: %d years", got)
	}
}

func TestCard_Validate(t *testing.T) {
	for field, change := range map[string]func(*persona.Card){
		"id":           func(c *persona.Card) { c.ID = "" },
		"title":        func(c *persona.Card) { c.Title = "" },
		"forbidden[1]": func(c *persona.Card) { c.Forbidden[1] = " " },
		"greeting":     func(c *persona.Card) { c.Greeting = "跟着{name}稳赚!" },
	} {
		c := adviser()
		change(&c)
		var invalid *siyu.InvalidError
		if err := c.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
}

func TestParseCard(t *testing.T) {
	c, err := persona.ParseCard([]byte(`{"id":"jing","name":"小京","title":"导师","since":"2020-06-02"}`))
	if err != nil || c.Since.String() != "2020-06-02" {
		t.Errorf("got %+v, %v", c, err)
	}
	for _, bad := range []string{`{"id":"j","name":"n","title":"t","since":"2020-02-30"}`, `{"id":"j","name":"n","title":"t","age":9}`} {
		if _, err := persona.ParseCard([]byte(bad)); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v, want invalid", bad, err)
		}
	}
}

func ExampleCard() {
	now := time.Date(2026, 6, 3, 2, 0, 0, 0, time.UTC)
	c := adviser()
	fmt.Println(c.Greet(now, time.UTC, siyu.Chinese))
	c.Greeting = "Hi, {name} here: {years} years of {values}."
	fmt.Println(c.Greet(now, time.UTC, siyu.English))
	fmt.Println(c.Check("这只基金稳赚不赔"))
	// Output:
	// 你好,我是专属理财导师小京老师,从业6年。
	// Hi, 小京老师 here: 6 years of 先懂风险、长期主义.
	// [稳赚]
}
