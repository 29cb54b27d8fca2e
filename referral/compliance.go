package referral

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/siyu-go/siyu"
)

// Finding is something that [Program.Check] has to say about a program.
type Finding struct {
	Code  Code   `json:"code"`
	Field string `json:"field,omitempty"` // path of what it is about
}

// Code names a finding. The codes are engineering guards with cautious
// defaults. They are not legal advice, and a program without findings may still
// be unlawful where it runs.
type Code string

// Errors: [Program.Compile] refuses a program with one.
const (
	LevelDepth         Code = "LEVEL_DEPTH"         // a reward reaches deeper than MaxLevels, or than 2
	PayoutOver100      Code = "PAYOUT_OVER_100"     // the rates add up to more than the order
	BPSRange           Code = "BPS_RANGE"           // a rate is outside 0..10000
	EntryFee           Code = "ENTRY_FEE"           // inviters pay to take part
	NegativeAmount     Code = "NEGATIVE_AMOUNT"     // an amount is below 0
	TiersNotAscending  Code = "TIERS_NOT_ASCENDING" // tiers must begin at strictly growing places
	StepsNotAscending  Code = "STEPS_NOT_ASCENDING" // so must milestones
	IndirectHeadcount  Code = "INDIRECT_HEADCOUNT"  // warning: pay per head at level 2 without an order
	HoldShorterThanRef Code = "HOLD_SHORTER_THAN_REFUND"
	Uncapped           Code = "UNCAPPED" // warning: no cap of any kind
)

var codeTexts = map[Code]siyu.Text{
	LevelDepth:         {ZH: "奖励层级超过上限", EN: "rewards reach too many levels"},
	PayoutOver100:      {ZH: "各级比例之和超过100%", EN: "the rates add up to more than the order"},
	BPSRange:           {ZH: "比例不在0至100%之间", EN: "a rate is outside 0 to 100 %"},
	EntryFee:           {ZH: "不得收取入门费", EN: "inviters must not pay to take part"},
	NegativeAmount:     {ZH: "金额不能为负", EN: "an amount is negative"},
	TiersNotAscending:  {ZH: "阶梯起点必须递增", EN: "tiers must begin at growing places"},
	StepsNotAscending:  {ZH: "里程碑必须递增", EN: "milestones must grow"},
	IndirectHeadcount:  {ZH: "二级按人头计奖且无消费门槛", EN: "level 2 is paid per head without an order"},
	HoldShorterThanRef: {ZH: "冻结期短于退款期", EN: "the hold is shorter than the refund window"},
	Uncapped:           {ZH: "未设置任何上限", EN: "no cap of any kind is set"},
}

// Text says the finding for people.
func (c Code) Text(lang siyu.Lang) string {
	if t, ok := codeTexts[c]; ok {
		return t.In(lang)
	}
	return string(c)
}

// maxDepth is the deepest level that may ever be paid.
const maxDepth = 2

// Check looks for what should keep a program from running (errors) and for what
// its owner should think about (warnings), each sorted by code and field. It
// reports everything it finds at once.
func (p Program) Check() (errors, warnings []Finding) {
	c := checker{program: p}
	c.levels()
	c.rates()
	c.amounts()
	c.order()
	if p.InviterEntryFee > 0 {
		c.fail(EntryFee, "inviter_entry_fee")
	}
	for i, r := range p.Rules {
		if r.To.level() >= 2 && p.MinAmount == 0 && (r.Kind == Flat || r.Kind == TieredCount || r.Kind == Milestone) {
			c.warn(IndirectHeadcount, rulePath(i, ""))
		}
	}
	if p.Hold < p.RefundWindow {
		c.warn(HoldShorterThanRef, "hold_seconds")
	}
	if caps := p.Caps; caps.InviterAmount == nil && caps.InviterPeriod == nil && caps.InviterCount == nil && caps.Budget == nil {
		c.warn(Uncapped, "caps")
	}
	byCode := func(a, b Finding) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Field, b.Field)) }
	slices.SortFunc(c.errors, byCode)
	slices.SortFunc(c.warnings, byCode)
	return c.errors, c.warnings
}

