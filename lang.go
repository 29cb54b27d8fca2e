package siyu

// Lang is a language that the library has texts in, as a BCP 47 tag.
type Lang string

// The languages of reason texts. Any other tag is answered in English.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// Text is one message in the library's languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// In returns the text in lang.
func (t Text) In(lang Lang) string {
	if lang == Chinese {
		return t.ZH
	}
	return t.EN
}
