package clickhouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// ErrUnsupported is what every [UnsupportedError] matches.
var ErrUnsupported = errors.New("not expressible in ClickHouse")

// UnsupportedError names the part of a definition that ClickHouse cannot answer
// exactly.
type UnsupportedError struct {
	Part string // path in the definition, such as "steps[1].optional"
	Why  string
}

// Error tells the part and the reason.
func (e *UnsupportedError) Error() string {
	return "clickhouse: " + e.Part + " is not pushed down: " + e.Why
}

// Is reports whether target is [ErrUnsupported].
func (e *UnsupportedError) Is(target error) bool { return target == ErrUnsupported }

func unsupported(part, why string) error { return &UnsupportedError{part, why} }

// FunnelResult is what ClickHouse answers: Counts[k] units reached step k+1, as
// the Count of the same step in [funnel.Report], and the rates follow from it.
type FunnelResult struct {
	Counts []int64
	Rates  []funnel.Rate // of the units that reached the first step
}

// maxSteps is what windowFunnel takes.
const maxSteps = 32

// Funnel answers an ordered funnel from the table. The units are users, or the
// values of an event property, or the sessions of either; steps and filters may
// ask for event properties.
//
// Refused by name ([*UnsupportedError]) are: the orders strict and unordered,
// optional, first-time, grouped and bounded steps, held properties, exclusions,
// properties of users, totals, breakdowns, trends, histograms, and more than 32
// steps. An unreadable definition is [siyu.ErrInvalid].
//
// Steps that can share an event are counted with windowFunnel's strict_once,
// which keeps every chain: a unit with hundreds of such events is slow there.
func (db *DB) Funnel(ctx context.Context, events Events, d funnel.Definition) (FunnelResult, error) {
	q, err := CompileFunnel(events, d)
	if err != nil {
		return FunnelResult{}, err
	}
	var result FunnelResult
	err = db.rows(ctx, query{sql: q.SQL, params: q.Params}, func(row []json.RawMessage) error {
		for _, cell := range row {
			n, err := integer(cell)
			if err != nil {
				return err
			}
			result.Counts = append(result.Counts, n)
		}
		return nil
	})
	if err != nil {
		return FunnelResult{}, err
	}
	if len(result.Counts) != len(d.Steps) {
		return FunnelResult{}, fmt.Errorf("clickhouse: %d counts for %d steps", len(result.Counts), len(d.Steps))
	}
	for _, n := range result.Counts {
		result.Rates = append(result.Rates, funnel.NewRate(int(n), int(result.Counts[0])))
	}
	return result, nil
}

// Query is SQL with the values of its server-side parameters.
type Query struct {
	SQL    string
	Params map[string]string
}

// CompileFunnel writes the query that [DB.Funnel] runs, for those who run it
// elsewhere or want to read it.
func CompileFunnel(events Events, d funnel.Definition) (Query, error) {
	if err := d.Validate(); err != nil {
		return Query{}, err
	}
	if err := expressible(d); err != nil {
		return Query{}, err
	}
	e, err := events.named()
	if err != nil {
		return Query{}, err
	}
	c := &compiler{events: e, params: make(map[string]string)}
	steps := make([]string, len(d.Steps))
	for i, s := range d.Steps {
		if steps[i], err = c.step(s, fmt.Sprintf("steps[%d]", i)); err != nil {
			return Query{}, err
		}
	}
	where, err := c.where(d, steps)
	if err != nil {
		return Query{}, err
	}
	unit := e.User
	if d.Actor.Prop != "" {
		unit = c.text(d.Actor.Prop)
		where = append(where, unit+" != ''")
	}
	mode, from := "", e.Table
	if d.Counting == funnel.Sessions {
		from, unit = c.sessions(d, unit)
	}
	rows := from + " WHERE " + strings.Join(where, " AND ")
	if !disjoint(d.Steps) {
		// One event fills one step, so one that the table holds twice must count once.
		mode = ", 'strict_once'"
		rows = "(SELECT * FROM " + rows + " LIMIT 1 BY " + e.ID + ", " + e.User + ", " + e.At + ")"
	}
	settings := ""
	if e.ShardedByUser && unit == e.User {
		settings = " SETTINGS distributed_group_by_no_merge = 1"
	}
	counts := make([]string, len(steps))
	for i := range counts {
		counts[i] = "countIf(level >= " + strconv.Itoa(i+1) + ")"
	}
	// windowFunnel takes unsigned times: microseconds since the year 1.
	sql := "SELECT " + strings.Join(counts, ", ") + " FROM (SELECT windowFunnel(" + strconv.FormatInt(d.Window.Microseconds(), 10) + mode + ")(" +
		"toUInt64(toUnixTimestamp64Micro(" + e.At + ") + " + yearOne + "), " + strings.Join(steps, ", ") + ") AS level FROM " + rows +
		" GROUP BY " + unit + settings + ")"
	return Query{SQL: sql, Params: c.params}, nil
}

