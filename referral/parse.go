package referral

import (
	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Limits of a program.
const (
	MaxProgramBytes = 1 << 20 // of its JSON form
	MaxRules        = 64      // reward rules, and fraud rules
	MaxTiers        = 1000    // tiers or steps of one rule
)

// ParseProgram reads the JSON form of a program strictly: unknown fields, data
// after the end and documents beyond [MaxProgramBytes] are [siyu.ErrInvalid]
// with the path of the fault. It does not check what the program says;
// [Program.Compile] does.
func ParseProgram(data []byte) (Program, error) {
	p, err := strictjson.Decode[Program](data, MaxProgramBytes)
	return p, siyu.Within("program", err)
}
