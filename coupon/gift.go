package coupon

import "github.com/siyu-go/siyu"

// ItemID names something that is given on top, in the host's catalogue.
type ItemID string

// MaxGifts is how many of an item one promo gives at most.
const MaxGifts = 1_000_000

// Gift is an item that a promo adds to an order (赠品). It changes no price.
type Gift struct {
	Promo PromoID `json:"promo"`
	Item  ItemID  `json:"item"`
	Count int64   `json:"count"`
}

// GiveItem adds count of an item to the order and no discount (满赠). What the
// promo requires and excludes holds for it as for any other, and it counts
// toward [Policy].MaxPromos; but in both modes gifts have their turn after all
// discounts, so that a gift never displaces a discount. Whether the item is in
// stock is for the host to know.
func GiveItem(item ItemID, count int64) Benefit {
	return Benefit{Kind: KindGift, Item: item, Count: count}
}

func (b Benefit) validateGift() error {
	if err := siyu.CheckID("item", string(b.Item)); err != nil {
		return err
	}
	if b.Count < 1 || b.Count > MaxGifts {
		return siyu.Invalid("count", "%d is not 1 to %d", b.Count, MaxGifts)
	}
	return nil
}

// giveItems gives each gift its turn, after the discounts.
func (s *solver) giveItems(quote *Quote) {
	for i := range s.q.rules {
		r := &s.q.rules[i]
		if r.kind != giftItem {
			continue
		}
		turn, o := int32(i), &s.outcomes[i]
		*o = outcome{with: -1}
		switch with := s.clash(turn, s.stopped()); {
		case with >= 0:
			o.why, o.with = inConflict, with
		case s.q.policy.MaxPromos > 0 && len(s.applied) >= s.q.policy.MaxPromos:
			o.why = maxReached
		default:
			v := s.verdicts[i]
			if !v.why.fixed() {
				v = s.value(r, &s.now, false)
			}
			if o.gap, o.why = v.gap, v.why; v.why == applies {
				o.applied = true
				s.applied = append(s.applied, turn)
				quote.Gifts = append(quote.Gifts, Gift{Promo: r.promo.ID, Item: r.promo.Benefit.Item, Count: r.promo.Benefit.Count})
			}
		}
	}
}

// stopped returns the applied rule after which nothing applies, or -1.
func (s *solver) stopped() int32 {
	for _, turn := range s.applied {
		if s.q.rules[turn].stop {
			return turn
		}
	}
	return -1
}
