package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/siyu-go/siyu/examples/bank/source"
)

var (
	//go:embed testdata/bank-additional-full.csv.gz
	realCustomers []byte
	//go:embed testdata/bpi_12_w.csv.gz
	realLoans []byte
)

// inputs are the files' contents, read whole and found without fault.
type inputs struct {
	real  []source.Customer
	loans []source.Work
	users int
	seed  uint64
	run   string // what names this run: a file made for another is refused
}

func readInputs(o options) (in inputs, err error) {
	customers, name, err := contents(o.customers, realCustomers, "bank-additional-full.csv")
	if err != nil {
		return in, err
	}
	if in.real, err = source.Customers(name, bytes.NewReader(customers)); err != nil {
		return in, err
	}
	loans, name, err := contents(o.loans, realLoans, "bpi_12_w.csv")
	if err != nil {
		return in, err
	}
	if in.loans, err = source.Loans(name, bytes.NewReader(loans)); err != nil {
		return in, err
	}
	if len(in.real) == 0 || len(in.loans) == 0 {
		return in, fmt.Errorf("no customers or no loans to run a month on")
	}
	in.users, in.seed = o.users, o.seed
	sum := sha256.New()
	sum.Write(customers)
	sum.Write(loans)
	in.run = fmt.Sprintf("users %d, seed %d, inputs %s", o.users, o.seed, hex.EncodeToString(sum.Sum(nil)[:8]))
	return in, nil
}

// customers yields the real customers, or as many generated ones as were asked
// for.
func (in inputs) customers() (list iter.Seq[source.Customer], n int) {
	if in.users == 0 {
		return slices.Values(in.real), len(in.real)
	}
	return source.Generate(in.real, in.users, in.seed), in.users
}

func contents(file string, shipped []byte, name string) ([]byte, string, error) {
	if file == "" {
		return shipped, name, nil
	}
	data, err := os.ReadFile(file)
	return data, filepath.Base(file), err
}
