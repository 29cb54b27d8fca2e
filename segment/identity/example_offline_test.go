package identity_test

import (
	"fmt"

	"github.com/siyu-go/siyu/segment/identity"
)

// Who filled in a lead card online, and who signed in at the event and bought in
// the store: one phone number makes one person of them. The store's own number,
// which clerks type in for everybody, joins nobody.
func ExampleRules() {
	g, err := identity.New(identity.Rules{
		Limits: map[string]int{"phone": 1}, Blocked: []identity.Identifier{identity.ID("phone", "store desk")},
	})
	if err != nil {
		panic(err)
	}
	for _, l := range []identity.Link{
		{ID: "lead", A: identity.ID("openid", "li"), B: identity.ID("phone", "138"), Source: "lead card"},
		{ID: "signed in", A: identity.ID("event", "seat 7"), B: identity.ID("phone", "138"), Source: "event"},
		{ID: "deal 1", A: identity.ID("contract", "c1"), B: identity.ID("phone", "138"), Source: "store"},
		{ID: "deal 2", A: identity.ID("contract", "c2"), B: identity.ID("phone", "store desk"), Source: "store"},
	} {
		d, err := g.Link(l)
		fmt.Println(l.ID, d.Reason, err)
	}
	li, _ := g.Person(identity.ID("openid", "li"))
	fmt.Println(li.IDs)
	// Output:
	// lead joined <nil>
	// signed in joined <nil>
	// deal 1 joined <nil>
	// deal 2 blocked <nil>
	// [contract:c1 event:seat 7 openid:li phone:138]
}
