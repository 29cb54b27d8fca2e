package report

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// width of every drawing. Charts scale by their viewBox: on a phone one unit is
// about 0.7 pixels and on a desktop 1.1, so text is set at 14 or close to it.
const width = 460

// sheet is a drawing with the origin at its top left, like the page it goes on.
type sheet struct {
	svg    *vgsvg.Canvas
	height float64
	words  strings.Builder // text elements, laid over the shapes
}

func newSheet(height float64) *sheet {
	return &sheet{svg: vgsvg.New(width, vg.Length(height)), height: height}
}

// anchor says which end of a text its x is.
type anchor string

const (
	left   anchor = "start"
	centre anchor = "middle"
	right  anchor = "end"
)

type style struct {
	size   float64
	bold   bool
	colour role
	at     anchor // left if empty
}

// text writes a line whose middle is at y. The browser sets it, so that it
// ends where it should in whatever font the reader has.
func (s *sheet) text(x, y float64, st style, format string, args ...any) {
	if st.at == "" {
		st.at = left
	}
	weight := ""
	if st.bold {
		weight = ` font-weight="600"`
	}
	fmt.Fprintf(&s.words, `<text x="%.4g" y="%.4g" font-size="%g" text-anchor="%s" fill="%s"%s>%s</text>`+"\n",
		x, y+0.35*st.size, st.size, st.at, st.colour.hex(), weight, html.EscapeString(fmt.Sprintf(format, args...)))
}

func (s *sheet) rect(x, y, w, h float64, colour role) {
	s.polygon(colour, [2]float64{x, y}, [2]float64{x + w, y}, [2]float64{x + w, y + h}, [2]float64{x, y + h})
}

// bar is a rectangle with a rounded right end; nothing for no width.
func (s *sheet) bar(x, y, w, h float64, colour role) {
	if w <= 0 {
		return
	}
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
	s.svg.SetLineDash(nil, 0)
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
	svg := strings.TrimSuffix(strings.TrimSpace(out.String()), "</svg>") + s.words.String() + "</svg>"
	svg = opening.ReplaceAllString(svg, strings.ReplaceAll(head, "$$", "$$$$"))
	return template.HTML(themed(svg))
}
