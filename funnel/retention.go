package funnel

// Retention is ClickHouse's retention: the first answer is whether a row meets
// condition 1, the k-th whether, that given, a row meets condition k. The order
// of rows means nothing. For cohorts by calendar see [RunCohorts].
func Retention(conditions int, rows []Row) []bool {
	met := uint32(0)
	for _, r := range rows {
		met |= r.Met
	}
	answers := make([]bool, conditions)
	for k := range answers {
		answers[k] = met&1 != 0 && met>>k&1 != 0
	}
	return answers
}
