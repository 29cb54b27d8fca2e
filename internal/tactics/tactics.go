// Package tactics holds docs/tactics.md against the source: every row is there,
// what it names exists, and its examples use it. It has no use outside its own
// test.
package tactics

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Row is one tactic of the table: what carries it, and what shows it.
type Row struct {
	Number  int
	Symbols []string // such as "coupon.Ladder" or "coupon.Batch.Parts"
	Shows   []Show
	Host    bool // the host carries it; the text says why
}

// Show is an example or a test, by the package that it stands in.
type Show struct{ Package, Func string }

var (
	code = regexp.MustCompile("`([^`]+)`")
	show = regexp.MustCompile(`^([a-z/]+): ((?:Example|Test)\w*)$`)
)

// Parse reads the rows of all tables: lines of four columns that begin with a
// number. In the third column every text in backquotes is a symbol, unless the
// column begins with "host:"; in the fourth it is an example or a test.
func Parse(markdown string) ([]Row, error) {
	var rows []Row
	for line := range strings.Lines(markdown) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		n, err := strconv.Atoi(strings.TrimSpace(cells[0]))
		if err != nil {
			continue
		}
		if len(cells) != 4 {
			return nil, fmt.Errorf("row %d has %d columns, want 4", n, len(cells))
		}
		row := Row{Number: n, Host: strings.HasPrefix(strings.TrimSpace(cells[2]), "host:")}
		for _, m := range code.FindAllStringSubmatch(cells[2], -1) {
			row.Symbols = append(row.Symbols, m[1])
		}
		for _, m := range code.FindAllStringSubmatch(cells[3], -1) {
			s := show.FindStringSubmatch(m[1])
			if s == nil {
				return nil, fmt.Errorf("row %d: %q is not of the form package: ExampleName", n, m[1])
			}
			row.Shows = append(row.Shows, Show{s[1], s[2]})
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// Faults returns one line for each thing that the rows say and the source does
// not bear out.
//
//   - The rows are 1 to last, each once and in order.
//   - Every row has a symbol and an example or test, unless the host carries it.
//   - Symbols, examples and tests exist, in one package of that name.
//   - Every symbol is used by an example or test of its row, or by a helper or
//     variable in the file of one; by any file of the folder if it is a program.
func (x *Index) Faults(rows []Row, last int) []string {
	var faults []string
	tell := func(row Row, format string, args ...any) {
		faults = append(faults, fmt.Sprintf("row %d: ", row.Number)+fmt.Sprintf(format, args...))
	}
	for i, row := range rows {
		if row.Number != i+1 {
			tell(row, "is at the place of row %d", i+1)
			break
		}
	}
	if len(rows) != last {
		faults = append(faults, fmt.Sprintf("%d rows, want %d", len(rows), last))
	}
	for _, row := range rows {
		if !row.Host && (len(row.Symbols) == 0 || len(row.Shows) == 0) {
			tell(row, "names no symbol, or nothing that shows it")
		}
		var used []map[string]bool
		for _, s := range row.Shows {
			p, err := x.find(s.Package)
			if err != nil {
				tell(row, "%v", err)
			} else if words := p.shows[s.Func]; words == nil {
				tell(row, "no %s in %s", s.Func, s.Package)
			} else {
				used = append(used, words, p.shows[""])
			}
		}
		for _, symbol := range row.Symbols {
			name, rest, _ := strings.Cut(symbol, ".")
			p, err := x.find(name)
			if err != nil {
				tell(row, "%v", err)
			} else if !p.symbols[rest] {
				tell(row, "no %s", symbol)
			} else if word := rest[strings.LastIndex(rest, ".")+1:]; !slices.ContainsFunc(used, func(w map[string]bool) bool { return w[word] }) {
				tell(row, "%s is not used where it is said to be shown", symbol)
			}
		}
	}
	return faults
}
