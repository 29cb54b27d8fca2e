package report

import (
	_ "embed"
	"errors"
	"html/template"
	"io"
	"os"
	"path/filepath"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"count": Count, "yuan": Yuan, "percent": percent1, "span": span,
}).Parse(pageText))

// view is the data with its charts drawn, in the page's sections.
type view struct {
	Data
	LoopChart     chart
	ChannelsChart chart
	RingsChart    chart
	Real          []chart
	Simulated     []chart
	Balanced      bool
	Holding       int // checks that hold
}

// Write writes the page. Equal data gives equal bytes.
func Write(w io.Writer, d Data) error {
	v := view{
		Data:       d,
		RingsChart: ringsChart(d.Rings),
		Real: []chart{
			loanFunnelChart(d.Loans), convertChart(d.Loans), pressureChart(d.Pressure), capsChart(d.Caps),
		},
		Balanced: true,
	}
	if len(d.Loop) > 0 {
		v.LoopChart, v.ChannelsChart = loopChart(d.Loop), channelsChart(d.Channels)
		v.Simulated = []chart{
			courseChart(d.Course), groupsChart(d.Groups), suppressionChart(d.Messages),
			ladderChart(d.Ladder), tiersChart(d.Referrals),
		}
	}
	for _, c := range d.Checks {
		v.Balanced = v.Balanced && c.OK
		if c.OK {
			v.Holding++
		}
	}
	return page.Execute(w, v)
}

// WriteFile writes the page to a file, whole or not at all.
func WriteFile(name string, d Data) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".report-*.html")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err = Write(f, d); err == nil {
		err = f.Chmod(0o644)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
