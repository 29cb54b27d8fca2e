// Command bank runs one month of a bank's private-domain operations on an
// embedded SQLite file and writes what it came to as report.html.
//
//	go run ./examples/bank [-db FILE] [-out report.html] [-users N] [-seed S]
//
// Its customers, their contact history and the loan log are real; see
// testdata/README.md. What the customers do in the month is simulated from the
// seed. Every decision is the library's. A run that was killed, or is started
// again on the same file, goes on where it was and comes to the same result.
//
// It exits with 1 on an error, 2 on a wrong flag, and 3 if money or quotas do
// not balance.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

type options struct {
	db, out          string
	customers, loans string
	users            int
	seed             uint64
}

// errUnbalanced: the closing check found money or quotas that do not add up.
var errUnbalanced = errors.New("money or quotas do not balance")

func main() {
	var o options
	flag.StringVar(&o.db, "db", "siyu-bank.db", "SQLite `file` to work in; made if it is not there")
	flag.StringVar(&o.out, "out", "report.html", "`file` to write the report to")
	flag.IntVar(&o.users, "users", 0, "generate `N` customers in place of the real ones")
	flag.Uint64Var(&o.seed, "seed", 1, "`seed` of what is simulated")
	flag.StringVar(&o.customers, "customers", "", "Bank Marketing `file` to read in place of the shipped one")
	flag.StringVar(&o.loans, "loans", "", "loan log `file` to read in place of the shipped one")
	flag.Parse()
	if flag.NArg() > 0 || o.users < 0 || o.users > 10_000_000 {
		fmt.Fprintln(os.Stderr, "bank: -users is 0 to 10000000, and there are no arguments beside flags")
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o, os.Stdout)
	stop()
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "bank: stopped; the same command again goes on from here")
		os.Exit(1)
	case errors.Is(err, errUnbalanced):
		fmt.Fprintln(os.Stderr, "bank:", err)
		os.Exit(3)
	default:
		fmt.Fprintln(os.Stderr, "bank:", err)
		os.Exit(1)
	}
}
