package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// referralConn reads and writes the rows of one program within a step. The
// context is the step's.
type referralConn struct {
	ctx     context.Context //nolint:containedctx // a View is made for one step, and ends with it
	c       *conn
	program referral.ProgramID
	lock    bool
}

var _ referral.View = (*referralConn)(nil)

// where is the beginning of every condition, with its arguments.
const where = " WHERE tenant = ? AND program = ? AND "

func (x *referralConn) args(more ...any) []any {
	return append([]any{x.c.tenant, string(x.program)}, more...)
}

// Totals locks the program's row in a step, and makes it first if need be, so
// that steps of a program are serial.
func (x *referralConn) Totals() (referral.Totals, error) {
	if !x.lock {
		t, _, err := x.totals(x.c.row)
		return t, err
	}
	t, found, err := x.totals(x.c.lockRow)
	if err != nil || found {
		return t, err
	}
	if _, err := x.c.insertNew(x.ctx, "siyu_referral_programs", []string{"tenant", "program", "terms", "seq", "at", "net"},
		x.args("", 0, noTime, 0)...); err != nil {
		return t, err
	}
	t, _, err = x.totals(x.c.lockRow)
	return t, err
}

func (x *referralConn) totals(row func(context.Context, string, []any, ...any) (bool, error)) (t referral.Totals, found bool, err error) {
	at := int64(noTime)
	found, err = row(x.ctx, "SELECT terms, seq, at, net FROM siyu_referral_programs WHERE tenant = ? AND program = ?",
		x.args(), &t.Terms, &t.Seq, &at, &t.Net)
	t.At = instant(at)
	return t, found, err
}

func (x *referralConn) Person(id siyu.UserID) (referral.Person, error) {
	list, err := x.people("person = ?", string(id))
	if err != nil || len(list) == 0 {
		return referral.Person{ID: id}, err
	}
	return list[0], nil
}

func (x *referralConn) people(condition string, args ...any) (list []referral.Person, err error) {
	err = x.c.each(x.ctx, "SELECT person, existing, disabled, signals, pending, held, balance, paid FROM siyu_referral_people"+
		where+condition, x.args(args...), func(scan func(...any) error) error {
		var (
			p                  referral.Person
			existing, disabled int64
			signals            string
		)
		if err := scan(&p.ID, &existing, &disabled, &signals, &p.Pending, &p.Held, &p.Balance, &p.Paid); err != nil {
			return fmt.Errorf("sqlstore: read person: %w", err)
		}
		if signals != "" {
			if err := json.Unmarshal([]byte(signals), &p.Signals); err != nil {
				return fmt.Errorf("sqlstore: read person: %w", err)
			}
		}
		p.Existing, p.Disabled = existing != 0, disabled != 0
		list = append(list, p)
		return nil
	})
	return list, err
}

func (x *referralConn) Tally(person siyu.UserID, series string) (t referral.Tally, err error) {
	t.Person, t.Series = person, series
	_, err = x.c.row(x.ctx, "SELECT n, amount FROM siyu_referral_tallies"+where+"person = ? AND series = ?",
		x.args(string(person), series), &t.N, &t.Amount)
	return t, err
}

func (x *referralConn) Touches(invitee siyu.UserID, after time.Time) (list []referral.Touch, err error) {
	err = x.c.each(x.ctx, "SELECT inviter, at FROM siyu_referral_touches"+where+"invitee = ? AND at > ? ORDER BY seq",
		x.args(string(invitee), micros(after)), func(scan func(...any) error) error {
			t, at := referral.Touch{Invitee: invitee}, int64(0)
			if err := scan(&t.Inviter, &at); err != nil {
				return fmt.Errorf("sqlstore: read touch: %w", err)
			}
			t.At = instant(at)
			list = append(list, t)
			return nil
		})
	return list, err
}

func (x *referralConn) Binding(invitee siyu.UserID) (*referral.Binding, error) {
	b := referral.Binding{Invitee: invitee}
	var at, held int64
	found, err := x.c.row(x.ctx, "SELECT inviter, at, held FROM siyu_referral_bindings"+where+"invitee = ?",
		x.args(string(invitee)), &b.Inviter, &at, &held)
	if err != nil || !found {
		return nil, err
	}
	b.At, b.Held = instant(at), held != 0
	return &b, nil
}

// climb is how many ancestors one query looks at: MySQL and MariaDB end
// recursions at 1000, the latter without an error. The query says CROSS JOIN
// because SQLite takes such joins in the order written; left to itself it reads
// the whole program for every ancestor.
const climb = 256

// Descends lets the database climb, again and again from where it stopped.
// Expired bindings may close a circle: it ends where it has been before.
func (x *referralConn) Descends(person, ancestor siyu.UserID, since time.Time) (bool, error) {
	var one int64
	found, err := x.c.row(x.ctx, "SELECT 1 FROM siyu_referral_bindings"+where+"inviter = ? LIMIT 1", x.args(string(ancestor)), &one)
	if err != nil || !found {
		return false, err // nobody descends from somebody without invitees
	}
	been := map[siyu.UserID]bool{}
	for top := false; !top; {
		args := append(x.args(string(person), micros(since)), x.args(micros(since), climb)...)
		top = true
		err := x.c.each(x.ctx, "WITH RECURSIVE ancestors (person, level) AS ("+
			"SELECT inviter, 1 FROM siyu_referral_bindings"+where+"invitee = ? AND at > ?"+
			" UNION ALL SELECT b.inviter, a.level + 1 FROM ancestors a CROSS JOIN siyu_referral_bindings b"+
			" WHERE b.tenant = ? AND b.program = ? AND b.invitee = a.person AND b.at > ? AND a.level < ?)"+
			" SELECT person, level FROM ancestors ORDER BY level", args, func(scan func(...any) error) error {
			level := 0
			if err := scan(&person, &level); err != nil {
				return fmt.Errorf("sqlstore: read ancestor: %w", err)
			}
			top = level < climb || been[person]
			been[person] = true
			return nil
		})
		if err != nil {
			return false, err
		}
	}
	return been[ancestor], nil
}

