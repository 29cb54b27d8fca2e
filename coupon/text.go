package coupon

import (
	"fmt"
	"strconv"

	"github.com/siyu-go/siyu"
)

// Text says a hint in a language: how much more to spend, and for what.
func (h Hint) Text(lang siyu.Lang, currency siyu.Currency) string {
	text := gapText(lang, currency, h.Gap, h.GapUnits)
	if h.Next == (Tier{}) {
		return text
	}
	return text + siyu.Text{ZH: "，可享", EN: " for "}.In(lang) + h.Next.text(lang, currency)
}

// Text says a refusal in a language, with the gap or the other promo where
// there is one.
func (r Rejected) Text(lang siyu.Lang, currency siyu.Currency) string {
	text, sep := r.Reason.Text(lang), siyu.Text{ZH: "，", EN: ": "}.In(lang)
	switch {
	case r.Gap != 0 || r.GapUnits != 0:
		return text + sep + gapText(lang, currency, r.Gap, r.GapUnits)
	case r.With != "":
		return text + sep + string(r.With)
	}
	return text
}

func gapText(lang siyu.Lang, currency siyu.Currency, gap siyu.Money, units int64) string {
	if units != 0 {
		return fmt.Sprintf(siyu.Text{ZH: "还差 %d 件", EN: "%d more units"}.In(lang), units)
	}
	return fmt.Sprintf(siyu.Text{ZH: "还差 %s", EN: "%s more"}.In(lang), moneyText(gap, currency))
}

func (t Tier) text(lang siyu.Lang, currency siyu.Currency) string {
	if t.Rate == 0 {
		return fmt.Sprintf(siyu.Text{ZH: "减 %s", EN: "%s off"}.In(lang), moneyText(t.Amount, currency))
	}
	off := fmt.Sprintf(siyu.Text{ZH: "减 %s", EN: "%s off"}.In(lang), t.Rate)
	if t.Max == 0 {
		return off
	}
	return off + fmt.Sprintf(siyu.Text{ZH: "，最多 %s", EN: ", at most %s"}.In(lang), moneyText(t.Max, currency))
}

func moneyText(m siyu.Money, c siyu.Currency) string {
	if _, err := c.Exponent(); err != nil {
		return strconv.FormatInt(int64(m), 10) + " " + string(c)
	}
	return m.Format(c) + " " + string(c)
}
