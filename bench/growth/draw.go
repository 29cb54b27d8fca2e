package main

import (
	"image/color"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// draw plots the cost of an event against the number of events.
func draw(points []point, file string) error {
	p := plot.New()
	p.Title.Text = "Cost of an event as the log grows"
	p.X.Label.Text = "million events, ten to a user"
	p.Y.Label.Text = "CPU nanoseconds an event"
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, sizes(points)
	p.Y.Min = 0
	p.Legend.Top = true
	for _, line := range []struct {
		name  string
		color color.Color
		of    func(point) float64
	}{
		{"laying out, unsorted", color.RGBA{R: 0x1f, G: 0x5f, B: 0xa8, A: 0xff}, func(p point) float64 { return p.build }},
		{"counting five steps", color.RGBA{R: 0xc4, G: 0x4e, B: 0x1b, A: 0xff}, func(p point) float64 { return p.count }},
	} {
		var xy plotter.XYs
		for _, at := range points {
			xy = append(xy, plotter.XY{X: at.events / 1e6, Y: line.of(at)})
		}
		drawn, dots, err := plotter.NewLinePoints(xy)
		if err != nil {
			return err
		}
		drawn.Color, dots.Color = line.color, line.color
		drawn.Width = vg.Points(1.5)
		p.Add(drawn, dots)
		p.Legend.Add(line.name, drawn, dots)
	}
	p.Add(plotter.NewGrid())
	p.Y.Max *= 1.25 // room for the legend
	return p.Save(16*vg.Centimeter, 9*vg.Centimeter, file)
}

// sizes marks the sizes that were measured.
func sizes(points []point) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, p := range points {
		millions := p.events / 1e6
		ticks = append(ticks, plot.Tick{Value: millions, Label: strconv.FormatFloat(millions, 'g', -1, 64)})
	}
	return ticks
}
