package report

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// axes draws a chart with two axes: the curves and grid by the plot library,
// the words by the sheet.
type axes struct {
	*plot.Plot
	height   float64
	x, y     string // what the axes are
	legend   []entry
	xs, ys   []plot.Tick
	headings []label
}

type entry struct {
	name   string
	colour role
}

// label is a word above a point.
type label struct {
	at   plotter.XY
	word string
}

func newAxes(height float64, x, y string) *axes {
	p := plot.New()
	p.BackgroundColor = card.light
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.LineStyle.Width = 0
		axis.Tick.LineStyle.Width = 0
		axis.Tick.Length = 0
		axis.Tick.Label.Font = font.Font{Typeface: "Liberation", Variant: "Sans", Size: 1}
		axis.Padding = 0
	}
	lines := plotter.NewGrid()
	lines.Vertical.Width = 0
	lines.Horizontal = draw.LineStyle{Color: grid.light, Width: 1}
	p.Add(lines)
	return &axes{Plot: p, height: height, x: x, y: y}
}

// Room round the plot for the words.
const (
	roomLeft, roomRight, roomTop, roomBottom = 50.0, 14.0, 34.0, 46.0
	legendHeight                             = 24.0
)

func (a *axes) sheet() *sheet {
	top := roomTop
	places, lines := a.placeLegend()
	top += float64(lines) * legendHeight
	s := newSheet(a.height)
	s.rect(0, 0, width, a.height, card)
	a.X.Tick.Marker, a.Y.Tick.Marker = unlabelled(a.xs), unlabelled(a.ys)
	canvas := draw.Crop(draw.New(s.svg), roomLeft, -roomRight, roomBottom, -vg.Length(top))
	a.Draw(canvas)

	inner := a.DataCanvas(canvas)
	toX, toY := a.Transforms(&inner)
	x := func(v float64) float64 { return float64(toX(v)) }
	y := func(v float64) float64 { return a.height - float64(toY(v)) }
	floor := a.height - float64(inner.Min.Y)
	s.line(roomLeft, floor, width-roomRight, floor, 1, muted)
	for _, t := range a.xs {
		s.text(x(t.Value), floor+14, style{size: 14, colour: muted, at: centre}, "%s", t.Label)
	}
	for _, t := range a.ys {
		s.text(roomLeft-8, y(t.Value), style{size: 14, colour: muted, at: right}, "%s", t.Label)
	}
	for _, h := range a.headings {
		s.text(x(h.at.X), y(h.at.Y)-11, style{size: 15, bold: true, colour: ink, at: centre}, "%s", h.word)
	}
	s.text((roomLeft+width-roomRight)/2, a.height-9, style{size: 14, colour: muted, at: centre}, "%s", a.x)
	s.text(0, top-20, style{size: 14, colour: muted}, "%s", a.y)
	for i, e := range a.legend {
		s.circle(places[i][0]+6, places[i][1], 6, e.colour)
		s.text(places[i][0]+18, places[i][1], style{size: 14, colour: ink}, "%s", e.name)
	}
	return s
}

// placeLegend puts the entries in as many lines as they need.
func (a *axes) placeLegend() (places [][2]float64, lines int) {
	x := 0.0
	for _, e := range a.legend {
		needs := 18.0 + 16
		for _, r := range e.name {
			needs += 7.2
			if r > 0x2e80 {
				needs += 7
			}
		}
		if x > 0 && x+needs > width+16 {
			x, lines = 0, lines+1
		}
		places = append(places, [2]float64{x, 12 + legendHeight*float64(lines)})
		x += needs
	}
	if len(a.legend) > 0 {
		lines++
	}
	return places, lines
}

func unlabelled(ticks []plot.Tick) plot.ConstantTicks {
	bare := slices.Clone(ticks)
	for i := range bare {
		bare[i].Label = " " // an empty label would make it a minor tick
	}
	return bare
}

// marks labels an axis at the given places only.
func marks(values []float64, labels []string) []plot.Tick {
	ticks := make([]plot.Tick, len(values))
	for i := range values {
		ticks[i] = plot.Tick{Value: values[i], Label: labels[i]}
	}
	return ticks
}

func (a *axes) curve(points plotter.XYs, colour role, stroke float64, dashed bool) *plotter.Line {
	line, err := plotter.NewLine(points)
	if err != nil {
		panic(err) // only for no points or NaN, which no figure has
	}
	line.LineStyle = draw.LineStyle{Color: colour.light, Width: vg.Length(stroke)}
	if dashed {
		line.LineStyle.Dashes = []vg.Length{5, 4}
	}
	a.Add(line)
	return line
}

func (a *axes) steps(points plotter.XYs, colour role, stroke float64) {
	a.curve(points, colour, stroke, false).StepStyle = plotter.PostStep
}

// band fills what lies between two curves over the same x.
func (a *axes) band(low, high plotter.XYs, colour role) {
	ring := slices.Clone(low)
	for _, p := range slices.Backward(high) {
		ring = append(ring, p)
	}
	area, err := plotter.NewPolygon(ring)
	if err != nil {
		panic(err)
	}
	area.Color = colour.light
	area.LineStyle.Width = 0
	a.Add(area)
}

func (a *axes) dots(points plotter.XYs, colour role) {
	scatter, err := plotter.NewScatter(points)
	if err != nil {
		panic(err)
	}
	scatter.GlyphStyle = draw.GlyphStyle{Color: colour.light, Radius: 4, Shape: draw.CircleGlyph{}}
	a.Add(scatter)
}

// columns are bars that stand on the x axis at 0, 1, 2 …, each with its value
// above.
func (a *axes) columns(values []float64, colour role, thick float64) {
	bars, err := plotter.NewBarChart(plotter.Values(values), vg.Length(thick))
	if err != nil {
		panic(err)
	}
	bars.Color = colour.light
	bars.LineStyle.Width = 0
	a.Add(bars)
	for i, v := range values {
		a.headings = append(a.headings, label{plotter.XY{X: float64(i), Y: v}, Count(int(v))})
	}
	a.X.Min, a.X.Max = -0.5, float64(len(values))-0.5
	a.Y.Min, a.Y.Max = 0, max(1, slices.Max(values))*1.15
	a.ys = round(a.Y.Max, "")
}
