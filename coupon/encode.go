package coupon

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/siyu-go/siyu"
)

// MarshalJSON writes the canonical JSON form: fields in one order, defaults
// left out, tiers by where they start. Equal promos have equal bytes.
func (p Promo) MarshalJSON() ([]byte, error) {
	level := p.Level
	if level == OrderLevel {
		level = ""
	}
	var scope *Scope
	if !p.Scope.all() {
		scope = &p.Scope
	}
	return json.Marshal(struct {
		ID        PromoID       `json:"id"`
		Level     Level         `json:"level,omitempty"`
		Priority  int           `json:"priority,omitempty"`
		Currency  siyu.Currency `json:"currency,omitempty"`
		Scope     *Scope        `json:"scope,omitempty"`
		Requires  requiresJSON  `json:"requires,omitzero"`
		Benefit   benefitJSON   `json:"benefit"`
		Exclusive bool          `json:"exclusive,omitempty"`
		Group     string        `json:"group,omitempty"`
		Excludes  []PromoID     `json:"excludes,omitempty"`
		Stop      bool          `json:"stop,omitempty"`
	}{
		p.ID, level, p.Priority, p.Currency, scope, p.Requires.json(), p.Benefit.json(),
		p.Exclusive, p.Group, p.Excludes, p.Stop,
	})
}

// Hash returns the SHA-256 of the promo's canonical form, in hex. Store it with
// a quote to prove later which rules made it.
func (p Promo) Hash() (string, error) {
	data, err := p.MarshalJSON()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

type requiresJSON struct {
	MinSpend      siyu.Money  `json:"min_spend,omitempty"`
	Inclusive     *bool       `json:"inclusive,omitempty"`
	MaxSpend      siyu.Money  `json:"max_spend,omitempty"`
	MaxInclusive  *bool       `json:"max_inclusive,omitempty"`
	MinSpendBasis Basis       `json:"min_spend_basis,omitempty"`
	MinSpendScope string      `json:"min_spend_scope,omitempty"`
	MinQuantity   int64       `json:"min_quantity,omitempty"`
	Groups        *[]string   `json:"groups,omitempty"`
	StartsAt      time.Time   `json:"starts_at,omitzero"`
	EndsAt        time.Time   `json:"ends_at,omitzero"`
	Weekly        *weeklyJSON `json:"weekly,omitempty"`
	Early         *earlyJSON  `json:"early,omitempty"`
}

func (r Requires) json() requiresJSON {
	j := requiresJSON{
		MinSpend: r.MinSpend, MaxSpend: r.MaxSpend, MinSpendBasis: r.SpendBasis.unless(Original),
		MinQuantity: r.MinQuantity, StartsAt: r.Window.Start.UTC(), EndsAt: r.Window.End.UTC(), Weekly: r.Weekly.json(),
	}
	if r.Early != nil {
		j.Early = &earlyJSON{r.Early.Groups, r.Early.By.String()}
	}
	no := false
	if r.Above {
		j.Inclusive = &no
	}
	if r.Below {
		j.MaxInclusive = &no
	}
	if r.WholeCart {
		j.MinSpendScope = "all"
	}
	if len(r.Groups) > 0 {
		j.Groups = &r.Groups
	}
	return j
}

type earlyJSON struct {
	Groups []string `json:"groups"`
	By     string   `json:"by"`
}

type weeklyJSON struct {
	Days []string `json:"days"`
	From string   `json:"from,omitempty"`
	To   string   `json:"to,omitempty"`
	Zone string   `json:"zone"`
}

func (w *Weekly) json() *weeklyJSON {
	if w == nil {
		return nil
	}
	j := &weeklyJSON{}
	for _, d := range w.Days {
		if d >= time.Sunday && d <= time.Saturday {
			j.Days = append(j.Days, dayNames[d])
		}
	}
	if w.From != 0 {
		j.From = formatClock(w.From)
	}
	if w.To != 0 {
		j.To = formatClock(w.To)
	}
	if w.In != nil {
		j.Zone = w.In.String()
	}
	return j
}

type benefitJSON struct {
	Type     Kind           `json:"type"`
	Amount   siyu.Money     `json:"amount,omitempty"`
	BPS      siyu.BPS       `json:"bps,omitempty"`
	Max      siyu.Money     `json:"max,omitempty"`
	Rounding *siyu.Rounding `json:"rounding,omitempty"`
	Tiers    []Tier         `json:"tiers,omitempty"`
	Measure  Measure        `json:"measure,omitempty"`
	Basis    Basis          `json:"basis,omitempty"`
	Step     siyu.Money     `json:"step,omitempty"`
	MaxTimes int64          `json:"max_times,omitempty"`
	MaxUnits int64          `json:"max_units,omitempty"`
	Item     ItemID         `json:"item,omitempty"`
	Count    int64          `json:"count,omitempty"`
}

func (b Benefit) json() benefitJSON {
	j := benefitJSON{
		Type: b.Kind, Amount: b.Amount, BPS: b.Rate, Max: b.Max, Rounding: b.Rounding, Measure: b.Measure,
		Basis: b.Basis.unless(Original), Step: b.Step, MaxTimes: b.MaxTimes, MaxUnits: b.MaxUnits, Tiers: sortedTiers(b.Tiers),
		Item: b.Item, Count: b.Count,
	}
	if j.Measure == Spend {
		j.Measure = ""
	}
	return j
}

func (b Basis) unless(standard Basis) Basis {
	if b == standard {
		return ""
	}
	return b
}
