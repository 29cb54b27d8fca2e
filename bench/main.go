// Command bench runs the workloads of docs/performance.md on the library and on
// its peers, in turns and in one process tree, checks that both give the same
// answer, and prints what each took.
//
//	make bench-peers [BENCH=funnel/windowfunnel] [SCALE=0.1]
//
// It is a module of its own, outside of the workspace, so that no peer's client
// ever takes part in the versions that the library is built with.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	only := flag.String("bench", "", "workloads whose name begins so, such as funnel or funnel/windowfunnel; all if empty")
	scale := flag.Float64("scale", 1, "size of the workloads; 1 is that of docs/performance.md")
	rounds := flag.Int("rounds", 3, "how often each side has its turn")
	list := flag.Bool("list", false, "print the names of the workloads and stop")
	flag.Parse()

	if *list {
		for _, w := range workloads {
			fmt.Println(w.name)
		}
		return
	}
	if err := runAll(os.Stdout, *only, *scale, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func runAll(out io.Writer, prefix string, scale float64, rounds int) error {
	var failed []error
	found := false
	for _, w := range workloads {
		if !strings.HasPrefix(w.name, prefix) {
			continue
		}
		found = true
		result, err := compare(w, scale, rounds)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", w.name, err))
			continue
		}
		fmt.Fprint(out, result)
	}
	if !found {
		return fmt.Errorf("no workload begins with %q; -list names them", prefix)
	}
	return errors.Join(failed...)
}
