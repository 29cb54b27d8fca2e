package referral

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/siyu-go/siyu"
)

// Limits of a program.
const (
	MaxProgramBytes = 1 << 20 // of its JSON form
	MaxRules        = 64      // reward rules, and fraud rules
	MaxTiers        = 1000    // tiers or steps of one rule
)

// ParseProgram reads the JSON form of a program strictly: unknown fields, data
// after the end and documents beyond [MaxProgramBytes] are [siyu.ErrInvalid]
// with the path of the field where there is one. It does not check the program;
// [Program.Compile] does.
func ParseProgram(data []byte) (Program, error) {
	var p Program
	if len(data) > MaxProgramBytes {
		return p, siyu.Invalid("program", "is longer than %d bytes", MaxProgramBytes)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Program{}, decodeError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Program{}, siyu.Invalid("program", "has data after its end")
	}
	return p, nil
}

func decodeError(err error) error {
	var (
		invalid *siyu.InvalidError
		typed   *json.UnmarshalTypeError
	)
	switch {
	case errors.As(err, &invalid):
		return siyu.Within("program", err)
	case errors.As(err, &typed) && typed.Field != "":
		return siyu.Invalid("program."+typed.Field, "must not be a %s", typed.Value)
	}
	return siyu.Invalid("program", "%v", err)
}
