package coupontest

import (
	"context"
	"fmt"
)

// The races run the library's own decisions, many at once.

func runRace(ctx context.Context, b Backend, input, expect string) error {
	return RunRace(ctx, b.Coupons(), []byte(input), []byte(expect))
}

func raceQuota(ctx context.Context, b Backend) error {
	return runRace(ctx, b, `{"batch":{"quota":20,"per_user":1},"action":"claim","calls":60,"users":"distinct"}`,
		`{"ok":20,"errors":{"sold_out":40},"distinct_coupons":20,"max_per_user":1,"counters":{"claimed":20,"remaining":0}}`)
}

func raceUser(ctx context.Context, b Backend) error {
	return runRace(ctx, b, `{"batch":{"quota":100,"per_user":3},"action":"claim","calls":40,"users":4}`,
		`{"ok":12,"errors":{"user_limit":28},"max_per_user":3,"counters":{"claimed":12,"remaining":88}}`)
}

func raceKey(ctx context.Context, b Backend) error {
	return runRace(ctx, b, `{"batch":{"quota":100},"action":"claim","calls":30,"users":"same","key":"same"}`,
		`{"ok":30,"errors":{},"distinct_coupons":1,"counters":{"claimed":1,"remaining":99}}`)
}

func raceLock(ctx context.Context, b Backend) error {
	return runRace(ctx, b, `{"batch":{"quota":1},"action":"lock","calls":20,"orders":"distinct"}`,
		`{"ok":1,"errors":{"locked":19},"counters":{"claimed":1,"redeemed":0}}`)
}

func raceRedeem(ctx context.Context, b Backend) error {
	return runRace(ctx, b, `{"batch":{"quota":1},"action":"redeem","calls":20,"orders":"distinct"}`,
		`{"ok":1,"errors":{"already_redeemed":19},"counters":{"claimed":1,"redeemed":1}}`)
}

func raceLimit(ctx context.Context, b Backend) error {
	return runRace(ctx, b, `{"code":{"limit":10,"per_user":1},"action":"use","calls":40,"users":20,"orders":"distinct","amount":7}`,
		`{"ok":10,"counters":{"uses":10,"spent":70}}`)
}

func raceBudget(ctx context.Context, b Backend) error {
	return runRace(ctx, b, `{"code":{"budget":{"limit":1000}},"action":"use","calls":30,"users":"distinct","orders":"distinct","amount":99}`,
		`{"ok":10,"errors":{"budget":20},"counters":{"uses":10,"spent":990}}`)
}

func raceCancel(ctx context.Context, b Backend) error {
	const calls = 20
	return runRace(ctx, b, fmt.Sprintf(`{"code":{"limit":%d},"action":"use_then_cancel","calls":%[1]d,"users":"distinct","orders":"distinct","amount":9}`, calls),
		fmt.Sprintf(`{"ok":%d,"errors":{},"counters":{"uses":0,"spent":0}}`, calls))
}
