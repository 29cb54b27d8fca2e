package report

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// width of every drawing. Charts scale by their viewBox: on a phone one unit
// is about two thirds of a pixel, so text is never set below 14.
const width = 560

// sheet is a drawing with the origin at its top left, like the page it goes on.
type sheet struct {
	svg    *vgsvg.Canvas
	height float64
}

func newSheet(height float64) *sheet {
	return &sheet{svg: vgsvg.New(width, vg.Length(height)), height: height}
}

type style struct {
	size   float64
	bold   bool
	colour role
	align  float64 // 0 left, -0.5 centre, -1 right
}

func (s style) text() text.Style {
	face := font.Font{Typeface: "Liberation", Variant: "Sans", Size: font.Length(s.size)}
	if s.bold {
		face.Weight = xfont.WeightBold
	}
	return text.Style{
		Color: s.colour.light, Font: face, Handler: plot.DefaultTextHandler,
		XAlign: text.XAlignment(s.align), YAlign: text.YCenter,
	}
}

// text writes a line whose middle is at y.
func (s *sheet) text(x, y float64, st style, format string, args ...any) {
	canvas := draw.New(s.svg)
	canvas.FillText(st.text(), s.point(x, y), fmt.Sprintf(format, args...))
}

func (s *sheet) rect(x, y, w, h float64, colour role) {
	s.polygon(colour, [2]float64{x, y}, [2]float64{x + w, y}, [2]float64{x + w, y + h}, [2]float64{x, y + h})
}

// bar is a rectangle with a rounded right end.
func (s *sheet) bar(x, y, w, h float64, colour role) {
	radius := min(4, w/2, h/2)
	var path vg.Path
	path.Move(s.point(x, y))
	path.Line(s.point(x+w-radius, y))
	path.QuadTo(s.point(x+w, y), s.point(x+w, y+radius))
	path.Line(s.point(x+w, y+h-radius))
	path.QuadTo(s.point(x+w, y+h), s.point(x+w-radius, y+h))
	path.Line(s.point(x, y+h))
	path.Close()
	s.svg.SetColor(colour.light)
	s.svg.Fill(path)
}

func (s *sheet) polygon(colour role, corners ...[2]float64) {
	var path vg.Path
	path.Move(s.point(corners[0][0], corners[0][1]))
	for _, c := range corners[1:] {
		path.Line(s.point(c[0], c[1]))
	}
	path.Close()
	s.svg.SetColor(colour.light)
	s.svg.Fill(path)
}

func (s *sheet) circle(x, y, radius float64, colour role) {
	var path vg.Path
	path.Move(s.point(x+radius, y))
	path.Arc(s.point(x, y), vg.Length(radius), 0, 6.283185307179586)
	path.Close()
	s.svg.SetColor(colour.light)
	s.svg.Fill(path)
}

func (s *sheet) line(x0, y0, x1, y1, stroke float64, colour role) {
	var path vg.Path
	path.Move(s.point(x0, y0))
	path.Line(s.point(x1, y1))
	s.svg.SetLineWidth(vg.Length(stroke))
	s.svg.SetColor(colour.light)
	s.svg.Stroke(path)
}

func (s *sheet) point(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x), Y: vg.Length(s.height - y)}
}

var opening = regexp.MustCompile(`(?s)^.*?<svg [^>]*viewBox="([^"]*)"[^>]*>`)

// markup is the drawing as inline SVG, named and described for people who
// cannot see it.
func (s *sheet) markup(id, title, description string) template.HTML {
	var out bytes.Buffer
	if _, err := s.svg.WriteTo(&out); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	head := fmt.Sprintf(`<svg id="%s" class="chart" viewBox="$1" role="img" aria-label="%s" xmlns="http://www.w3.org/2000/svg"><title>%s</title><desc>%s</desc>`,
		id, html.EscapeString(title), html.EscapeString(title), html.EscapeString(description))
	svg := opening.ReplaceAllString(out.String(), strings.ReplaceAll(head, "$$", "$$$$"))
	svg = strings.ReplaceAll(svg, "font-family:Liberation Sans;font-variant:normal;", "")
	svg = strings.ReplaceAll(svg, "font-style:normal;", "")
	return template.HTML(themed(svg))
}
