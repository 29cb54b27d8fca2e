package main

import (
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress says how far the run is: bars on a terminal, a line for each stage
// elsewhere.
type progress struct {
	out io.Writer
	bar *progressbar.ProgressBar

	stage string
	done  int
}

func newProgress(out io.Writer) *progress { return &progress{out: out} }

// Begin starts a stage of so many things, -1 if nobody knows how many.
func (p *progress) Begin(stage string, total int) {
	p.end()
	p.stage, p.done = stage, 0
	if file, ok := p.out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(p.out), progressbar.OptionSetDescription(fmt.Sprintf("%-28s", stage)),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(65_000_000), progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(false))
	}
}

// Add says that n more things are done.
func (p *progress) Add(n int) {
	p.done += n
	if p.bar != nil {
		_ = p.bar.Add(n) // a bar that cannot be drawn stops nothing
	}
}

// end closes the stage.
func (p *progress) end() {
	switch {
	case p.stage == "":
		return
	case p.bar != nil:
		_ = p.bar.Exit()
		fmt.Fprintln(p.out)
	default:
		fmt.Fprintf(p.out, "%-28s %d\n", p.stage, p.done)
	}
	p.stage, p.bar = "", nil
}
