package coupon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/siyu-go/siyu"
)

// ParsePromo reads the JSON form of one promo and validates it. Unknown and
// repeated fields, data after the value and more than [MaxPromoKiB] are
// refused; the error names the path of the fault.
func ParsePromo(data []byte) (Promo, error) {
	var p Promo
	if err := p.UnmarshalJSON(data); err != nil {
		return Promo{}, err
	}
	return p, p.Validate()
}

// UnmarshalJSON reads the JSON form strictly, without [Promo.Validate].
func (p *Promo) UnmarshalJSON(data []byte) error {
	if len(data) > MaxPromoKiB<<10 {
		return siyu.Invalid("", "is larger than %d KiB", MaxPromoKiB)
	}
	*p = Promo{}
	return decodeObject(data, fields{
		"id": &p.ID, "level": &p.Level, "priority": &p.Priority, "currency": (*string)(&p.Currency),
		"scope": object(p.Scope.decode), "requires": object(p.Requires.decode), "benefit": object(p.Benefit.decode),
		"exclusive": &p.Exclusive, "group": &p.Group, "excludes": &p.Excludes, "stop": &p.Stop,
	})
}

func (s *Scope) decode(data []byte) error {
	return decodeObject(data, fields{"tags": &s.Tags, "lines": &s.Lines})
}

func (r *Requires) decode(data []byte) error {
	inclusive, maxInclusive, scope := true, true, ""
	err := decodeObject(data, fields{
		"min_spend": &r.MinSpend, "inclusive": &inclusive, "max_spend": &r.MaxSpend, "max_inclusive": &maxInclusive,
		"min_spend_basis": &r.SpendBasis, "min_spend_scope": &scope, "min_quantity": &r.MinQuantity,
		"groups": &r.Groups, "starts_at": &r.Window.Start, "ends_at": &r.Window.End,
		"early":  object(func(data []byte) error { r.Early = new(Early); return r.Early.decode(data) }),
		"weekly": object(func(data []byte) error { r.Weekly = new(Weekly); return r.Weekly.decode(data) }),
	})
	if err == nil && scope != "" && scope != "eligible" && scope != "all" {
		err = siyu.Invalid("min_spend_scope", "%q is none of eligible, all", scope)
	}
	r.Above, r.Below, r.WholeCart = !inclusive, !maxInclusive, scope == "all"
	return err
}

func (e *Early) decode(data []byte) error {
	by := ""
	err := decodeObject(data, fields{"groups": &e.Groups, "by": &by})
	if err != nil {
		return err
	}
	if e.By, err = time.ParseDuration(by); err != nil {
		return siyu.Invalid("by", "%q is no duration such as 2h", by)
	}
	return nil
}

func (w *Weekly) decode(data []byte) error {
	var days []string
	var from, to, zone string
	if err := decodeObject(data, fields{"days": &days, "from": &from, "to": &to, "zone": &zone}); err != nil {
		return err
	}
	for i, name := range days {
		d := time.Weekday(indexOf(dayNames[:], name))
		if d < 0 {
			return siyu.Invalid(fmt.Sprintf("days[%d]", i), "%q is none of %v", name, dayNames)
		}
		w.Days = append(w.Days, d)
	}
	var err error
	if from != "" {
		if w.From, err = parseClock(from); err != nil {
			return siyu.Within("from", err)
		}
	}
	if to != "" {
		if w.To, err = parseClock(to); err != nil {
			return siyu.Within("to", err)
		}
	}
	if zone == "" || zone == "Local" {
		return siyu.Invalid("zone", "%q is no named time zone", zone)
	}
	if w.In, err = time.LoadLocation(zone); err != nil {
		return siyu.Invalid("zone", "%q is not known", zone)
	}
	return nil
}

func (b *Benefit) decode(data []byte) error {
	return decodeObject(data, fields{
		"type": &b.Kind, "amount": &b.Amount, "bps": &b.Rate, "max": &b.Max, "rounding": &b.Rounding,
		"tiers": object(b.decodeTiers), "measure": &b.Measure, "basis": &b.Basis,
		"step": &b.Step, "max_times": &b.MaxTimes, "max_units": &b.MaxUnits,
		"item": &b.Item, "count": &b.Count,
	})
}

func (b *Benefit) decodeTiers(data []byte) error {
	var raws []json.RawMessage
	if err := json.Unmarshal(data, &raws); err != nil {
		return siyu.Invalid("", "is not a list")
	}
	if len(raws) > MaxTiers {
		return siyu.Invalid("", "are %d, the limit is %d", len(raws), MaxTiers)
	}
	b.Tiers = make([]Tier, len(raws))
	for i, raw := range raws {
		t := &b.Tiers[i]
		err := decodeObject(raw, fields{"at": &t.At, "amount": &t.Amount, "bps": &t.Rate, "max": &t.Max})
		if err != nil {
			return siyu.Within(fmt.Sprintf("[%d]", i), err)
		}
	}
	return nil
}

// fields says where each known field of an object goes: a pointer for
// encoding/json, or an object.
type fields map[string]any

// object decodes a nested value by its own rules.
type object func(data []byte) error

// decodeObject reads one JSON object strictly. Faults are *siyu.InvalidError
// with the path below this object.
func decodeObject(data []byte, known fields) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return siyu.Invalid("", "is not a JSON object")
	}
	seen := make(map[string]bool, len(known))
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return siyu.Invalid("", "is not JSON: %v", err)
		}
		name := t.(string) // keys of an object are strings
		into, ok := known[name]
		if !ok {
			return siyu.Invalid(name, "is not a known field")
		}
		if seen[name] {
			return siyu.Invalid(name, "comes twice")
		}
		seen[name] = true
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return siyu.Invalid(name, "is not JSON: %v", err)
		}
		if err := decodeField(raw, into); err != nil {
			return siyu.Within(name, err)
		}
	}
	if _, err := d.Token(); err != nil {
		return siyu.Invalid("", "is not JSON: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return siyu.Invalid("", "has data after it")
	}
	return nil
}

func decodeField(raw []byte, into any) error {
	if string(raw) == "null" {
		return siyu.Invalid("", "is null")
	}
	if decode, ok := into.(object); ok {
		return decode(raw)
	}
	err := json.Unmarshal(raw, into)
	var invalid *siyu.InvalidError
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &invalid):
		return siyu.Invalid("", "%s", invalid.Problem)
	case errors.As(err, &wrong):
		return siyu.Invalid("", "is a JSON %s, not a %s", wrong.Value, wrong.Type)
	}
	return siyu.Invalid("", "%v", err)
}

func indexOf(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}
