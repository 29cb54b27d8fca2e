// Command order redeems a coupon in the host's own transaction: the coupon is
// spent if and only if the order commits.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"

	_ "modernc.org/sqlite" // the driver

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func main() {
	ctx := context.Background()
	db := get(sql.Open("sqlite", "file:order?mode=memory&cache=shared"))
	defer func() { must(db.Close()) }()
	store := get(sqlstore.Open(db, sqlstore.SQLite, nil))
	must(store.Migrate(ctx))
	get(db.ExecContext(ctx, "CREATE TABLE orders (id TEXT PRIMARY KEY, paid INTEGER NOT NULL)"))

	coupons := coupon.New(store.Coupons(), nil)
	must(coupons.SaveBatch(ctx, coupon.Batch{ID: "spring", Quota: 100}))
	mine := get(coupons.Claim(ctx, coupon.ClaimRequest{Batch: "spring", User: "li", Key: "1"})).Coupon

	for _, commit := range []bool{false, true} {
		tx := get(db.BeginTx(ctx, nil))
		get(tx.ExecContext(ctx, "INSERT INTO orders VALUES ('o1', 960000)"))
		inTx := coupon.New(store.WithTx(tx).Coupons(), nil)
		redeemed := get(inTx.Redeem(ctx, coupon.RedeemRequest{Coupon: mine.ID, Order: "o1", User: "li", Amount: 400_00}))
		if commit {
			must(tx.Commit())
		} else {
			must(tx.Rollback())
		}
		var orders int
		must(db.QueryRowContext(ctx, "SELECT count(*) FROM orders").Scan(&orders))
		after := get(coupons.Coupon(ctx, mine.ID))
		fmt.Printf("in the transaction %s; committed %t: %d orders, coupon %s\n", redeemed.State, commit, orders, after.State)
	}
	again := get(coupons.Redeem(ctx, coupon.RedeemRequest{Coupon: mine.ID, Order: "o2"}))
	fmt.Println("for another order:", again.Reason.Text(siyu.English))
}

func get[T any](v T, err error) T { must(err); return v }

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