// sessions returns the events numbered by session of a unit, and what to group
// them by. All events of a unit tell where its sessions end, also those that the
// funnel does not see.
func (c *compiler) sessions(d funnel.Definition, unit string) (from, by string) {
	gap := d.SessionGap
	if gap == 0 {
		gap = funnel.DefaultSessionGap
	}
	at := "toUnixTimestamp64Micro(" + c.events.At + ")"
	over := " OVER (PARTITION BY " + unit + " ORDER BY " + c.events.At + " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
	return "(SELECT *, sum(siyu_cut)" + over + " AS siyu_session FROM (SELECT *, " + at + " - lagInFrame(" + at + ", 1, " + at + ")" + over +
		" >= " + strconv.FormatInt(int64((gap+time.Microsecond-1)/time.Microsecond), 10) + " AS siyu_cut FROM " + c.events.Table + "))", unit + ", siyu_session"
}

// yearOne is the microseconds from the year 1 to 1970.
var yearOne = strconv.FormatInt(-time.Time{}.UnixMicro(), 10)

// expressible refuses what the engine has no exact counterpart for.
func expressible(d funnel.Definition) error {
	switch {
	case d.Order != "" && d.Order != funnel.Ordered:
		return unsupported("order", "windowFunnel tries no later attempt with "+string(d.Order)+" steps")
	case d.Counting == funnel.Totals:
		return unsupported("counting", "windowFunnel finds one attempt of a unit")
	case len(d.Steps) > maxSteps:
		return unsupported("steps", "windowFunnel takes 32 at most")
	case len(d.Hold) > 0:
		return unsupported("hold", "windowFunnel compares no properties")
	case len(d.Exclusions) > 0:
		return unsupported("exclusions", "windowFunnel has none")
	case d.Actor.UserProp != "":
		return unsupported("actor.user_prop", "the table has no properties of users")
	case d.Breakdown != nil:
		return unsupported("breakdown", "attribution needs the winning chain")
	case d.Trend != nil:
		return unsupported("trend", "it needs the winning chain")
	case d.Convert != nil:
		return unsupported("time_to_convert", "it needs the winning chain")
	}
	for i, s := range d.Steps {
		switch {
		case s.Optional:
			return unsupported(fmt.Sprintf("steps[%d].optional", i), "windowFunnel has no optional steps")
		case s.Group != "":
			return unsupported(fmt.Sprintf("steps[%d].group", i), "windowFunnel takes the steps in one order")
		case s.Within > 0:
			return unsupported(fmt.Sprintf("steps[%d].within_s", i), "windowFunnel has one window only")
		case s.FirstTime != "":
			return unsupported(fmt.Sprintf("steps[%d].first_time", i), "it needs the events before the range")
		}
	}
	return nil
}

// disjoint reports whether no event can meet two steps, going by event names.
func disjoint(steps []funnel.Step) bool {
	seen := make(map[string]bool)
	for _, s := range steps {
		own := make(map[string]bool)
		alternatives := s.AnyOf
		if len(alternatives) == 0 {
			alternatives = []funnel.Step{s}
		}
		for _, a := range alternatives {
			if a.Any || a.Event == "" || seen[a.Event] {
				return false
			}
			own[a.Event] = true
		}
		for name := range own {
			seen[name] = true
		}
	}
	return true
}

