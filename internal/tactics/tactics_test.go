package tactics_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/siyu-go/siyu/internal/tactics"
)

// maxHost is how many tactics the library may leave to its host.
const maxHost = 6

func TestDocument(t *testing.T) {
	text, err := os.ReadFile("../../docs/tactics.md")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := tactics.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	index, err := tactics.Load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range index.Faults(rows, 205) {
		t.Error(fault)
	}
	host := 0
	for _, row := range rows {
		if row.Host {
			host++
		}
	}
	if host > maxHost {
		t.Errorf("%d rows are left to the host, more than %d", host, maxHost)
	}
}

// The check must be able to fail: each document here says one thing that the
// source does not bear out, or none.
func TestFaults(t *testing.T) {
	index, err := tactics.Load(fstest.MapFS{
		"money.go":                    file("package siyu\ntype Money int64"),
		"coupon/a.go":                 file("package coupon\nfunc Ladder() {}\ntype Batch struct{ Parts, Quota int }\nfunc (b *Batch) Left() int { return 0 }"),
		"coupon/a_test.go":            file("package coupon_test\nfunc ExampleLadder() { coupon.Ladder(); _ = coupon.Batch{Parts: 1}.Left(); var _ siyu.Money }\nfunc ExampleBatch() { quota() }\nfunc quota() { _ = coupon.Batch{Quota: 1} }"),
		"coupon/b_test.go":            file("package coupon_test\nfunc TestOther() {}"),
		"funnel/attribution/a.go":     file("package attribution\ntype Credit[T any] struct{}\nfunc (Credit[T]) Sum() {}"),
		"campaign/attribution/a.go":   file("package attribution\nfunc Share() {}"),
		"campaign/x/x_test.go":        file("package x_test\nfunc Example() { a.Sum() }"),
		"examples/hello/main.go":      file("package main\nfunc main() { coupon.Ladder() }"),
		"examples/hello/main_test.go": file("package main\nfunc Example() { main() }"),
		"coupon/testdata/broken.go":   file("no Go"),
		"campaign/y/y.go":             file("package y\ntype Store interface{ Reserve() }\nvar A, B int"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, line, want string }{
		{"true", "| 1 | ladder | `coupon.Ladder`, `coupon.Batch.Parts`, `coupon.Batch.Left`, `siyu.Money` | `coupon: ExampleLadder` |", ""},
		{"program", "| 1 | ladder | `coupon.Ladder` | `examples/hello: Example` |", ""},
		{"method of an instance", "| 1 | sum | `funnel/attribution.Credit.Sum` | `x: Example` |", ""},
		{"host", "| 1 | phone | host: `it` dials | - |", "row 1: no package it"},
		{"host that names nothing", "| 1 | phone | host: it dials | - |", ""},
		{"missing row", "", "0 rows, want 1"},
		{"wrong number", "| 2 | ladder | `coupon.Ladder` | `coupon: ExampleLadder` |", "row 2: is at the place of row 1"},
		{"no symbol", "| 1 | ladder | a ladder | `coupon: ExampleLadder` |", "row 1: names no symbol, or nothing that shows it"},
		{"nothing shown", "| 1 | ladder | `coupon.Ladder` | - |", "row 1: names no symbol, or nothing that shows it\nrow 1: coupon.Ladder is not used where it is said to be shown"},
		{"unknown symbol", "| 1 | ladder | `coupon.Stairs` | `coupon: ExampleLadder` |", "row 1: no coupon.Stairs"},
		{"unknown field", "| 1 | ladder | `coupon.Batch.Part` | `coupon: ExampleLadder` |", "row 1: no coupon.Batch.Part"},
		{"unknown example", "| 1 | ladder | `coupon.Ladder` | `coupon: ExampleStairs` |", "row 1: no ExampleStairs in coupon\nrow 1: coupon.Ladder is not used where it is said to be shown"},
		{"unknown package", "| 1 | ladder | `coupons.Ladder` | `coupon: ExampleLadder` |", "row 1: no package coupons"},
		{"one name, two packages", "| 1 | share | `attribution.Share` | `coupon: ExampleLadder` |", "row 1: several packages are called attribution"},
		{"shown elsewhere", "| 1 | ladder | `coupon.Ladder` | `coupon: TestOther` |", "row 1: coupon.Ladder is not used where it is said to be shown"},
		{"by a helper of the file", "| 1 | quota | `coupon.Batch.Quota` | `coupon: ExampleBatch` |", ""},
		{"by another example of the file", "| 1 | parts | `coupon.Batch.Parts` | `coupon: ExampleBatch` |", "row 1: coupon.Batch.Parts is not used where it is said to be shown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := tactics.Parse("# Title\n\n| # | tactic | carried by | shown by |\n| --- | --- | --- | --- |\n" + tt.line + "\n")
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(index.Faults(rows, 1), "\n"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestParse_refuses(t *testing.T) {
	for _, line := range []string{"| 7 | a | b |", "| 7 | a | `b.C` | `b.ExampleC` |", "| 7 | a | `b.C` | `b: helper` |"} {
		if rows, err := tactics.Parse(line); err == nil || !strings.Contains(err.Error(), "row 7") {
			t.Errorf("%s: got %v, %v", line, rows, err)
		}
	}
	if rows, err := tactics.Parse("no table\n| x | 1 |\n"); err != nil || len(rows) != 0 {
		t.Errorf("got %v, %v", rows, err)
	}
}

func file(source string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(source)} }
