package coupon

import (
	"encoding/binary"
	"fmt"

	"github.com/siyu-go/siyu"
)

// Prize is one prize of a draw: how many there are, and how often a ticket hits
// it while there are any.
type Prize struct {
	ID    string `json:"id"`
	Stock int64  `json:"stock"`
	PPM   int64  `json:"ppm"` // chances in a million, as declared to the public
}

// Draw is a prize draw (抽奖) with declared odds and true stock. Tickets are
// numbered from 0 in the order they are drawn; what each wins is fixed by the
// seed, the name and the tickets before it, so the whole draw can be checked
// once the seed is open.
//
// A ticket that hits a prize of which none is left wins nothing: the odds that
// were declared hold while stock lasts, and no other prize becomes likelier.
//
// A Draw is not safe for concurrent use; the host numbers tickets in the step
// that stores them.
type Draw struct {
	seed   Seed
	name   string
	prizes []Prize
	next   uint64
}

const million = 1_000_000

// NewDraw begins a draw before its first ticket. Prizes without id or with one
// that is taken, negative numbers and odds of more than a million together are
// siyu.ErrInvalid.
func NewDraw(seed Seed, name string, prizes []Prize) (*Draw, error) {
	d := &Draw{seed: seed, name: name}
	ids, sum := make(map[string]bool), int64(0)
	for i, p := range prizes {
		path := fmt.Sprintf("prizes[%d]", i)
		if err := siyu.CheckID("id", p.ID); err != nil {
			return nil, siyu.Within(path, err)
		}
		switch {
		case ids[p.ID]:
			return nil, siyu.Invalid(path+".id", "is taken by an earlier prize")
		case p.Stock < 0:
			return nil, siyu.Invalid(path+".stock", "is negative")
		case p.PPM < 0 || p.PPM > million-sum:
			return nil, siyu.Invalid(path+".ppm", "%d makes the odds more than a million", p.PPM)
		}
		ids[p.ID] = true
		sum += p.PPM
		d.prizes = append(d.prizes, p)
	}
	return d, nil
}

// Ticket draws the next ticket and returns its number and the id of its prize,
// empty for none.
func (d *Draw) Ticket() (number uint64, prize string) {
	number = d.next
	d.next++
	hit := d.hit(number)
	for i := range d.prizes {
		p := &d.prizes[i]
		if hit -= p.PPM; hit >= 0 {
			continue
		}
		if p.Stock == 0 {
			return number, ""
		}
		p.Stock--
		return number, p.ID
	}
	return number, ""
}

// Prizes returns the prizes with the stock that is left.
func (d *Draw) Prizes() []Prize { return append([]Prize(nil), d.prizes...) }

// hit returns the ticket's number in a million, each as likely.
func (d *Draw) hit(number uint64) int64 {
	const fair = (1<<64 - 1) / million * million // numbers from here on would favour some
	for block := d.seed.derive("draw "+d.name, number); ; block = d.seed.derive(string(block[:]), number) {
		for i := 0; i < len(block); i += 8 {
			if n := binary.BigEndian.Uint64(block[i:]); n < fair {
				return int64(n % million)
			}
		}
	}
}

// VerifyDraw draws again with an opened seed and compares: the prizes of tickets
// 0, 1, 2 … as they were published. A seed that the commitment is not of, or a
// ticket that comes out differently, is siyu.ErrConflict.
func VerifyDraw(seed Seed, commitment, name string, prizes []Prize, published []string) error {
	if !seed.Opens(commitment) {
		return fmt.Errorf("coupon: draw: the seed is not the committed one: %w", siyu.ErrConflict)
	}
	d, err := NewDraw(seed, name, prizes)
	if err != nil {
		return err
	}
	for i, want := range published {
		if _, got := d.Ticket(); got != want {
			return fmt.Errorf("coupon: draw: ticket %d comes out differently: %w", i, siyu.ErrConflict)
		}
	}
	return nil
}
