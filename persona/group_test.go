package persona_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

func genCode(t *rapid.T) persona.Code {
	c := persona.Code{ID: "c", ScanCap: rapid.IntRange(1, 6).Draw(t, "scan cap"), Fill: rapid.SampledFrom([]persona.Fill{"", persona.Evenly}).Draw(t, "fill")}
	c.HardCap = c.ScanCap + rapid.IntRange(0, 3).Draw(t, "above")
	c.RadiusKM = 100
	for i := range rapid.IntRange(0, 4).Draw(t, "groups") {
		g := persona.Group{ID: persona.GroupID(fmt.Sprint("群", i)), Members: rapid.IntRange(0, c.HardCap).Draw(t, "members")}
		g.Region = rapid.SampledFrom([]string{"", "", "深圳", "广州"}).Draw(t, "region")
		if rapid.IntRange(0, 3).Draw(t, "placed") == 0 {
			g.Position = &persona.Position{Lat: 22 + rapid.Float64Range(0, 1).Draw(t, "lat"), Lon: 114}
		}
		c.Groups = append(c.Groups, g)
	}
	if rapid.Bool().Draw(t, "auto") {
		c.AutoCreate = &persona.AutoCreate{Base: "群", Next: rapid.IntRange(0, 3).Draw(t, "next"), InitialMembers: rapid.IntRange(0, c.ScanCap-1).Draw(t, "initial")}
	}
	return c
}

func total(c persona.Code) (n int) {
	for _, g := range c.Groups {
		n += g.Members
	}
	return n
}

// No group goes above its cap, nobody is turned away while there is room that
// he may use, and members are neither lost nor doubled.
func TestCode_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := genCode(t)
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		in := map[string]persona.GroupID{}
		for i := range rapid.IntRange(1, 30).Draw(t, "steps") {
			user := fmt.Sprint("u", rapid.IntRange(0, 9).Draw(t, "user"))
			before, room := total(c), 0
			for _, g := range c.Groups {
				if g.Region == "" && g.Position == nil {
					room += max(0, c.ScanCap-g.Members)
				}
			}
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				if in[user] == "" {
					continue
				}
				next, err := c.Leave(in[user])
				if err != nil || total(next) != before-1 || total(c) != before {
					t.Fatalf("leave: %v, %d members of %d", err, total(next), before)
				}
				c = next
				delete(in, user)
			case 1:
				if len(c.Groups) == 0 || in[user] != "" {
					continue
				}
				g := c.Groups[i%len(c.Groups)]
				next, ok, err := c.Invite(g.ID)
				if err != nil || ok != (g.Members < c.HardCap) {
					t.Fatalf("invite into %d of %d: %v, %v", g.Members, c.HardCap, ok, err)
				}
				if c = next; ok {
					in[user] = g.ID
				}
			default:
				v := persona.Visitor{In: in[user], Regions: []string{"南山", "深圳"}}
				p := c.Place(v)
				if p.Reason != "" && (room > 0 || c.AutoCreate != nil) {
					t.Fatalf("turned away with room for %d", room)
				}
				grown := total(p.Code) - before
				if p.Created {
					grown -= c.AutoCreate.InitialMembers
				}
				if joined := p.Reason == "" && !p.Again; (grown == 1) != joined || (grown == 0) == joined {
					t.Fatalf("%+v grew by %d", p, grown)
				}
				if p.Again && p.Group != in[user] {
					t.Fatalf("led to %s instead of %s", p.Group, in[user])
				}
				if total(c) != before {
					t.Fatal("the code that was asked has changed")
				}
				if c = p.Code; p.Reason == "" {
					in[user] = p.Group
				}
			}
			if err := c.Validate(); err != nil {
				t.Fatalf("broken state: %v", err)
			}
		}
	})
}

func TestPosition_KM(t *testing.T) {
	for _, tt := range []struct {
		a, b persona.Position
		km   float64
	}{
		{persona.Position{}, persona.Position{Lat: 0, Lon: 180}, math.Pi * 6371.0088},
		{persona.Position{Lat: 90}, persona.Position{Lat: -90, Lon: 77}, math.Pi * 6371.0088},
		{persona.Position{Lat: 10, Lon: 20}, persona.Position{Lat: 10, Lon: 20}, 0},
		{persona.Position{Lat: 0, Lon: 179}, persona.Position{Lat: 0, Lon: -179}, 2 * math.Pi / 180 * 6371.0088},
	} {
		if got, back := tt.a.KM(tt.b), tt.b.KM(tt.a); math.Abs(got-tt.km) > 1e-6 || got != back {
			t.Errorf("%v to %v: %v km there, %v back, want %v", tt.a, tt.b, got, back, tt.km)
		}
	}
}

func TestCode_Validate(t *testing.T) {
	ok := func() persona.Code {
		return persona.Code{ID: "c", ScanCap: 200, HardCap: 500, Groups: []persona.Group{{ID: "g1"}, {ID: "g2"}}}
	}
	for field, change := range map[string]func(*persona.Code){
		"scan_cap":               func(c *persona.Code) { c.HardCap = 100 },
		"fill":                   func(c *persona.Code) { c.Fill = "random" },
		"radius_km":              func(c *persona.Code) { c.RadiusKM = math.NaN() },
		"groups[1].id":           func(c *persona.Code) { c.Groups[1].ID = "g1" },
		"groups[0].members":      func(c *persona.Code) { c.Groups[0].Members = 501 },
		"groups[0].position.lat": func(c *persona.Code) { c.Groups[0].Position = &persona.Position{Lat: 91} },
		"auto_create":            func(c *persona.Code) { c.AutoCreate = &persona.AutoCreate{Base: "x", InitialMembers: 200} },
	} {
		c := ok()
		change(&c)
		var invalid *siyu.InvalidError
		if err := c.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add([]byte(`{"id":"c","scan_cap":200,"hard_cap":500,"groups":[{"id":"g","members":1,"position":{"lat":1,"lon":2}}],"auto_create":{"base":"g","next":1,"initial_members":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := persona.ParseCode(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("error %v is not invalid", err)
			}
			return
		}
		if p := c.Place(persona.Visitor{Position: &persona.Position{}}); p.Reason == "" && p.Code.Validate() != nil {
			t.Fatalf("a place in %s breaks it", data)
		}
	})
}

func ExampleCode_Place() {
	code := persona.Code{
		ID: "sz", ScanCap: 200, HardCap: 500, AutoCreate: &persona.AutoCreate{Base: "深圳福利群", Next: 2, InitialMembers: 1},
		Groups: []persona.Group{{ID: "深圳福利群1", Members: 199}},
	}
	for range 3 {
		p := code.Place(persona.Visitor{})
		code = p.Code
		fmt.Println(p.Group, p.Created)
	}
	// Output:
	// 深圳福利群1 false
	// 深圳福利群2 true
	// 深圳福利群2 false
}
