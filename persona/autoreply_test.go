package persona_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

func replies() persona.AutoReplies {
	return persona.AutoReplies{
		{ID: "hi-poster", On: persona.Added, Sources: []string{"poster"}, Once: true, Text: "Hi from the poster, {name}!"},
		{ID: "hi", On: persona.Added, Once: true},
		{ID: "human", On: persona.Written, Keywords: []string{"投诉", "Human"}, Human: true},
		{ID: "group", On: persona.Written, Keywords: []string{"进群"}, Code: "sz"},
		{ID: "night", On: persona.Written, Hours: []siyu.WeeklyWindow{{Start: siyu.HourMinute(21, 0), End: siyu.HourMinute(9, 0)}}, Text: "{name} answers tomorrow."},
	}
}

func TestAutoReplies_Answer(t *testing.T) {
	r := replies()
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		in   persona.Inbound
		want string
	}{
		"by source":             {persona.Inbound{On: persona.Added, Source: "poster", At: at(1, 12)}, "hi-poster"},
		"once":                  {persona.Inbound{On: persona.Added, Source: "poster", Had: []string{"hi-poster"}, At: at(1, 12)}, "hi"},
		"all had":               {persona.Inbound{On: persona.Added, Had: []string{"hi"}, At: at(1, 12)}, ""},
		"keyword":               {persona.Inbound{On: persona.Written, Text: "我要进群", At: at(1, 12)}, "group"},
		"keyword, other case":   {persona.Inbound{On: persona.Written, Text: "a HUMAN please", At: at(1, 23)}, "human"},
		"hours":                 {persona.Inbound{On: persona.Written, Text: "?", At: at(1, 23)}, "night"},
		"nothing fits":          {persona.Inbound{On: persona.Written, Text: "?", At: at(1, 12)}, ""},
		"what was written, not": {persona.Inbound{On: "pressed", At: at(1, 23)}, ""},
	} {
		got, ok := r.Answer(tt.in, adviser(), time.UTC, siyu.English)
		if got.ID != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: got %q, %v, want %q", name, got.ID, ok, tt.want)
		}
	}
}

func TestAutoReplies_Validate(t *testing.T) {
	for field, change := range map[string]func(persona.AutoReplies){
		"[1].id":           func(r persona.AutoReplies) { r[1].ID = "hi-poster" },
		"[0].on":           func(r persona.AutoReplies) { r[0].On = "dreamt" },
		"[1].keywords":     func(r persona.AutoReplies) { r[1].Keywords = []string{"x"} },
		"[2].keywords[0]":  func(r persona.AutoReplies) { r[2].Keywords[0] = " " },
		"[3].text":         func(r persona.AutoReplies) { r[3].Code = "" },
		"[4].hours[0].end": func(r persona.AutoReplies) { r[4].Hours[0].End = r[4].Hours[0].Start },
	} {
		r := replies()
		change(r)
		var invalid *siyu.InvalidError
		if err := r.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
}

func FuzzParseAutoReplies(f *testing.F) {
	f.Add([]byte(`[{"id":"a","on":"written","keywords":["x"],"hours":[{"start":"09:00","end":"18:00"}],"text":"hi {name}"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := persona.ParseAutoReplies(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("error %v is not invalid", err)
			}
			return
		}
		r.Answer(persona.Inbound{On: persona.Written, Text: "x", At: at(1, 12)}, adviser(), time.UTC, siyu.English)
	})
}

func ExampleAutoReplies_Answer() {
	reply, ok := replies().Answer(persona.Inbound{On: persona.Added, At: at(1, 12)}, adviser(), time.UTC, siyu.Chinese)
	fmt.Println(reply.Text, ok)
	// Output: 你好,我是专属理财导师小京老师,从业5年。 true
}
