package campaign_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

func contact(user string, day int, converted bool) campaign.Contact {
	return campaign.Contact{User: siyu.UserID(user), Converted: converted, Send: campaign.Send{At: time.Date(2026, 6, day, 12, 0, 0, 0, time.UTC)}}
}

func TestPressureOf(t *testing.T) {
	log := []campaign.Contact{
		contact("a", 1, false), contact("a", 2, true), contact("a", 3, true), contact("a", 4, false),
		contact("b", 1, false), contact("c", 1, true), contact("c", 9, false),
		contact("d", 20, true), // after the window
	}
	failed := contact("e", 1, true)
	failed.Outcome = campaign.Failed
	p, err := campaign.PressureOf(append(log, failed), siyu.Window{End: time.Date(2026, 6, 10, 0, 0, 0, 0, time.UTC)}, 1, 2, 4)
	if err != nil {
		t.Fatal(err)
	}
	want := campaign.Pressure{People: 3, Contacts: 7, Most: 4, Median: 2, P95: 4, Bands: []campaign.PressureBand{
		{From: 1, To: 1, People: 1, Contacts: 1},
		{From: 2, To: 3, People: 1, Contacts: 2, Converted: 1},
		{From: 4, People: 1, Contacts: 4, Converted: 1},
	}}
	if d := cmp.Diff(want, p); d != "" {
		t.Error(d)
	}
	for _, bands := range [][]int{nil, {2}, {1, 1}, {1, 3, 2}} {
		if _, err := campaign.PressureOf(log, siyu.Window{}, bands...); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("bands %v: got %v, want invalid", bands, err)
		}
	}
}

func ExamplePressureOf() {
	log := []campaign.Contact{contact("a", 1, false), contact("a", 2, false), contact("a", 3, true), contact("b", 1, true)}
	p, err := campaign.PressureOf(log, siyu.Window{}, 1, 3)
	for _, b := range p.Bands {
		fmt.Printf("from %d: %d people, %d contacts, %d converted\n", b.From, b.People, b.Contacts, b.Converted)
	}
	fmt.Println(err)
	// Output:
	// from 1: 1 people, 1 contacts, 1 converted
	// from 3: 1 people, 3 contacts, 1 converted
	// <nil>
}
