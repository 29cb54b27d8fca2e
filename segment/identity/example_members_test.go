package identity_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu/segment/identity"
)

// The members of two shops and a mini-program become one member system (会员中台):
// who is the same person, what each system said of him, and what of it may be
// used for marketing.
func ExamplePerson_Attribute() {
	g, err := identity.New(identity.Rules{Limits: map[string]int{"phone": 1}})
	if err != nil {
		panic(err)
	}
	at := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }
	for _, l := range []identity.Link{
		{ID: "east/7", A: identity.ID("shop-east", "7"), B: identity.ID("phone", "h1"), Source: "pos-east", At: at(1)},
		{ID: "west/9", A: identity.ID("shop-west", "9"), B: identity.ID("phone", "h1"), Source: "pos-west", At: at(2)},
		{ID: "mini/o", A: identity.ID("openid", "o"), B: identity.ID("phone", "h1"), Source: "mini-program", At: at(3)},
	} {
		if _, err := g.Link(l); err != nil {
			panic(err)
		}
	}
	for _, o := range []identity.Observation{
		{Of: identity.ID("shop-east", "7"), Name: "taste", Value: "hot", Source: "pos-east", At: at(1), Consent: []string{"service"}},
		{Of: identity.ID("openid", "o"), Name: "taste", Value: "mild", Source: "mini-program", At: at(3), Consent: []string{"service", "marketing"}},
	} {
		if err := g.Observe(o); err != nil {
			panic(err)
		}
	}
	person, _ := g.Person(identity.ID("shop-west", "9"))
	fmt.Println(person.IDs)
	service, _ := person.Attribute("taste", "service", "pos-east")
	marketing, _ := person.Attribute("taste", "marketing", "pos-east")
	fmt.Println("at the table:", service.Value, "in a campaign:", marketing.Value, "by", marketing.Source)
	fmt.Println(len(person.Conflicts()["taste"]), "words on one taste")
	// Output:
	// [openid:o phone:h1 shop-east:7 shop-west:9]
	// at the table: hot in a campaign: mild by mini-program
	// 2 words on one taste
}
