package siyu

import "strings"

// Currency is an ISO 4217 alphabetic code in upper case, such as "CNY".
type Currency string

// The currencies most programs start with; any other active ISO 4217 code
// works the same.
const (
	CNY Currency = "CNY" // 2 decimals: fen
	USD Currency = "USD" // 2 decimals: cent
	EUR Currency = "EUR" // 2 decimals: cent
	JPY Currency = "JPY" // no minor unit
	KWD Currency = "KWD" // 3 decimals: fils
)

// Active codes of ISO 4217:2015 with amendments to 2025, by number of decimals.
const (
	decimals0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
	decimals2 = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD " +
		"GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD " +
		"MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD " +
		"RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD " +
		"USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
	decimals3 = "BHD IQD JOD KWD LYD OMR TND"
	decimals4 = "CLF UYW"
)

// ParseCurrency reads a code in any letter case and refuses unknown ones with
// [ErrInvalid].
func ParseCurrency(s string) (Currency, error) {
	c := Currency(strings.ToUpper(s))
	if _, err := c.Exponent(); err != nil {
		return "", err
	}
	return c, nil
}

// Exponent returns the number of decimals of c: 0 for JPY, 2 for CNY, 3 for
// KWD. An unknown code is [ErrInvalid].
func (c Currency) Exponent() (int, error) {
	if len(c) == 3 && !strings.Contains(string(c), " ") {
		switch code := string(c); {
		case strings.Contains(decimals2, code):
			return 2, nil
		case strings.Contains(decimals0, code):
			return 0, nil
		case strings.Contains(decimals3, code):
			return 3, nil
		case strings.Contains(decimals4, code):
			return 4, nil
		}
	}
	return 0, Invalid("currency", "%q is not an active ISO 4217 code", string(c))
}

// UnmarshalText reads a code in any letter case and refuses unknown ones.
func (c *Currency) UnmarshalText(text []byte) error {
	parsed, err := ParseCurrency(string(text))
	if err == nil {
		*c = parsed
	}
	return err
}