type checker struct {
	program          Program
	errors, warnings []Finding
}

func (c *checker) fail(code Code, field string) { c.errors = append(c.errors, Finding{code, field}) }

func (c *checker) warn(code Code, field string) {
	c.warnings = append(c.warnings, Finding{code, field})
}

func (c *checker) levels() {
	deepest := maxDepth
	if m := c.program.MaxLevels; m > 0 {
		deepest = min(m, maxDepth)
	}
	for i, r := range c.program.Rules {
		if r.To.level() > deepest {
			c.fail(LevelDepth, rulePath(i, "to"))
		}
	}
}

// rates adds up what one order can cost in rates: of a volume ladder its
// highest.
func (c *checker) rates() {
	var sum siyu.BPS
	add := func(rate siyu.BPS, field string) siyu.BPS {
		if rate < 0 || rate > 10_000 {
			c.fail(BPSRange, field)
		}
		return max(min(rate, 20_000), 0) // enough to be over, without overflow
	}
	for i, r := range c.program.Rules {
		switch r.Kind {
		case Percent:
			sum += add(r.BPS, rulePath(i, "bps"))
		case TieredVolume:
			var highest siyu.BPS
			for j, t := range r.Tiers {
				highest = max(highest, add(t.BPS, fmt.Sprintf("%s[%d].bps", rulePath(i, "tiers"), j)))
			}
			sum += highest
		}
	}
	if sum > 10_000 {
		c.fail(PayoutOver100, "rules")
	}
}

func (c *checker) amounts() {
	p := c.program
	look := func(m *siyu.Money, field string) {
		if m != nil && *m < 0 {
			c.fail(NegativeAmount, field)
		}
	}
	look(&p.MinAmount, "min_amount")
	look(&p.InviterEntryFee, "inviter_entry_fee")
	look(p.Caps.InviterAmount, "caps.per_inviter_amount")
	look(p.Caps.Budget, "caps.program_budget")
	if p.Caps.InviterPeriod != nil {
		look(&p.Caps.InviterPeriod.Amount, "caps.per_inviter_period.amount")
	}
	for i, r := range p.Rules {
		look(&r.Amount, rulePath(i, "amount"))
		look(r.MaxAmount, rulePath(i, "max_amount"))
		for j, t := range r.Tiers {
			look(&t.Amount, fmt.Sprintf("%s[%d].amount", rulePath(i, "tiers"), j))
		}
		for j, s := range r.Steps {
			look(&s.Amount, fmt.Sprintf("%s[%d].amount", rulePath(i, "steps"), j))
		}
	}
}

func (c *checker) order() {
	for i, r := range c.program.Rules {
		for j := 1; j < len(r.Tiers); j++ {
			if r.Tiers[j].From <= r.Tiers[j-1].From {
				c.fail(TiersNotAscending, fmt.Sprintf("%s[%d].from", rulePath(i, "tiers"), j))
				break
			}
		}
		for j := 1; j < len(r.Steps); j++ {
			if r.Steps[j].At <= r.Steps[j-1].At {
				c.fail(StepsNotAscending, fmt.Sprintf("%s[%d].at", rulePath(i, "steps"), j))
				break
			}
		}
	}
}

func rulePath(i int, field string) string {
	path := fmt.Sprintf("rules[%d]", i)
	if field != "" {
		path += "." + field
	}
	return path
}

// ComplianceError carries the errors of [Program.Check] that kept a program
// from compiling. It matches [siyu.ErrInvalid].
type ComplianceError struct{ Findings []Finding }

// Error names the findings.
func (e *ComplianceError) Error() string {
	text := "referral: program refused:"
	for i, f := range e.Findings {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %s at %s", f.Code, f.Field)
	}
	return text
}

// Is reports whether target is [siyu.ErrInvalid].
func (e *ComplianceError) Is(target error) bool { return target == siyu.ErrInvalid }
