package funnel_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain looks at two thousand random definitions for each law, unless
// -rapid.checks, -short or the race detector says otherwise.
func TestMain(m *testing.M) {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "rapid.checks" })
	if !said && !testing.Short() && !racing {
		if err := flag.Set("rapid.checks", "2000"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
