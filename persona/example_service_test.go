package persona_test

import (
	"context"
	"fmt"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
	"github.com/siyu-go/siyu/store/memstore"
)

// People scan the code of a branch, are led to a group with room, and get an
// adviser whom they keep.
func ExampleService() {
	ctx := context.Background()
	svc := persona.New(memstore.New().Personas(), &persona.Options{Clock: siyu.NewManualClock(at(1, 2))})
	err := svc.SaveCode(ctx, "make code", "sz", func(*persona.Code) (persona.Code, error) {
		return persona.Code{
			ID: "sz", ScanCap: 200, HardCap: 500, AutoCreate: &persona.AutoCreate{Base: "深圳福利群", Next: 2, InitialMembers: 1},
			Groups: []persona.Group{{ID: "深圳福利群1", Members: 199}},
		}, nil
	})
	if err != nil {
		panic(err)
	}
	err = svc.SaveRoster(ctx, "make roster", "sz", func(*persona.Roster) (persona.Roster, error) {
		return persona.Roster{ID: "sz", Zone: "Asia/Shanghai", Advisers: []persona.Adviser{{ID: "li"}, {ID: "wang"}}}, nil
	})
	if err != nil {
		panic(err)
	}
	for i, user := range []siyu.UserID{"u1", "u2", "u1"} {
		key := fmt.Sprint("scan ", i)
		joined, err := svc.Join(ctx, persona.JoinRequest{Key: key, Code: "sz", User: user})
		if err != nil {
			panic(err)
		}
		given, err := svc.Assign(ctx, persona.AssignRequest{Key: key, Roster: "sz", User: user})
		if err != nil {
			panic(err)
		}
		fmt.Println(user, joined.Group, joined.Again, given.Adviser, given.Kept)
	}
	// Output:
	// u1 深圳福利群1 false li false
	// u2 深圳福利群2 false wang false
	// u1 深圳福利群1 true li true
}
