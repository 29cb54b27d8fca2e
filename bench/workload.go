package main

// workloads lists every comparison. A new one is a file with one variable.
var workloads = []workload{
	windowFunnel,
	funnelUnsorted,
	funnelSQL,
	segmentRule,
	segmentRings,
	segmentBank,
	segmentMatch,
	segmentExpr,
	segmentSets,
	segmentRFM,
	couponBest,
	couponZen,
	couponMedusa, couponMedusaEqual,
	couponClaims,
	couponPostgres,
	couponPostgresBare,
	couponSQLite,
	couponSQLiteBare,
	referralForest,
	referralClickHouse,
}

// workload is one question that the library and a peer are asked in turns.
type workload struct {
	name string  // AREA/NAME
	peer string  // what the peer is, in a few words
	goal float64 // ratio of the peer's wall time to ours; 0 for none

	byCPU bool // the goal is of cpu time instead

	// Each side builds what it needs at a scale and is then asked again and
	// again.
	openOurs, openPeer func(scale float64) (side, error)

	exact []int64 // how the answer at scale 1 begins, where that is known beforehand
}

// side is the library or the peer, ready to be asked.
type side struct {
	build cost
	ask   func() (answer []int64, took cost, err error)
	note  func() string // what else there is to say at the end; may be nil
	close func() error  // may be nil
}

// inProcess is a side in this process: build is timed once, ask at each call.
func inProcess(build func() error, ask func() ([]int64, error)) (side, error) {
	built, err := measure(build)
	if err != nil {
		return side{}, err
	}
	return side{build: built, ask: func() (answer []int64, took cost, err error) {
		took, err = measure(func() (err error) {
			answer, err = ask()
			return err
		})
		return answer, took, err
	}}, nil
}

func integers[N int | uint16 | uint32](values []N) []int64 {
	out := make([]int64, len(values))
	for i, v := range values {
		out[i] = int64(v)
	}
	return out
}

// scaled returns n at a scale, at least 1.
func scaled(n, scale float64) uint64 { return uint64(max(1, n*scale)) }
