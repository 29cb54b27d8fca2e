package identity_test

import (
	"context"
	"fmt"

	"github.com/siyu-go/siyu/segment/identity"
	"github.com/siyu-go/siyu/store/memstore"
)

// One person at a time, in a store: a step loads what is joined to its
// identifiers, not the graph. When the rules change, the next service answers by
// the new ones.
func ExampleService() {
	ctx, store := context.Background(), memstore.New()
	strict, err := identity.NewService(store.Identities(), identity.Rules{Limits: map[string]int{"phone": 1}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range []identity.Link{
		{ID: "1", A: identity.ID("openid", "o1"), B: identity.ID("phone", "h1"), Source: "mini"},
		{ID: "2", A: identity.ID("openid", "o1"), B: identity.ID("phone", "h2"), Source: "desk"},
	} {
		out, err := strict.Link(ctx, l)
		fmt.Println(out.Decision.Reason, out.Persons[0].IDs, err)
	}
	loose, err := identity.NewService(store.Identities(), identity.Rules{Limits: map[string]int{"phone": 2}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := loose.Person(ctx, identity.ID("phone", "h2"))
	fmt.Println(p.IDs, err)
	// Output:
	// joined [openid:o1 phone:h1] <nil>
	// limit [openid:o1 phone:h1] <nil>
	// [openid:o1 phone:h1 phone:h2] <nil>
}
