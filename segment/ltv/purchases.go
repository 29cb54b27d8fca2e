package ltv

// Purchases predicts the repeat purchases of a customer from the history; all
// times are in the unit that the model was fitted in.
type Purchases interface {
	Alive(h History) float64
	Expected(h History, t float64) float64
	ExpectedNew(t float64) float64
	Counts(h History, t float64) Counts
	DERT(h History, rate float64) float64
	Validate() error
}
