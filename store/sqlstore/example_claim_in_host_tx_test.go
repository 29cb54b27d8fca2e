package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// A coupon is claimed and redeemed in the host's own transaction: if the order
// does not commit, nothing has happened to the coupon.
func ExampleStore_WithTx() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "siyu")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "shop.db")+"?_pragma=journal_mode(wal)&_pragma=busy_timeout(5000)")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	store, err := sqlstore.Open(db, sqlstore.SQLite, nil)
	if err == nil {
		err = store.Migrate(ctx)
	}
	if err == nil {
		_, err = db.ExecContext(ctx, "CREATE TABLE orders (id TEXT PRIMARY KEY)")
	}
	if err == nil {
		err = coupon.New(store.Coupons(), nil).SaveBatch(ctx, coupon.Batch{ID: "welcome", Quota: 100})
	}
	if err != nil {
		fmt.Println(err)
		return
	}

	buy := func(order coupon.OrderID, pay bool) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // after a commit it does nothing
		if _, err := tx.ExecContext(ctx, "INSERT INTO orders VALUES (?)", string(order)); err != nil {
			return err
		}
		coupons := coupon.New(store.WithTx(tx).Coupons(), nil)
		claimed, err := coupons.Claim(ctx, coupon.ClaimRequest{Batch: "welcome", User: "u-1", Key: string(order)})
		if err == nil {
			err = claimed.Err() // sold out, for instance
		}
		if err != nil {
			return err
		}
		redeemed, err := coupons.Redeem(ctx, coupon.RedeemRequest{Coupon: claimed.Coupon.ID, Order: order, User: "u-1"})
		if err == nil {
			err = redeemed.Err()
		}
		if err != nil {
			return err
		}
		if !pay {
			return fmt.Errorf("%s was not paid", order)
		}
		return tx.Commit()
	}
	fmt.Println(buy("o-1", false))
	fmt.Println(buy("o-2", true))

	batch, err := coupon.New(store.Coupons(), nil).Batch(ctx, "welcome")
	fmt.Println(batch.Claimed, batch.Redeemed, batch.Remaining(), err)
	// Output:
	// o-1 was not paid
	// <nil>
	// 1 1 99 <nil>
}
