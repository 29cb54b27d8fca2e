package report

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// axes draws a chart with two axes on a sheet of its own.
type axes struct {
	*plot.Plot
	height float64
}

func newAxes(height float64, x, y string) axes {
	p := plot.New()
	label := style{size: 14, colour: muted}.text()
	p.BackgroundColor = card.light
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle = label
		axis.Tick.Label = style{size: 14, colour: muted}.text()
		axis.LineStyle.Width = 0
		axis.Tick.LineStyle.Width = 0
		axis.Tick.Length = 4
		axis.Padding = 4
	}
	p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = -0.5, -1
	p.Y.Tick.Label.XAlign, p.Y.Tick.Label.YAlign = -1, -0.5
	p.X.Label.Text = x
	p.X.Label.TextStyle.XAlign, p.X.Label.TextStyle.YAlign = -0.5, -1
	p.Title.Text = y // the y axis is named above its top, where it reads level
	p.Title.TextStyle = label
	p.Title.TextStyle.XAlign, p.Title.TextStyle.YAlign = -0.5, -1
	p.Title.Padding = 10
	lines := plotter.NewGrid()
	lines.Vertical.Width = 0
	lines.Horizontal = draw.LineStyle{Color: grid.light, Width: 1}
	p.Add(lines)
	p.Legend.Top = true
	p.Legend.TextStyle = style{size: 14, colour: ink}.text()
	p.Legend.TextStyle.YAlign = -0.3
	p.Legend.Padding = 4
	p.Legend.ThumbnailWidth = 18
	return axes{p, height}
}

func (a axes) sheet() *sheet {
	s := newSheet(a.height)
	canvas := draw.New(s.svg)
	a.Draw(draw.Crop(canvas, 2, -12, 2, -4))
	return s
}

// marks labels an axis at the given places only.
func marks(values []float64, labels []string) plot.ConstantTicks {
	ticks := make(plot.ConstantTicks, len(values))
	for i := range values {
		ticks[i] = plot.Tick{Value: values[i], Label: labels[i]}
	}
	return ticks
}

func (a axes) curve(points plotter.XYs, colour role, stroke float64, dashed bool) *plotter.Line {
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

func (a axes) steps(points plotter.XYs, colour role, stroke float64) *plotter.Line {
	line := a.curve(points, colour, stroke, false)
	line.StepStyle = plotter.PostStep
	return line
}

// band fills what lies between two curves over the same x.
func (a axes) band(low, high plotter.XYs, colour role) {
	ring := append(plotter.XYs{}, low...)
	for i := len(high) - 1; i >= 0; i-- {
		ring = append(ring, high[i])
	}
	area, err := plotter.NewPolygon(ring)
	if err != nil {
		panic(err)
	}
	area.Color = colour.light
	area.LineStyle.Width = 0
	a.Add(area)
}

func (a axes) dots(points plotter.XYs, colour role, radius float64) {
	scatter, err := plotter.NewScatter(points)
	if err != nil {
		panic(err)
	}
	scatter.GlyphStyle = draw.GlyphStyle{Color: colour.light, Radius: vg.Length(radius), Shape: draw.CircleGlyph{}}
	a.Add(scatter)
}

// columns are bars that stand on the x axis, each with a word above.
func (a axes) columns(values []float64, words []string, colour role, thick, offset float64) *plotter.BarChart {
	bars, err := plotter.NewBarChart(plotter.Values(values), vg.Length(thick))
	if err != nil {
		panic(err)
	}
	bars.Color = colour.light
	bars.LineStyle.Width = 0
	bars.Offset = vg.Length(offset)
	a.Add(bars)
	if words == nil {
		return bars
	}
	labels := plotter.XYLabels{Labels: words}
	for i, v := range values {
		labels.XYs = append(labels.XYs, plotter.XY{X: float64(i), Y: v})
	}
	above, err := plotter.NewLabels(labels)
	if err != nil {
		panic(err)
	}
	for i := range above.TextStyle {
		above.TextStyle[i] = style{size: 14, bold: true, colour: ink, align: -0.5}.text()
		above.TextStyle[i].YAlign = 0
	}
	above.Offset = vg.Point{X: vg.Length(offset), Y: 5}
	a.Add(above)
	return bars
}
