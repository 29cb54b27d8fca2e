package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// A refund of the host's order and the claw-back of the inviter's reward commit
// together, or not at all.
func ExampleStore_Referrals() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "siyu")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "bank.db")+"?_pragma=journal_mode(wal)&_pragma=busy_timeout(5000)")
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
		_, err = db.ExecContext(ctx, "CREATE TABLE refunds (id TEXT PRIMARY KEY)")
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := referral.Program{
		Currency: siyu.CNY, Caps: referral.Caps{Budget: new(siyu.Money(10_000_00))},
		Rules: []referral.Rule{{ID: "half a percent", To: referral.Inviter, Kind: referral.Percent, BPS: 50}},
	}.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	program := func(s *sqlstore.Store) *referral.Service {
		service, err := referral.New(s.Referrals(), "fund-2026", plan, &referral.Options{Clock: siyu.NewManualClock(at)})
		if err != nil {
			panic(err) // only for an id or plan that is missing
		}
		return service
	}
	balance := func() siyu.Money {
		s, err := program(store).Statement(ctx, "lee", at)
		if err != nil {
			fmt.Println(err)
		}
		return s.Balance
	}
	_, err = program(store).Bind(ctx, referral.Bind{Request: "scan-1", Invitee: "ann", Inviter: "lee"})
	if err == nil {
		_, err = program(store).Qualify(ctx, referral.Qualify{Invitee: "ann", Key: "order-1", Amount: 20_000_00})
	}
	fmt.Println(balance(), err)

	refund := func(id string, books bool) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // after a commit it does nothing
		if _, err := tx.ExecContext(ctx, "INSERT INTO refunds VALUES (?)", id); err != nil {
			return err
		}
		if _, err := program(store.WithTx(tx)).Refund(ctx, referral.Refund{
			Key: "order-1", RefundKey: referral.Key(id), Amount: new(siyu.Money(5_000_00)),
		}); err != nil {
			return err
		}
		if !books {
			return fmt.Errorf("%s was not booked", id)
		}
		return tx.Commit()
	}
	fmt.Println(refund("refund-1", false), balance())
	fmt.Println(refund("refund-1", true), balance())
	// Output:
	// 10000 <nil>
	// refund-1 was not booked 10000
	// <nil> 7500
}
