package source

import (
	"fmt"
	"io"
	"time"
	_ "time/tzdata" // the loan log's zone is needed on machines without one

	"github.com/siyu-go/siyu"
)

// Work is one completed work item of a loan application.
type Work struct {
	Case siyu.UserID
	Item int // place in the case, from 1
	Name string
	At   time.Time
}

// The work items of the loan log, as event names.
const (
	Lead        = "loan.lead"        // Afhandelen leads
	Fraud       = "loan.fraud"       // Beoordelen fraude
	Application = "loan.application" // Completeren aanvraag
	Dossier     = "loan.dossier"     // Nabellen incomplete dossiers
	OfferCall   = "loan.offer_call"  // Nabellen offertes
	Validation  = "loan.validation"  // Valideren aanvraag
)

var (
	workNames   = []string{Lead, Fraud, Application, Dossier, OfferCall, Validation}
	loanColumns = []string{"CaseID", "ActivityID", "CompleteTimestamp"}
)

// LoanZone is where the loan log's local times are taken to be. The file does
// not say.
const LoanZone = "Europe/Amsterdam"

const localTime = "2006-01-02 15:04:05"

// Loans reads the loan log, plain or gzipped, as [Customers] reads its file.
// Within a case times must not decrease.
func Loans(name string, r io.Reader) ([]Work, error) {
	zone, err := time.LoadLocation(LoanZone)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var (
		works []Work
		last  = map[int]Work{}
	)
	err = table{name, loanColumns}.rows(r, func(row *row) {
		id := row.number(0, 1, 1<<40)
		activity := row.number(1, 1, len(workNames))
		at, err := time.ParseInLocation(localTime, row.cells[2], zone)
		if err != nil {
			row.refuse(2, "a local time such as 2011-10-01 19:45:13")
		}
		if row.err != nil {
			return
		}
		before, known := last[id]
		if known && at.Before(before.At) {
			row.refuse(2, "a time not before the case's previous row")
			return
		}
		work := Work{Case: before.Case, Item: before.Item + 1, Name: workNames[activity-1], At: siyu.Instant(at)}
		if !known {
			work.Case = siyu.UserID(fmt.Sprintf("loan%d", id))
		}
		last[id] = work
		works = append(works, work)
	})
	if err != nil {
		return nil, err
	}
	return works, nil
}
