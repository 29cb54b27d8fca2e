package report

import (
	"fmt"
	"image/color"
	"strings"
)

// role is what a colour is for. Charts are drawn in the light colours, and
// each becomes a CSS variable, so that the page's theme decides.
type role struct {
	name  string
	light color.RGBA
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

// No two roles share a light colour: it is what names them in the drawing.
var (
	ink    = role{"ink", rgb(0x16233b)}
	muted  = role{"muted", rgb(0x5b677c)}
	grid   = role{"grid", rgb(0xe3e7ee)}
	card   = role{"card", rgb(0xffffff)}
	brand  = role{"brand", rgb(0x0f5c75)}
	second = role{"second", rgb(0x3a8fa3)}
	third  = role{"third", rgb(0x9cc9d1)}
	tint   = role{"tint", rgb(0xdcecef)}
	gold   = role{"gold", rgb(0xc98a1b)}
	warn   = role{"warn", rgb(0xb9502f)}
	blush  = role{"blush", rgb(0xf3ddd3)}
	onDark = role{"on-brand", rgb(0xfdfefe)}

	roles = []role{ink, muted, grid, card, brand, second, third, tint, gold, warn, blush, onDark}
)

func (r role) hex() string { return fmt.Sprintf("#%02X%02X%02X", r.light.R, r.light.G, r.light.B) }

// themed turns the light colours of a drawing into CSS variables.
func themed(svg string) string {
	pairs := make([]string, 0, 2*len(roles))
	for _, r := range roles {
		pairs = append(pairs, r.hex(), "var(--"+r.name+")")
	}
	return strings.NewReplacer(pairs...).Replace(svg)
}
