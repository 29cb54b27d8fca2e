package segment

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/siyu-go/siyu"
)

// MaxCatalogBytes bounds the JSON form of a catalog, MaxCatalogNames its lists
// and rules.
const (
	MaxCatalogBytes = 64 << 20
	MaxCatalogNames = 10_000
)

// ParseRings reads the JSON form of rings, {"rings":[{"name":…,"rule":…},…],
// "outside":…}, as strictly as [ParseRule] does: a fault is siyu.ErrInvalid with
// its path, such as "rings[1].rule.all[0].op". [CompileRings] checks the rest.
func ParseRings(data []byte) (Rings, error) {
	object, err := readDefinition(data, MaxRings*MaxRuleBytes, "rings", "outside")
	if err != nil {
		return Rings{}, err
	}
	list, ok := object["rings"].([]any)
	if !ok || len(list) > MaxRings {
		return Rings{}, siyu.Invalid("rings", "is not a list of at most %d rings", MaxRings)
	}
	out := Rings{Rings: make([]Ring, len(list))}
	if out.Outside, ok = object["outside"].(string); !ok {
		return Rings{}, siyu.Invalid("outside", "is not a text")
	}
	for i, v := range list {
		if out.Rings[i], err = parseRing(v); err != nil {
			return Rings{}, siyu.Within(elem("rings", i), err)
		}
	}
	return out, nil
}

func parseRing(v any) (Ring, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return Ring{}, siyu.Invalid("", "is not an object")
	}
	if err := checkKeys(object, "name", "rule"); err != nil {
		return Ring{}, err
	}
	name, ok := object["name"].(string)
	if !ok {
		return Ring{}, siyu.Invalid("name", "is not a text")
	}
	rule, err := ruleOf(object["rule"])
	return Ring{name, rule}, siyu.Within("rule", err)
}

// ParseCatalog reads the JSON form of a catalog, {"lists":{name:[…]},
// "rules":{name:rule}}, as strictly as [ParseRule] does.
func ParseCatalog(data []byte) (*Catalog, error) {
	object, err := readDefinition(data, MaxCatalogBytes, "lists", "rules")
	if err != nil {
		return nil, err
	}
	c := &Catalog{Lists: map[string]Values{}, Rules: map[string]Rule{}}
	err = eachName(object, "lists", func(name string, v any) error {
		list, err := valuesOf(v)
		c.Lists[name] = list
		return err
	})
	if err != nil {
		return nil, err
	}
	err = eachName(object, "rules", func(name string, v any) error {
		rule, err := ruleOf(v)
		c.Rules[name] = rule
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// eachName calls fn for the entries of an object within an object, in order.
func eachName(object map[string]any, field string, fn func(name string, v any) error) error {
	v, given := object[field]
	if !given {
		return nil
	}
	entries, ok := v.(map[string]any)
	if !ok || len(entries) > MaxCatalogNames {
		return siyu.Invalid(field, "is not an object of at most %d names", MaxCatalogNames)
	}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if err := fn(name, entries[name]); err != nil {
			return siyu.Within(field+"["+strconv.Quote(name)+"]", err)
		}
	}
	return nil
}

// ruleOf makes a rule of decoded JSON.
func ruleOf(v any) (Rule, error) {
	n, err := parseNode(v, 1)
	if err != nil {
		return Rule{}, err
	}
	r := Rule{n}
	return r, r.Validate()
}

// readDefinition reads an object that has no other keys than these.
func readDefinition(data []byte, most int, keys ...string) (map[string]any, error) {
	v, err := readAll(data, most)
	if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, siyu.Invalid("json", "is not an object")
	}
	return object, checkKeys(object, keys...)
}

// readAll reads one JSON value and nothing after it.
func readAll(data []byte, most int) (any, error) {
	if len(data) > most {
		return nil, siyu.Invalid("json", "is longer than %d bytes", most)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := readJSON(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, siyu.Invalid("json", "has data after its end")
	}
	return v, nil
}

func checkKeys(object map[string]any, known ...string) error {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(known, key) {
			return siyu.Invalid(key, "is not a field known here")
		}
	}
	return nil
}
