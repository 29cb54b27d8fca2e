package segment

// Op is the operator of a leaf, by its name in the JSON form.
type Op string

// The operators. A missing, null or wrongly typed attribute makes each of them
// false, except the exact complements ne, not_in, none_of, ver_ne, not_in_list
// and missing, which it makes true.
const (
	OpEq    Op = "eq" // same type and equal; numbers by value, lists in order, objects key by key
	OpNe    Op = "ne"
	OpIn    Op = "in" // scalar is one of a list
	OpNotIn Op = "not_in"

	OpLt Op = "lt" // number with number, text with text by code point
	OpLe Op = "le"
	OpGt Op = "gt"
	OpGe Op = "ge"

	OpPrefix   Op = "prefix" // text; a list of texts means any of them
	OpSuffix   Op = "suffix"
	OpContains Op = "contains"
	OpRegex    Op = "regex" // RE2, unanchored

	OpExists  Op = "exists" // null counts as missing; "", 0, false and [] exist
	OpMissing Op = "missing"

	OpAnyOf   Op = "any_of" // the attribute is a list that holds some of these
	OpAllOf   Op = "all_of"
	OpNoneOf  Op = "none_of"
	OpAnyElem Op = "any_elem" // some element of the list matches a rule
	OpSize    Op = "size"     // length of the list, compared
	OpType    Op = "type"     // string number boolean array object null

	OpBefore Op = "before" // strict, by instant
	OpAfter  Op = "after"

	OpVerEq    Op = "ver_eq" // SemVer 2.0 precedence
	OpVerNe    Op = "ver_ne"
	OpVerLt    Op = "ver_lt"
	OpVerLe    Op = "ver_le"
	OpVerGt    Op = "ver_gt"
	OpVerGe    Op = "ver_ge"
	OpVerTilde Op = "ver_tilde" // same major and minor, not lower
	OpVerCaret Op = "ver_caret" // same leftmost non-zero part, not lower
	OpVerWild  Op = "ver_wild"  // such as 1.2.*

	OpInList    Op = "in_list" // a named list of the Catalog
	OpNotInList Op = "not_in_list"
	OpCIDR      Op = "cidr" // IP address in one of the networks
)

// operand says what a leaf's value has to be.
type operand uint8

const (
	anyOperand     operand = iota + 1
	noOperand              // exists, missing
	orderOperand           // a number or a text
	listOperand            // a list
	textsOperand           // a text or a list of texts
	patternOperand         // a regular expression
	ruleOperand            // a rule in field "rule"
	sizeOperand            // a whole number, beside "cmp"
	typeOperand            // the name of a JSON type
	timeOperand            // a date text or {"now": "-7d"}
	versionOperand         // a version
	wildOperand            // a version with * for its last parts
	nameOperand            // the name of a list
	networkOperand         // a list of networks
)

// opInfo describes an operator; of is the operator that it negates.
type opInfo struct {
	operand operand
	of      Op
	folds   bool // allows "ci"
}

// describe returns what is known of op; its operand is 0 for an unknown one.
func describe(op Op) opInfo {
	switch op {
	case OpEq:
		return opInfo{operand: anyOperand, folds: true}
	case OpNe:
		return opInfo{operand: anyOperand, of: OpEq, folds: true}
	case OpIn, OpAnyOf, OpAllOf:
		return opInfo{operand: listOperand, folds: true}
	case OpNotIn:
		return opInfo{operand: listOperand, of: OpIn, folds: true}
	case OpNoneOf:
		return opInfo{operand: listOperand, of: OpAnyOf, folds: true}
	case OpLt, OpLe, OpGt, OpGe:
		return opInfo{operand: orderOperand, folds: true}
	case OpPrefix, OpSuffix, OpContains:
		return opInfo{operand: textsOperand, folds: true}
	case OpRegex:
		return opInfo{operand: patternOperand, folds: true}
	case OpExists:
		return opInfo{operand: noOperand}
	case OpMissing:
		return opInfo{operand: noOperand, of: OpExists}
	case OpAnyElem:
		return opInfo{operand: ruleOperand}
	case OpSize:
		return opInfo{operand: sizeOperand}
	case OpType:
		return opInfo{operand: typeOperand}
	case OpBefore, OpAfter:
		return opInfo{operand: timeOperand}
	case OpVerEq, OpVerLt, OpVerLe, OpVerGt, OpVerGe, OpVerTilde, OpVerCaret:
		return opInfo{operand: versionOperand}
	case OpVerNe:
		return opInfo{operand: versionOperand, of: OpVerEq}
	case OpVerWild:
		return opInfo{operand: wildOperand}
	case OpInList:
		return opInfo{operand: nameOperand, folds: true}
	case OpNotInList:
		return opInfo{operand: nameOperand, of: OpInList, folds: true}
	case OpCIDR:
		return opInfo{operand: networkOperand}
	}
	return opInfo{}
}

// compares reports whether op may stand in "cmp".
func compares(op Op) bool {
	switch op {
	case OpEq, OpNe, OpLt, OpLe, OpGt, OpGe:
		return true
	}
	return false
}

// holds applies a comparison to the sign of a three-way comparison.
func (op Op) holds(sign int) bool {
	switch op {
	case OpEq, OpVerEq:
		return sign == 0
	case OpNe:
		return sign != 0
	case OpLt, OpVerLt:
		return sign < 0
	case OpLe, OpVerLe:
		return sign <= 0
	case OpGt, OpVerGt:
		return sign > 0
	case OpGe, OpVerGe:
		return sign >= 0
	}
	return false
}
