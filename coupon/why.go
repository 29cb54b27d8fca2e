package coupon

// why is a reason of a quote in one byte, for the solver.
type why uint8

const (
	applies why = iota
	notStarted
	expired
	otherMoney
	notInvited
	noLine
	belowMin
	aboveMax
	tooFewUnits
	noEffect
	inConflict
	maxReached
	notBetter
)

var whyReasons = [...]Reason{
	"", NotStarted, Expired, OtherMoney, NotInvited, NoLine, BelowMin, AboveMax, TooFewUnits, NoEffect,
	InConflict, MaxReached, NotBetter,
}

func (w why) reason() Reason { return whyReasons[w] }

// fixed reports whether the reason holds whatever is left of the cart.
func (w why) fixed() bool { return w >= notStarted && w <= noLine }
