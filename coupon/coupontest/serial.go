package coupontest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/anishathalye/porcupine"

	"github.com/siyu-go/siyu/coupon"
)

// serial is the specification that histories are held against, written apart
// from the code: what each step answers if one happens after the other.
func serial() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			parts := make(map[string][]porcupine.Operation)
			for _, op := range history {
				object := op.Input.(ask).object
				parts[object] = append(parts[object], op)
			}
			return slices.Collect(maps.Values(parts))
		},
		Init: func() any { return object{} },
		Step: func(state, input, output any) (bool, any) {
			before, in, got := state.(object), input.(ask), output.(answer)
			want, after := before.step(in)
			if got.open {
				return true, after // not having happened is happening after all others
			}
			return got == want, after
		},
		Equal: func(a, b any) bool { return a.(object).text() == b.(object).text() },
		DescribeOperation: func(input, output any) string {
			return fmt.Sprintf("%+v -> %+v", input, output)
		},
	}
}

// object is a coupon, a batch or a code, as the specification has it.
type object struct {
	state   string           // of the coupon: "", locked, redeemed
	order   string           // that holds, held or redeemed it last
	claimed map[string]bool  // users with a coupon of the batch
	uses    map[string]grant // of the code, by order
}

type grant struct {
	granted   int64
	cancelled bool
}

func (o object) text() string { return fmt.Sprint(o.state, "/", o.order, "/", o.claimed, "/", o.uses) }

func (o object) step(in ask) (answer, object) {
	switch in.do {
	case "claim":
		return o.claim(in.order)
	case "use":
		return o.use(in)
	case "cancel":
		return o.cancel(in.order)
	}
	return o.coupon(in)
}

func (o object) coupon(in ask) (answer, object) {
	own := o.order == in.order
	switch {
	case in.do == "lock" && o.state == "":
		return answer{}, object{state: "locked", order: in.order}
	case in.do == "lock" && o.state == "locked" && own, in.do == "redeem" && o.state == "redeemed" && own,
		in.do == "release" && o.state == "" && own:
		return answer{replayed: true}, o
	case in.do == "lock" && o.state == "redeemed", in.do == "redeem" && o.state == "redeemed":
		return answer{reason: coupon.AlreadyRedeemed}, o
	case in.do == "lock", in.do == "redeem" && o.state == "locked" && !own:
		return answer{reason: coupon.LockedElsewhere}, o
	case in.do == "redeem":
		return answer{}, object{state: "redeemed", order: in.order}
	case in.do == "release" && o.state == "locked" && own:
		return answer{}, object{order: in.order}
	case in.do == "refund" && o.state == "redeemed" && own:
		return answer{}, object{}
	}
	return answer{reason: coupon.InvalidTransition}, o
}

func (o object) claim(user string) (answer, object) {
	if o.claimed[user] {
		return answer{replayed: true}, o
	}
	if len(o.claimed) == linearQuota {
		return answer{reason: coupon.SoldOut}, o
	}
	claimed := map[string]bool{user: true}
	maps.Copy(claimed, o.claimed)
	return answer{}, object{claimed: claimed}
}

func (o object) use(in ask) (answer, object) {
	if u, used := o.uses[in.order]; used && !u.cancelled {
		return answer{replayed: true, granted: u.granted}, o
	}
	left := int64(linearBudget)
	for _, u := range o.uses {
		if !u.cancelled {
			left -= u.granted
		}
	}
	if left == 0 {
		return answer{reason: coupon.BudgetSpent}, o
	}
	granted := min(in.amount, left)
	return answer{granted: granted}, o.with(in.order, grant{granted: granted})
}

func (o object) cancel(order string) (answer, object) {
	u, used := o.uses[order]
	switch {
	case !used:
		return answer{reason: coupon.Unknown}, o
	case u.cancelled:
		return answer{replayed: true, granted: u.granted}, o
	}
	u.cancelled = true
	return answer{granted: u.granted}, o.with(order, u)
}

func (o object) with(order string, u grant) object {
	uses := maps.Clone(o.uses)
	if uses == nil {
		uses = make(map[string]grant)
	}
	uses[order] = u
	o.uses = uses
	return o
}
