// Command value estimates what the customers of a shop are worth (客户终身价值)
// with honest error bars: it fits the CDNOW sample, forecasts the 39 weeks that
// the models did not see, and sets beside it what really came.
//
//	go run ./examples/value [-out value.html]
//
// It prints the tables and writes them with two charts as one page.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
)

func main() {
	out := flag.String("out", "value.html", "`file` to write the page to")
	flag.Parse()
	if err := run(context.Background(), *out, os.Stdout); err != nil {
		log.Fatal("value: ", err)
	}
}

func run(ctx context.Context, out string, w io.Writer) error {
	c, err := readCohort()
	if err != nil {
		return err
	}
	s, err := newStudy(ctx, c)
	if err != nil {
		return err
	}
	s.print(w)
	page, err := s.page()
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, page, 0o644); err != nil { //nolint:gosec // a page for everybody to read
		return err
	}
	fmt.Fprintln(w, "\npage", out)
	return nil
}
