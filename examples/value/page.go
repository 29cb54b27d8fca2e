package main

import (
	"bytes"
	_ "embed"
	"html/template"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is the study as one page that loads nothing.
func (s *study) page() ([]byte, error) {
	forecast, err := s.forecastChart()
	if err != nil {
		return nil, err
	}
	alive, err := s.aliveChart()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = pageTemplate.Execute(&out, struct {
		Customers int
		Verdict   string
		Charts    []chart
		Tables    []table
	}{len(s.summaries), s.verdict(), []chart{forecast, alive}, s.tables()})
	return out.Bytes(), err
}
