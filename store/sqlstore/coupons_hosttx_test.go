package sqlstore_test

import (
	"database/sql"
	"testing"

	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// A group of claims is the host's to commit like every other step.
func TestCoupons_hostDecidesOverGroups(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, s *sqlstore.Store, db *sql.DB) {
		ctx := t.Context()
		if err := coupon.New(s.Coupons(), nil).SaveBatch(ctx, coupon.Batch{ID: "B", Quota: 9}); err != nil {
			t.Fatal(err)
		}
		before := dump(t, db)
		for _, commit := range []bool{false, true} {
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			batcher, err := coupon.New(s.WithTx(tx).Coupons(), nil).NewBatcher(0)
			if err != nil {
				t.Fatal(err)
			}
			r, err := batcher.Claim(ctx, coupon.ClaimRequest{Batch: "B", User: "u", Key: "k"})
			if err != nil || !r.OK() {
				t.Fatalf("%+v, %v", r, err)
			}
			end := tx.Rollback
			if commit {
				end = tx.Commit
			}
			if err := end(); err != nil {
				t.Fatal(err)
			}
			if changed := dump(t, db) != before; changed != commit {
				t.Errorf("commit %t, changed %t", commit, changed)
			}
		}
	})
}
