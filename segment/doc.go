// Package segment answers who a person is to us: rules over typed attributes,
// the rings they are in, what they do, how much they are worth, and sets of
// people at the size of a large bank.
//
// # Rules
//
// A [Rule] is written with typed fields, or kept as data in JSON:
//
//	app, age := segment.Bool("app"), segment.Int("age")
//	rule := segment.All(app.Is(true), age.Between(25, 45))
//	m, err := segment.Compile(rule, nil)
//	…
//	m.Match(map[string]any{"app": true, "age": 31}, now) // true
//
// The same rule runs in four ways that give the same answer:
//
//   - [Matcher.Match] for one person's attributes as JSON decodes them;
//   - [Bound.Match] for a typed [Record], in tens of nanoseconds and without
//     allocation;
//   - [Plan.Count] and [Plan.Select] over a [Table] of a whole population, held
//     in bit planes, a hundred million people in tens of milliseconds;
//   - [Bound.SQL] in SQLite, PostgreSQL, MySQL, MariaDB and ClickHouse.
//
// The answer is always yes or no. A missing, null or wrongly typed attribute
// makes a condition false, nothing is converted from one type to another, and
// ne, not_in, none_of, ver_ne, not_in_list, missing, not and none are exact
// complements. So a rule and its negation split all people in two, and sets may
// be combined as the rules are. Whatever could go wrong is refused when the
// rule is compiled; evaluation never fails.
//
// [Matcher.Explain] says which facts held and the fewest that would change the
// answer, [Plan.Explain] counts them over a population, and [Diff] shows what
// changed between two versions of a rule.
//
// # Rings
//
// [Rings] (圈层) are ordered tiers, each with a rule; [BankRings] is the preset
// of a bank. A [Classifier] places one person and says what is missing to the
// next ring; [Table.QueryRings] places everybody, and [RingPlan.Gaps] counts who
// lacks what. [Classifier.Changes] and [Migration] follow the moves, and a
// [Chain] forecasts them, with standard errors.
//
// # Behaviour and value
//
// A [Behaviour] counts or sums events in a window, and a [Held] is a value that
// lasts for a time. They stand alone, or in a rule beside conditions on
// attributes:
//
//	segment.All(app.Is(true), segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "2", Within: "30d"}.Rule())
//
// A [Timeline] answers such a rule for one person as of any moment, and finds
// the exact moments at which the answer changes, without polling; [Table.PlanEvents]
// answers it for everybody with an [EventTable], and [Bound.SQL] over a table of
// events. A [BehaviourSegment] adds a way out, a minimum stay and a cool-down; a
// [Member] is one person in it, event by event, late ones included.
//
// [RFM] scores recency, frequency and money; [Lifecycle] tells new, active,
// dormant and churned; a [Habit] is being active in k of n weeks; a [Quadrant]
// crosses frequency with being online; a [Ladder] names the next offer;
// [Retention] is the Kaplan-Meier curve. Package segment/ltv estimates what
// customers will be worth, and segment/identity joins the identifiers of several
// systems into persons.
//
// # Sets
//
// A [Set] holds people by their rows in a [Users] dictionary, which tables and
// the logs of other packages share, and to mix sets of two dictionaries is an
// error. Sets are combined and counted without being listed, stand in rules by
// [InSet], are sampled so that the same people come again, and exported in an
// encoding that other languages read. [Plan.Estimate] previews a size from a
// sample, with its error.
//
// # Limits
//
// Rules have at most [MaxRuleNodes] parts, nested at most [MaxRuleDepth] deep,
// and patterns are RE2. A table holds at most [MaxUniverse] people and is made
// anew, not updated. Texts, lists, versions and addresses of a table cost memory
// for each distinct value and are judged one by one when a rule is prepared.
// Numbers that are not whole are compared exactly in
// [Matcher.Match], but fields of a [Schema] hold whole numbers only: keep
// amounts in minor units.
package segment
