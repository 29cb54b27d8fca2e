// Package floors checks the architecture: which package may import which, and
// what each module compiles. It has no use outside its own test.
package floors

import (
	"fmt"
	"slices"
	"strings"
)

// Module is the path of the root module; nested modules begin with it.
const Module = "github.com/siyu-go/siyu"

// Package is what `go list -json` tells of a package.
type Package struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// The floors from the ground up. A package imports lower floors only, never its
// own. The domains have four floors for what belongs to one of them: its
// internal folder, itself, the ideas beside it, and its conformance suite.
const (
	vocabulary = iota
	helpers
	domainInternal
	domain
	domainIdea
	domainSuite
	memory
	storeSuite
	engine
	example
	bench
	nowhere
)

var domains = []string{"segment", "persona", "campaign", "coupon", "referral", "funnel"}

// Breaches returns one line for each import that the floors forbid, sorted.
//
//   - A package imports lower floors only; its tests may reach higher, to show
//     it in use or to run it on a store.
//   - A domain imports no other domain, nor do its tests.
//   - A module with its own go.mod imports no internal folder, nor do its tests.
//   - A package that has no floor is a breach itself: give it one here.
func Breaches(packages []Package) []string {
	var breaches []string
	for _, p := range packages {
		from, ok := inside(p.ImportPath)
		if !ok {
			continue
		}
		if floor(from) == nowhere {
			breaches = append(breaches, fmt.Sprintf("%s stands on no floor", name(from)))
			continue
		}
		for _, path := range p.Imports {
			if to, ok := inside(path); ok {
				breaches = append(breaches, breach(from, to, false)...)
			}
		}
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			if to, ok := inside(path); ok && to != from {
				breaches = append(breaches, breach(from, to, true)...)
			}
		}
	}
	slices.Sort(breaches)
	return slices.Compact(breaches)
}

func breach(from, to string, inTest bool) []string {
	subject := name(from) + " imports"
	if inTest {
		subject = "the tests of " + name(from) + " import"
	}
	a, b := floor(from), floor(to)
	switch {
	case ownDomain(from) != "" && ownDomain(to) != "" && ownDomain(from) != ownDomain(to):
		return []string{fmt.Sprintf("%s another domain, %s", subject, name(to))}
	case a >= engine && slices.Contains(strings.Split(to, "/"), "internal") && !strings.HasPrefix(to, moduleOf(from)+"/"):
		return []string{fmt.Sprintf("%s %s from another module", subject, name(to))}
	case a >= engine && moduleOf(from) == moduleOf(to):
		return nil // a nested module is free inside itself
	case !inTest && b >= a:
		return []string{fmt.Sprintf("%s %s, which is not on a lower floor", subject, name(to))}
	}
	return nil
}

// inside cuts the module's path off; it reports false for foreign packages.
func inside(path string) (string, bool) {
	path, _, _ = strings.Cut(path, " ") // "p [q.test]" is p compiled for a test
	path = strings.TrimSuffix(path, "_test")
	if path == Module {
		return "", true
	}
	return strings.CutPrefix(path, Module+"/")
}

func name(path string) string {
	if path == "" {
		return "siyu"
	}
	return path
}

func floor(path string) int {
	first, rest, _ := strings.Cut(path, "/")
	switch {
	case path == "":
		return vocabulary
	case first == "internal":
		return helpers
	case slices.Contains(domains, first):
		switch {
		case rest == "":
			return domain
		case isSuite(path):
			return domainSuite
		case rest == "internal" || strings.HasPrefix(rest, "internal/"):
			return domainInternal
		}
		return domainIdea
	case path == "store/memstore":
		return memory
	case path == "store/storetest":
		return storeSuite
	case strings.HasPrefix(path, "store/sqlstore") || strings.HasPrefix(path, "store/clickhouse"):
		return engine
	case first == "examples":
		return example
	case first == "bench":
		return bench
	}
	return nowhere
}

// isSuite reports whether a package is the conformance suite of the one it lies
// in, as coupon/coupontest is.
func isSuite(path string) bool {
	elements := strings.Split(path, "/")
	n := len(elements)
	return n >= 2 && elements[n-1] == elements[n-2]+"test"
}

func ownDomain(path string) string {
	first, _, _ := strings.Cut(path, "/")
	if slices.Contains(domains, first) {
		return first
	}
	return ""
}

// moduleOf names the nested module that a package on the upper floors is in.
func moduleOf(path string) string {
	first, rest, _ := strings.Cut(path, "/")
	if first != "store" {
		return first
	}
	second, _, _ := strings.Cut(rest, "/")
	return first + "/" + second
}
