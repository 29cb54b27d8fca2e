package sqlstore_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// Every change of a coupon or code leaves no trace if the host rolls back, and
// all of it if the host commits.
func TestCoupons_hostTransaction(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, s *sqlstore.Store, db *sql.DB) {
		ctx := t.Context()
		clock := siyu.NewManualClock(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
		desk := func(s *sqlstore.Store) *coupon.Service {
			return coupon.New(s.Coupons(), &coupon.Options{Clock: clock})
		}
		var id coupon.CouponID
		claim := func(d *coupon.Service) error {
			r, err := d.Claim(ctx, coupon.ClaimRequest{Batch: "B", User: "u", Key: "k"})
			id = r.Coupon.ID
			return done(r.Reason, err)
		}
		for _, step := range []struct {
			name string
			do   func(*coupon.Service) error
		}{
			{"SaveBatch", func(d *coupon.Service) error { return d.SaveBatch(ctx, coupon.Batch{ID: "B", Quota: 9}) }},
			{"SaveCode", func(d *coupon.Service) error { return d.SaveCode(ctx, coupon.Code{Code: "C", Limit: 9}) }},
			{"Claim", claim},
			{"ClaimMany", func(d *coupon.Service) error {
				_, err := d.ClaimMany(ctx, coupon.ClaimManyRequest{Batch: "B", Users: []siyu.UserID{"v", "w"}, Key: "k"})
				return err
			}},
			{"ClaimGroup", func(d *coupon.Service) error {
				b, err := d.NewBatcher(0)
				if err != nil {
					return err
				}
				r, err := b.Claim(ctx, coupon.ClaimRequest{Batch: "B", User: "x", Key: "k"})
				return done(r.Reason, err)
			}},
			{"Lock", func(d *coupon.Service) error {
				r, err := d.Lock(ctx, coupon.LockRequest{Coupon: id, Order: "o", User: "u"})
				return done(r.Reason, err)
			}},
			{"Release", func(d *coupon.Service) error {
				r, err := d.Release(ctx, coupon.ReleaseRequest{Coupon: id, Order: "o"})
				return done(r.Reason, err)
			}},
			{"Redeem", func(d *coupon.Service) error {
				r, err := d.Redeem(ctx, coupon.RedeemRequest{Coupon: id, Order: "o"})
				return done(r.Reason, err)
			}},
			{"Refund", func(d *coupon.Service) error {
				r, err := d.Refund(ctx, coupon.RefundRequest{Coupon: id, Order: "o", Full: true, Key: "k"})
				return done(r.Reason, err)
			}},
			{"Void", func(d *coupon.Service) error {
				r, err := d.Void(ctx, coupon.VoidRequest{Coupon: id})
				return done(r.Reason, err)
			}},
			{"Use", func(d *coupon.Service) error {
				g, err := d.Use(ctx, coupon.UseRequest{Code: "C", Order: "o", User: "u", Amount: 5})
				return done(g.Reason, err)
			}},
			{"Cancel", func(d *coupon.Service) error {
				g, err := d.Cancel(ctx, coupon.CancelRequest{Code: "C", Order: "o"})
				return done(g.Reason, err)
			}},
		} {
			before := dump(t, db)
			for _, commit := range []bool{false, true} {
				tx, err := db.BeginTx(ctx, nil)
				if err != nil {
					t.Fatal(err)
				}
				if err := step.do(desk(s.WithTx(tx))); err != nil {
					t.Fatalf("%s: %v", step.name, err)
				}
				end := tx.Rollback
				if commit {
					end = tx.Commit
				}
				if err := end(); err != nil {
					t.Fatal(err)
				}
				if changed := dump(t, db) != before; changed != commit {
					t.Errorf("%s: commit %t, changed %t", step.name, commit, changed)
				}
			}
		}
	})
}

func done(reason coupon.Reason, err error) error {
	if err == nil && reason != "" {
		err = fmt.Errorf("refused: %s", reason)
	}
	return err
}
