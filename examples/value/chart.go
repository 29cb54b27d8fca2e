package main

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"image/color"
	"regexp"
	"strconv"
	"strings"

	"github.com/siyu-go/siyu/segment/ltv"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Size of a drawing. It scales by its viewBox; on a phone of 390 pixels one unit
// is 0.9 of them, so that text of 14 can be read.
const width, height = 400, 320

// The light colours; each becomes the CSS variable of its name.
var colours = map[string]color.RGBA{
	"ink":    {0x16, 0x23, 0x3b, 0xff},
	"grid":   {0xe3, 0xe7, 0xee, 0xff},
	"card":   {0xff, 0xff, 0xff, 0xff},
	"tint":   {0xdc, 0xec, 0xef, 0xff},
	"brand":  {0x0f, 0x5c, 0x75, 0xff},
	"second": {0x3a, 0x8f, 0xa3, 0xff},
	"gold":   {0xc9, 0x8a, 0x1b, 0xff},
	"warn":   {0xb9, 0x50, 0x2f, 0xff},
}

type chart struct {
	Title, Note string
	SVG         template.HTML
}

// forecastChart is what came beside what was expected, with its error bars.
func (s *study) forecastChart() (chart, error) {
	p := newPlot("repeat purchases in the first 39 weeks", "purchases in the next 39 weeks")
	var came, bg, pareto plotter.XYs
	bars := plotter.YErrors{}
	var ticks plot.ConstantTicks
	for i, f := range s.forecasts {
		x := float64(i)
		came = append(came, plotter.XY{X: x, Y: f.Came})
		bg = append(bg, plotter.XY{X: x - 0.12, Y: f.BG.Estimate})
		pareto = append(pareto, plotter.XY{X: x + 0.12, Y: f.Pareto})
		bars = append(bars, struct{ Low, High float64 }{f.BG.Estimate - f.BG.Low, f.BG.High - f.BG.Estimate})
		ticks = append(ticks, plot.Tick{Value: x, Label: f.Bought})
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = ticks, labelled(0, 1, 2, 3, 4, 5, 6, 7)
	p.X.Min, p.X.Max, p.Y.Min = -0.4, classes-0.6, 0
	errorBars, err := plotter.NewYErrorBars(struct {
		plotter.XYs
		plotter.YErrors
	}{bg, bars})
	if err != nil {
		return chart{}, err
	}
	errorBars.LineStyle = draw.LineStyle{Color: colours["brand"], Width: 1.5}
	p.Add(errorBars)
	for _, d := range []struct {
		name, colour string
		points       plotter.XYs
	}{{"came", "gold", came}, {"BG/NBD, 95 %", "brand", bg}, {"Pareto/NBD", "warn", pareto}} {
		dots, err := plotter.NewScatter(d.points)
		if err != nil {
			return chart{}, err
		}
		dots.GlyphStyle = draw.GlyphStyle{Color: colours[d.colour], Radius: 4, Shape: draw.CircleGlyph{}}
		p.Add(dots)
		p.Legend.Add(d.name, dots)
	}
	p.Legend.Left = true
	c := chart{Title: "Who bought more will buy more, nearly as expected", Note: "Mean a customer, by repeat purchases so far."}
	c.SVG = draws(p, "chart-forecast", c)
	return c, nil
}

// aliveChart is how sure a silence is to be a goodbye.
func (s *study) aliveChart() (chart, error) {
	p := newPlot("weeks since the last purchase", "P(alive)")
	p.X.Tick.Marker = labelled(0, 10, 20, 30)
	p.Y.Tick.Marker = labelled(0, 0.25, 0.5, 0.75, 1)
	type line struct {
		frequency, colour string
		points            plotter.XYs
	}
	var lines []line
	for _, l := range []struct {
		frequency int
		colour    string
	}{{1, "gold"}, {2, "warn"}, {4, "second"}, {8, "brand"}} {
		var points, low, high plotter.XYs
		for silent := 0.0; silent < weeks; silent++ {
			h := ltv.History{Frequency: l.frequency, Recency: weeks - silent, T: weeks}
			alive, err := s.bg.Interval(confidence, func(m ltv.BGNBD) float64 { return m.Alive(h) })
			if err != nil {
				return chart{}, err
			}
			alive = within(alive)
			points = append(points, plotter.XY{X: silent, Y: alive.Estimate})
			low = append(low, plotter.XY{X: silent, Y: alive.Low})
			high = append([]plotter.XY{{X: silent, Y: alive.High}}, high...)
		}
		band, err := plotter.NewPolygon(append(low, high...))
		if err != nil {
			return chart{}, err
		}
		band.Color, band.LineStyle.Width = colours["tint"], 0
		p.Add(band)
		lines = append(lines, line{strconv.Itoa(l.frequency), l.colour, points})
	}
	for _, l := range lines { // above every band
		curve, err := plotter.NewLine(l.points)
		if err != nil {
			return chart{}, err
		}
		curve.LineStyle = draw.LineStyle{Color: colours[l.colour], Width: 2.5}
		p.Add(curve)
		p.Legend.Add("bought "+l.frequency+"×", curve)
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, weeks, 0, 1
	c := chart{
		Title: "The more often a customer came, the sooner silence means goodbye",
		Note:  "BG/NBD, by repeat purchases, 39 weeks after the first purchase; the bands are 95 % intervals.",
	}
	c.SVG = draws(p, "chart-alive", c)
	return c, nil
}

func newPlot(x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = colours["card"]
	p.X.Label.Text, p.Y.Label.Text = x, y
	sans := font.Font{Typeface: "Liberation", Variant: "Sans", Size: 14}
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.LineStyle.Color, axis.Tick.LineStyle.Color = colours["grid"], colours["grid"]
		axis.Label.TextStyle.Font, axis.Tick.Label.Font = sans, sans
		axis.Label.TextStyle.Color, axis.Tick.Label.Color = colours["ink"], colours["ink"]
	}
	p.Legend.TextStyle.Font, p.Legend.TextStyle.Color = sans, colours["ink"]
	p.Legend.Top, p.Legend.Padding, p.Legend.ThumbnailWidth = true, 3, 18
	lines := plotter.NewGrid()
	lines.Vertical.Width = 0
	lines.Horizontal = draw.LineStyle{Color: colours["grid"], Width: 1}
	p.Add(lines)
	return p
}

func labelled(values ...float64) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, v := range values {
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'f', -1, 64)})
	}
	return ticks
}

var opening = regexp.MustCompile(`(?s)^.*?<svg [^>]*viewBox="([^"]*)"[^>]*>`)

// draws is the plot as inline SVG, in the colours of the page's theme, named
// and described for people who cannot see it.
func draws(p *plot.Plot, id string, c chart) template.HTML {
	canvas := vgsvg.New(width, height)
	p.Draw(draw.Crop(draw.New(canvas), 2, -vg.Length(8), 2, -vg.Length(8)))
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	head := fmt.Sprintf(`<svg id="%s" class="chart" viewBox="$1" role="img" aria-label="%s" xmlns="http://www.w3.org/2000/svg"><title>%[2]s</title><desc>%s</desc>`,
		id, html.EscapeString(c.Title), html.EscapeString(c.Note))
	svg := opening.ReplaceAllString(out.String(), head)
	for name, rgb := range colours {
		svg = strings.ReplaceAll(svg, fmt.Sprintf("#%02X%02X%02X", rgb.R, rgb.G, rgb.B), "var(--"+name+")")
	}
	return template.HTML(svg)
}
