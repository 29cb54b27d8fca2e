package floors_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/siyu-go/siyu/internal/floors"
)

var update = flag.Bool("update", false, "rewrite the deps.txt of each module")

const root = "../.."

// module is a folder with a go.mod, as a path from the root.
type module struct {
	dir       string
	workspace bool
}

// modules returns those of go.work, and bench, which stays outside of it.
func modules(t *testing.T) []module {
	t.Helper()
	top, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	var all []module
	for line := range strings.Lines(string(goList(t, module{".", true}, "-m", "-f", "{{.Dir}}"))) {
		dir, err := filepath.Rel(top, strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, module{dir, true})
	}
	return append(all, module{"bench", false})
}

func TestFloors(t *testing.T) {
	var packages []floors.Package
	for _, m := range modules(t) {
		out := goList(t, m, "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
		packages = append(packages, decode(t, out)...)
	}
	if len(packages) < 10 {
		t.Errorf("go list found %d packages: this test sees nothing", len(packages))
	}
	for _, breach := range floors.Breaches(packages) {
		t.Error(breach)
	}
}

// The check must be able to fail: each graph here breaks one rule, or none.
func TestBreaches(t *testing.T) {
	const m = floors.Module
	tests := []struct {
		name  string
		graph floors.Package
		want  string
	}{
		{"lower floors", floors.Package{ImportPath: m + "/coupon", Imports: []string{"fmt", m, m + "/internal/stats"}}, ""},
		{"foreign", floors.Package{ImportPath: "example.org/x", Imports: []string{m + "/internal/stats"}}, ""},
		{"root imports helper", floors.Package{ImportPath: m, Imports: []string{m + "/internal/stats"}}, "siyu imports internal/stats, which is not on a lower floor"},
		{"helper imports domain", floors.Package{ImportPath: m + "/internal/stats", Imports: []string{m + "/coupon"}}, "internal/stats imports coupon, which is not on a lower floor"},
		{"helper imports helper", floors.Package{ImportPath: m + "/internal/stats", Imports: []string{m + "/internal/calendar"}}, "internal/stats imports internal/calendar, which is not on a lower floor"},
		{"helper's test uses domain", floors.Package{ImportPath: m + "/internal/cases", TestImports: []string{m + "/coupon"}}, ""},
		{"domain imports domain", floors.Package{ImportPath: m + "/coupon", Imports: []string{m + "/referral"}}, "coupon imports another domain, referral"},
		{"idea imports other domain's idea", floors.Package{ImportPath: m + "/segment/ltv", Imports: []string{m + "/funnel/attribution"}}, "segment/ltv imports another domain, funnel/attribution"},
		{"domain's test imports domain", floors.Package{ImportPath: m + "/coupon", XTestImports: []string{m + "/coupon", m + "/funnel"}}, "the tests of coupon import another domain, funnel"},
		{"domain's test uses store", floors.Package{ImportPath: m + "/coupon", XTestImports: []string{m + "/coupon", m + "/store/memstore"}}, ""},
		{"domain imports store", floors.Package{ImportPath: m + "/coupon", Imports: []string{m + "/store/memstore"}}, "coupon imports store/memstore, which is not on a lower floor"},
		{"idea imports parent", floors.Package{ImportPath: m + "/funnel/attribution", Imports: []string{m + "/funnel"}}, ""},
		{"parent imports idea", floors.Package{ImportPath: m + "/funnel", Imports: []string{m + "/funnel/attribution"}}, "funnel imports funnel/attribution, which is not on a lower floor"},
		{"idea imports idea", floors.Package{ImportPath: m + "/funnel/attribution", Imports: []string{m + "/funnel/cost"}}, "funnel/attribution imports funnel/cost, which is not on a lower floor"},
		{"domain imports its internals", floors.Package{ImportPath: m + "/funnel", Imports: []string{m + "/funnel/internal/kernel"}}, ""},
		{"suite imports its domain", floors.Package{ImportPath: m + "/coupon/coupontest", Imports: []string{m + "/coupon"}}, ""},
		{"suite of an idea", floors.Package{ImportPath: m + "/referral/assist/assisttest", Imports: []string{m + "/referral/assist"}}, ""},
		{"idea imports its suite", floors.Package{ImportPath: m + "/referral/assist", Imports: []string{m + "/referral/assist/assisttest"}}, "referral/assist imports referral/assist/assisttest, which is not on a lower floor"},
		{"suite imports memory store", floors.Package{ImportPath: m + "/coupon/coupontest", Imports: []string{m + "/store/memstore"}}, "coupon/coupontest imports store/memstore, which is not on a lower floor"},
		{"memory store imports domains", floors.Package{ImportPath: m + "/store/memstore", Imports: []string{m + "/coupon", m + "/referral"}}, ""},
		{"whole suite imports suites", floors.Package{ImportPath: m + "/store/storetest", Imports: []string{m + "/coupon/coupontest", m + "/store/memstore"}}, ""},
		{"memory store imports engine", floors.Package{ImportPath: m + "/store/memstore", Imports: []string{m + "/store/sqlstore"}}, "store/memstore imports store/sqlstore, which is not on a lower floor"},
		{"engine imports root's internals", floors.Package{ImportPath: m + "/store/sqlstore", Imports: []string{m + "/internal/calendar"}}, "store/sqlstore imports internal/calendar from another module"},
		{"engine's test imports root's internals", floors.Package{ImportPath: m + "/store/sqlstore", TestImports: []string{m + "/internal/cases"}}, "the tests of store/sqlstore import internal/cases from another module"},
		{"engine imports its own internals", floors.Package{ImportPath: m + "/store/sqlstore", Imports: []string{m + "/store/sqlstore/internal/dialect"}}, ""},
		{"engine imports engine", floors.Package{ImportPath: m + "/store/clickhouse", Imports: []string{m + "/store/sqlstore"}}, "store/clickhouse imports store/sqlstore, which is not on a lower floor"},
		{"example imports everything below", floors.Package{ImportPath: m + "/examples/bank", Imports: []string{m + "/store/sqlstore", m + "/funnel", m + "/examples/bank/report"}}, ""},
		{"example imports a domain's internals", floors.Package{ImportPath: m + "/examples/bank", Imports: []string{m + "/funnel/internal/kernel"}}, "examples/bank imports funnel/internal/kernel from another module"},
		{"no floor", floors.Package{ImportPath: m + "/util"}, "util stands on no floor"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(floors.Breaches([]floors.Package{tt.graph}), "\n"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestDeps compares what each module compiles, tests left out, with its
// deps.txt, so that a new dependency is always a visible line.
func TestDeps(t *testing.T) {
	for _, m := range modules(t) {
		path := filepath.Join(root, m.dir, "deps.txt")
		out := goList(t, m, "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./...")
		var deps []string
		for line := range strings.Lines(string(out)) {
			line = strings.TrimSpace(line)
			if line != "" && line != floors.Module && !strings.HasPrefix(line, floors.Module+"/") {
				deps = append(deps, line+"\n")
			}
		}
		slices.Sort(deps)
		got := strings.Join(slices.Compact(deps), "")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("module %s compiles other packages than its deps.txt says; `make deps` rewrites it\ngot:\n%swant:\n%s", m.dir, got, want)
		}
	}
}

// goList runs go list for one platform, so that deps.txt is the same everywhere.
func goList(t *testing.T, m module, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	cmd.Dir = filepath.Join(root, m.dir)
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	if !m.workspace {
		cmd.Env = append(cmd.Env, "GOWORK=off")
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list in %s: %v\n%s", m.dir, err, stderr.Bytes())
	}
	return out
}

func decode(t *testing.T, out []byte) []floors.Package {
	t.Helper()
	var packages []floors.Package
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p floors.Package
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages
		case err != nil:
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
