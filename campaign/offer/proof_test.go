package offer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/offer"
)

// Payment screenshots in the group (晒单) and words of past students: only of
// orders that stand, and of people who agreed.
func ExampleShown() {
	paid := map[string]bool{"o1": true, "o2": true} // o3 was refunded
	stands := func(_ siyu.UserID, order string) bool { return paid[order] }
	agreed := siyu.Window{Start: noon.Add(-24 * time.Hour)}
	shown, doubts := offer.Shown([]offer.Proof{
		{ID: "li's word", User: "li", Order: "o1", Agreed: agreed},
		{ID: "wang's payment", User: "wang", Order: "o2"},
		{ID: "zhao's payment", User: "zhao", Order: "o3", Agreed: agreed},
		{ID: "invented", User: "nobody", Agreed: agreed},
	}, stands, noon)
	for _, p := range shown {
		fmt.Println("show", p.ID)
	}
	for _, id := range []string{"wang's payment", "zhao's payment", "invented"} {
		fmt.Println(id+":", doubts[id].Text(siyu.English))
	}
	// Output:
	// show li's word
	// wang's payment: the customer has not agreed
	// zhao's payment: there is no such order that stands
	// invented: there is no such order that stands
}

func TestProof_Doubt(t *testing.T) {
	agreed := siyu.Window{Start: noon, End: noon.Add(time.Hour)}
	for name, tt := range map[string]struct {
		proof offer.Proof
		now   time.Time
		want  offer.Doubt
	}{
		"from the consent":     {offer.Proof{User: "u", Order: "o", Agreed: agreed}, noon, ""},
		"before it":            {offer.Proof{User: "u", Order: "o", Agreed: agreed}, noon.Add(-1), offer.NotAgreed},
		"withdrawn":            {offer.Proof{User: "u", Order: "o", Agreed: agreed}, noon.Add(time.Hour), offer.NotAgreed},
		"an end is no start":   {offer.Proof{User: "u", Order: "o", Agreed: siyu.Window{End: noon.Add(time.Hour)}}, noon, offer.NotAgreed},
		"without order":        {offer.Proof{User: "u", Agreed: agreed}, noon, offer.NoOrder},
		"somebody else's":      {offer.Proof{User: "w", Order: "o", Agreed: agreed}, noon, offer.NoOrder},
		"the order goes first": {offer.Proof{User: "w", Order: "o"}, noon, offer.NoOrder},
	} {
		stands := func(user siyu.UserID, order string) bool { return user == "u" && order == "o" || order == "" }
		if got := tt.proof.Doubt(stands, tt.now); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	for _, d := range []offer.Doubt{offer.NoOrder, offer.NotAgreed} {
		if en, zh := d.Text(siyu.English), d.Text(siyu.Chinese); en == zh || en == string(d) {
			t.Errorf("%s has no texts: %q, %q", d, en, zh)
		}
	}
	if offer.Doubt("other").Text(siyu.English) != "other" {
		t.Error("an unknown doubt has a text")
	}
}
