package persona

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Card is a persona card (人设): the face that customers see. One card may be
// worn by several advisers, and one adviser has one card.
type Card struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`                // as customers call it, such as "小京老师"
	Title     string   `json:"title"`               // such as "专属理财导师"
	Since     Date     `json:"since,omitzero"`      // in the trade since; years are counted from it
	Values    []string `json:"values,omitempty"`    // what it stands for
	Tone      string   `json:"tone,omitempty"`      // how it speaks
	Forbidden []string `json:"forbidden,omitempty"` // words it never says, such as promises of return
	Greeting  string   `json:"greeting,omitempty"`  // with {name}, {title}, {years} and {values}
}

// Limits of a card definition.
const (
	maxCard  = 64 << 10 // bytes of JSON
	maxWords = 256      // values, or forbidden words
)

// ParseCard reads a card from JSON of at most 64 KiB and validates it.
// Unknown fields are refused; the error names the field.
func ParseCard(data []byte) (Card, error) {
	c, err := strictjson.Decode[Card](data, maxCard)
	if err == nil {
		err = c.Validate()
	}
	return c, siyu.Within("card", err)
}

// Validate refuses a card without id, name or title, with empty forbidden
// words, and a greeting that breaks the card's own rules.
func (c Card) Validate() error {
	for _, f := range []struct{ field, value string }{{"id", c.ID}, {"name", c.Name}, {"title", c.Title}} {
		if err := siyu.CheckID(f.field, f.value); err != nil {
			return err
		}
	}
	if len(c.Values) > maxWords || len(c.Forbidden) > maxWords {
		return siyu.Invalid("values", "has more than %d entries, or forbidden has", maxWords)
	}
	for i, word := range c.Forbidden {
		if strings.TrimSpace(word) == "" {
			return siyu.Invalid(fmt.Sprintf("forbidden[%d]", i), "is empty")
		}
	}
	if words := c.Check(c.Greeting); len(words) > 0 {
		return siyu.Invalid("greeting", "says %q, which the card forbids", words[0])
	}
	return nil
}

// Years returns the completed years since the card's date, on the local date
// of now; 0 if there is none or it lies ahead. The number in a greeting thus
// never grows stale.
func (c Card) Years(now time.Time, loc *time.Location) int {
	if c.Since.IsZero() {
		return 0
	}
	today := DateOf(now, loc)
	years := today.Year - c.Since.Year
	if today.Month < c.Since.Month || (today.Month == c.Since.Month && today.Day < c.Since.Day) {
		years--
	}
	return max(0, years)
}

// Greet returns the card's greeting with its facts filled in. Without a
// greeting of its own the card introduces itself by name, title and years.
func (c Card) Greet(now time.Time, loc *time.Location, lang siyu.Lang) string {
	text := c.Greeting
	years := c.Years(now, loc)
	switch {
	case text != "":
	case years == 0:
		text = siyu.Text{ZH: "你好,我是{title}{name}。", EN: "Hello, I am {name}, {title}."}.In(lang)
	default:
		text = siyu.Text{
			ZH: "你好,我是{title}{name},从业{years}年。",
			EN: "Hello, I am {name}, {title}, {years} years in the trade.",
		}.In(lang)
	}
	return strings.NewReplacer(
		"{name}", c.Name, "{title}", c.Title, "{years}", strconv.Itoa(years), "{values}", strings.Join(c.Values, "、"),
	).Replace(text)
}

// Check returns the forbidden words that a text says, in the card's order and
// without regard to case; none means that the persona may say it.
func (c Card) Check(text string) []string {
	var found []string
	lower := strings.ToLower(text)
	for _, word := range c.Forbidden {
		if strings.Contains(lower, strings.ToLower(word)) {
			found = append(found, word)
		}
	}
	return found
}