// compiler writes conditions and collects their parameters.
type compiler struct {
	events Events
	params map[string]string
}

// bind returns a placeholder for a text.
func (c *compiler) bind(value string) string {
	name := "p" + strconv.Itoa(len(c.params))
	c.params[name] = value
	return "{" + name + ":String}"
}

func (c *compiler) where(d funnel.Definition, steps []string) ([]string, error) {
	// Events that meet no step change nothing; leaving them out saves reading.
	out := []string{"(" + strings.Join(steps, " OR ") + ")"}
	if d.Filter != nil {
		filter, err := c.condition(*d.Filter, "filter")
		if err != nil {
			return nil, err
		}
		out = append(out, filter)
	}
	for _, end := range []struct {
		at time.Time
		op string
	}{{d.Range.From, " >= "}, {d.Range.To, " <= "}} {
		if !end.at.IsZero() {
			out = append(out, "toUnixTimestamp64Micro("+c.events.At+")"+end.op+strconv.FormatInt(siyu.Instant(end.at).UnixMicro(), 10))
		}
	}
	return out, nil
}

func (c *compiler) step(s funnel.Step, path string) (string, error) {
	var who string
	switch {
	case len(s.AnyOf) > 0:
		parts := make([]string, len(s.AnyOf))
		for i, a := range s.AnyOf {
			part, err := c.step(a, fmt.Sprintf("%s.any_of[%d]", path, i))
			if err != nil {
				return "", err
			}
			parts[i] = part
		}
		who = "(" + strings.Join(parts, " OR ") + ")"
	case s.Any:
		who = "1"
	default:
		who = c.events.Name + " = " + c.bind(s.Event)
	}
	for i, w := range s.Where {
		cond, err := c.condition(w, fmt.Sprintf("%s.where[%d]", path, i))
		if err != nil {
			return "", err
		}
		who += " AND " + cond
	}
	return "(" + who + ")", nil
}

func (c *compiler) condition(w funnel.Condition, path string) (string, error) {
	for _, group := range []struct {
		of   []funnel.Condition
		name string
		glue string
	}{{w.And, "and", " AND "}, {w.Or, "or", " OR "}} {
		if len(group.of) == 0 {
			continue
		}
		parts := make([]string, len(group.of))
		for i, inner := range group.of {
			part, err := c.condition(inner, fmt.Sprintf("%s.%s[%d]", path, group.name, i))
			if err != nil {
				return "", err
			}
			parts[i] = part
		}
		return "(" + strings.Join(parts, group.glue) + ")", nil
	}
	if w.Source == funnel.FromUser {
		return "", unsupported(path+".source", "the table has no properties of users")
	}
	text := c.text(w.Prop)
	switch w.Op {
	case funnel.Equal:
		return text + " = " + c.bind(string(w.Value)), nil
	case funnel.NotEqual:
		return text + " != " + c.bind(string(w.Value)), nil
	case funnel.Contains:
		return "position(" + text + ", " + c.bind(string(w.Value)) + ") > 0", nil
	case funnel.IsSet:
		return text + " != ''", nil
	}
	return "", unsupported(path+".op", "unknown comparison "+string(w.Op))
}

// text is a property as package funnel reads it: the empty text if it is
// missing, and three that come from columns unless the event says otherwise.
func (c *compiler) text(prop string) string {
	key := c.bind(prop)
	value := c.events.Props + "[" + key + "]"
	var column string
	switch prop {
	case "$channel":
		column = "toString(" + c.events.Channel + ")"
	case "$domain":
		column = "toString(" + c.events.Domain + ")"
	case "$value":
		column = "if(" + c.events.Value + " = 0, '', toString(" + c.events.Value + "))"
	default:
		return value
	}
	return "if(mapContains(" + c.events.Props + ", " + key + "), " + value + ", " + column + ")"
}