func (x *referralConn) Binds(inviter siyu.UserID, after time.Time) (n int64, err error) {
	_, err = x.c.row(x.ctx, "SELECT COUNT(*) FROM siyu_referral_binds"+where+"inviter = ? AND at > ?",
		x.args(string(inviter), micros(after)), &n)
	return n, err
}

// Siblings begins with those who share the value: they are few.
func (x *referralConn) Siblings(q referral.SiblingQuery) (n int64, err error) {
	args := append(x.args(q.Signal, q.Value, string(q.Except)), x.args(string(q.Inviter), micros(q.Since))...)
	_, err = x.c.row(x.ctx, "SELECT COUNT(*) FROM siyu_referral_signals s CROSS JOIN siyu_referral_bindings b"+
		" WHERE s.tenant = ? AND s.program = ? AND s.signal_name = ? AND s.signal_value = ? AND s.person <> ?"+
		" AND b.tenant = ? AND b.program = ? AND b.invitee = s.person AND b.inviter = ? AND b.at > ?", args, &n)
	return n, err
}

func (x *referralConn) Qualification(key referral.Key) (*referral.Qualification, error) {
	list, err := x.qualifications("order_key = ?", string(key))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func (x *referralConn) Qualifications(invitee siyu.UserID) ([]referral.Qualification, error) {
	return x.qualifications("invitee = ? ORDER BY seq", string(invitee))
}

func (x *referralConn) qualifications(condition string, args ...any) (list []referral.Qualification, err error) {
	err = x.c.each(x.ctx, "SELECT order_key, seq, invitee, level1, level2, amount, remaining, at, live, held"+
		" FROM siyu_referral_qualifications"+where+condition, x.args(args...), func(scan func(...any) error) error {
		var (
			q              referral.Qualification
			at, live, held int64
		)
		if err := scan(&q.Key, &q.Seq, &q.Invitee, &q.Level1, &q.Level2, &q.Amount, &q.Remaining, &at, &live, &held); err != nil {
			return fmt.Errorf("sqlstore: read qualification: %w", err)
		}
		q.At, q.Live, q.Held = instant(at), live != 0, held != 0
		list = append(list, q)
		return nil
	})
	return list, err
}

func (x *referralConn) Refunded(refundKey referral.Key) (*referral.Refund, error) {
	r := referral.Refund{RefundKey: refundKey}
	var (
		at     int64
		amount *int64
	)
	found, err := x.c.row(x.ctx, "SELECT order_key, amount, at FROM siyu_referral_refunds"+where+"refund_key = ?",
		x.args(string(refundKey)), &r.Key, &amount, &at)
	if err != nil || !found {
		return nil, err
	}
	r.At = instant(at)
	if amount != nil {
		r.Amount = new(siyu.Money(*amount))
	}
	return &r, nil
}

func (x *referralConn) Awards(key referral.Key) ([]referral.Award, error) {
	return x.awards("order_key = ? ORDER BY rule_id", string(key))
}

func (x *referralConn) Series(q referral.SeriesQuery) ([]referral.Award, error) {
	return x.awards("person = ? AND rule_id = ? AND series = ? AND seq >= ? AND step >= ? AND live = 1 ORDER BY seq",
		string(q.Person), q.Rule, q.Series, q.FromSeq, q.FromStep)
}

func (x *referralConn) Due(person siyu.UserID, at time.Time, limit int) ([]referral.Award, error) {
	condition := "bucket = ? AND due <= ? AND granted > 0"
	args := []any{string(referral.Pending), micros(at)}
	if person != "" {
		condition += " AND person = ?"
		args = append(args, string(person))
	}
	condition += " ORDER BY due, seq, rule_id"
	if limit > 0 {
		condition += " LIMIT ?"
		args = append(args, limit)
	}
	return x.awards(condition, args...)
}

func (x *referralConn) awards(condition string, args ...any) (list []referral.Award, err error) {
	err = x.c.each(x.ctx, "SELECT order_key, rule_id, person, role_name, series, seq, step, at, due, base, amount, want, granted,"+
		" refused, bucket, live FROM siyu_referral_awards"+where+condition, x.args(args...), func(scan func(...any) error) error {
		var (
			a                      referral.Award
			at, due, refused, live int64
		)
		if err := scan(&a.Qualification, &a.Rule, &a.Person, &a.Role, &a.Series, &a.Seq, &a.Step, &at, &due, &a.Base, &a.Amount,
			&a.Want, &a.Granted, &refused, &a.Bucket, &live); err != nil {
			return fmt.Errorf("sqlstore: read award: %w", err)
		}
		a.At, a.Due, a.Refused, a.Live = instant(at), instant(due), refused != 0, live != 0
		list = append(list, a)
		return nil
	})
	return list, err
}
