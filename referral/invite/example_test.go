package invite_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/siyu-go/siyu/referral/invite"
)

// The code on a poster at a stall or in a branch is a link that says whose
// invitation it is and where it hangs, until the campaign ends.
func ExampleSigner() {
	signer, err := invite.NewSigner(invite.Key{ID: "2026a", Secret: bytes.Repeat([]byte("s"), invite.MinSecret)}) // in earnest: 32 random bytes
	if err != nil {
		panic(err)
	}
	end := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	token, err := signer.Sign(invite.Invitation{Program: "etc-card", Inviter: "branch-0755", Channel: "stall umbrella", ExpiresAt: end})
	if err != nil {
		panic(err)
	}
	seen, err := signer.Open(token, end.Add(-time.Hour))
	fmt.Println(seen.Inviter, seen.Channel, err)
	_, err = signer.Open(token, end)
	fmt.Println("after the end:", errors.Is(err, invite.ErrExpired))
	_, err = signer.Open("x"+token, end.Add(-time.Hour))
	fmt.Println("changed:", errors.Is(err, invite.ErrForged))
	// Output:
	// branch-0755 stall umbrella <nil>
	// after the end: true
	// changed: true
}

// A code that a KOL says in a video is typed in from memory.
func ExampleParseCode() {
	code := invite.NewCode() // such as 7K3MQ09XZT2R
	typed := strings.ToLower(code[:4]) + "-" + code[4:8] + " " + code[8:]
	parsed, err := invite.ParseCode(typed)
	fmt.Println(parsed == code, err)
	_, err = invite.ParseCode(code[:11])
	fmt.Println(err)
	// Output:
	// true <nil>
	// invalid code: does not have 12 characters
}
