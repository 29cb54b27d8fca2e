// Command group fills groups behind one live code (活码): nobody is turned away
// while there is room, no group exceeds its seats, and the next one opens when
// all are full.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
	"github.com/siyu-go/siyu/store/memstore"
)

func main() {
	ctx := context.Background()
	groups := persona.New(memstore.New().Personas(), nil)
	must(groups.SaveCode(ctx, "code", "course", func(*persona.Code) (persona.Code, error) {
		return persona.Code{
			ID: "course", ScanCap: 200, HardCap: 500,
			Groups:     []persona.Group{{ID: "course-1", Members: 2}}, // the owner and a helper
			AutoCreate: &persona.AutoCreate{Base: "course-", Next: 2, InitialMembers: 2},
		}, nil
	}))
	for i := range 450 {
		user := siyu.UserID(fmt.Sprint("u", i))
		joined := get(groups.Join(ctx, persona.JoinRequest{Key: string(user), Code: "course", User: user}))
		if joined.Created {
			fmt.Println(user, "opens", joined.Group)
		}
	}
	again := get(groups.Join(ctx, persona.JoinRequest{Key: "u7 again", Code: "course", User: "u7"}))
	fmt.Println("u7 scans again and is led to", again.Group, again.Again)
	for _, g := range get(groups.Code(ctx, "course")).Groups {
		fmt.Println(g.ID, g.Members)
	}
}

func get[T any](v T, err error) T { must(err); return v }

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
