package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/book"
	"github.com/siyu-go/siyu/examples/bank/report"
)

// asCommand makes the test binary the command itself, so that a test can kill
// it.
const asCommand = "SIYU_BANK_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// small writes the first rows of the shipped inputs as files, and returns the
// flags that read them.
func small(t *testing.T) []string {
	t.Helper()
	var flags []string
	for _, in := range []struct {
		flag string
		data []byte
		rows int
	}{{"-customers", realCustomers, 900}, {"-loans", realLoans, 3000}} {
		z, err := gzip.NewReader(bytes.NewReader(in.data))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfterN(string(text), "\n", in.rows+2)
		// The file's first customers have no mobile number, and nobody writes to
		// them: take its last ones.
		if in.flag == "-customers" {
			all := strings.SplitAfter(string(text), "\n")
			lines = slices.Concat(all[:1], all[len(all)-in.rows-1:], []string{""})
		}
		name := filepath.Join(t.TempDir(), strings.TrimPrefix(in.flag, "-")+".csv")
		if err := os.WriteFile(name, []byte(strings.Join(lines[:len(lines)-1], "")), 0o600); err != nil {
			t.Fatal(err)
		}
		flags = append(flags, in.flag, name)
	}
	return flags
}

// command runs the bank to its end, or until the context kills it with SIGKILL.
func command(ctx context.Context, flags ...string) (output string, err error) {
	cmd := exec.CommandContext(ctx, os.Args[0], flags...)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// result is what a run came to: a fingerprint of every table, and the report.
func result(t *testing.T, db, html string) string {
	t.Helper()
	digest, err := book.DigestFile(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(html)
	if err != nil {
		t.Fatal(err)
	}
	return digest + "\n" + string(page)
}

// A run that is killed with kill -9 again and again, each time at a random
// moment, comes to what an undisturbed one comes to: nothing lost, nothing
// twice.
func TestKilledAnywhereComesToTheSame(t *testing.T) {
	var (
		ctx   = t.Context()
		flags = small(t)
		dir   = t.TempDir()
		run   = func(ctx context.Context, name string) (string, error) {
			return command(ctx, append(flags, "-db", filepath.Join(dir, name+".db"), "-out", filepath.Join(dir, name+".html"))...)
		}
		clock = siyu.SystemClock{}
		began = clock.Now()
	)
	if out, err := run(ctx, "whole"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	whole := clock.Now().Sub(began)
	want := result(t, filepath.Join(dir, "whole.db"), filepath.Join(dir, "whole.html"))

	const seed = 7
	random := rand.New(rand.NewPCG(seed, seed))
	// A machine that was busy before and is idle now may finish before it is
	// killed often enough: then again, with shorter lives.
	for attempt, life := 0, whole/10; ; attempt, life = attempt+1, life/2 {
		name := fmt.Sprint("killed", attempt)
		kills := killAgainAndAgain(t, random, life, func(ctx context.Context) (string, error) { return run(ctx, name) })
		db, html := filepath.Join(dir, name+".db"), filepath.Join(dir, name+".html")
		if got := result(t, db, html); got != want {
			t.Fatalf("after %d kills the tables or the report differ from those of an undisturbed run (seed %d)", kills, seed)
		}
		if kills < 3 && attempt < 6 {
			continue
		}
		if kills < 3 {
			t.Errorf("the run was killed %d times only", kills)
		}
		t.Logf("killed %d times (seed %d)", kills, seed)
		if out, err := run(ctx, name); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if got := result(t, db, html); got != want {
			t.Error("another run on the finished file changed something")
		}
		return
	}
}

// killAgainAndAgain lets a run live for a random time of one to six lives and
// kills it, until it has come to its end, and returns how often it was killed.
// After so many kills it is left alone.
func killAgainAndAgain(t *testing.T, random *rand.Rand, life time.Duration, run func(context.Context) (string, error)) (kills int) {
	t.Helper()
	for kills < 12 {
		short, cancel := context.WithTimeout(t.Context(), life+time.Duration(random.Int64N(int64(5*life))))
		out, err := run(short)
		killed := short.Err() != nil
		cancel()
		if err == nil {
			return kills
		}
		if !killed {
			t.Fatalf("the run failed by itself: %v\n%s", err, out)
		}
		kills++
	}
	if out, err := run(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return kills
}

// A handful of customers, most of whom do nothing, is a month too.
func TestFewGeneratedCustomers(t *testing.T) {
	loans := small(t)[3]
	for _, users := range []int{1, 2, 60} {
		dir := t.TempDir()
		o := options{db: filepath.Join(dir, "bank.db"), out: filepath.Join(dir, "report.html"), loans: loans, users: users, seed: 5}
		if err := run(t.Context(), o, io.Discard); err != nil {
			t.Errorf("%d customers: %v", users, err)
		}
	}
}

func TestOtherSeedOnTheSameFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	b, err := book.Open(t.Context(), filepath.Join(dir, "bank.db"), "another run")
	if err != nil {
		t.Fatal(err)
	}
	b.Close()
	err = run(t.Context(), options{db: filepath.Join(dir, "bank.db"), out: filepath.Join(dir, "report.html")}, io.Discard)
	if !errors.Is(err, book.ErrOtherRun) {
		t.Errorf("got %v, want ErrOtherRun", err)
	}
}

// A broken row refuses its file before anything is written.
func TestBrokenRowImportsNothing(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "loans.csv")
	if err := os.WriteFile(broken, []byte("CaseID,ActivityID,CompleteTimestamp\n1,1,2011-10-01 19:45:13\n1,9,2011-10-01 19:46:13\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(dir, "bank.db")
	out, err := command(t.Context(), "-loans", broken, "-db", db, "-out", filepath.Join(dir, "report.html"))
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("ended with %v, want exit code 1", err)
	}
	if want := "loans.csv:3: column 2 (ActivityID): want a whole number from 1 to 6"; !strings.Contains(out, want) {
		t.Errorf("said %q, want %q", out, want)
	}
	if _, err := os.Stat(db); !os.IsNotExist(err) {
		t.Errorf("a file was made all the same: %v", err)
	}
}

func TestUnbalancedBooksFail(t *testing.T) {
	if err := balance(report.Data{Checks: []report.Check{{OK: true}, {What: "Rewards paid", Got: "1", Want: "2"}}}); !errors.Is(err, errUnbalanced) {
		t.Errorf("got %v, want errUnbalanced", err)
	}
	if err := balance(report.Data{Checks: []report.Check{{OK: true}}}); err != nil {
		t.Errorf("got %v for books that balance", err)
	}
}

func TestPlainProgress(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	p.Begin("first", 10)
	p.Add(4)
	p.Add(6)
	p.Begin("second", -1)
	p.end()
	p.end()
	if want := fmt.Sprintf("%-28s 10\n%-28s 0\n", "first", "second"); out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
