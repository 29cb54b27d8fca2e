package sqlstore

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"time"
)

// retry runs fn again while it fails for losing to others.
func (s *Store) retry(ctx context.Context, fn func() error) error {
	for attempt := 0; ; attempt++ {
		err := fn()
		if err == nil || attempt >= s.options.Retries || !s.retryable(err) {
			return err
		}
		pause := time.NewTimer(rand.N(time.Millisecond << min(attempt, 7)))
		select {
		case <-ctx.Done():
			pause.Stop()
			return errors.Join(ctx.Err(), err)
		case <-pause.C:
		}
	}
}

// Answers that ask to run the transaction again.
var (
	retryStates = map[string]bool{"40001": true, "40P01": true, "55P03": true} // PostgreSQL: serialization, deadlock, lock
	retryTexts  = []string{"Error 1213", "Error 1205"}                         // MySQL: deadlock, lock wait timeout
	busyCodes   = map[int]bool{5: true, 6: true}                               // SQLite: SQLITE_BUSY, SQLITE_LOCKED
)

func (s *Store) retryable(err error) bool {
	if s.options.Retryable != nil && s.options.Retryable(err) {
		return true
	}
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		return retryStates[state.SQLState()]
	}
	var code interface{ Code() int }
	if s.dialect == SQLite && errors.As(err, &code) {
		return busyCodes[code.Code()&0xff] // the low byte is the primary code
	}
	if s.dialect == MySQL {
		for _, text := range retryTexts {
			if strings.Contains(err.Error(), text) {
				return true
			}
		}
	}
	return false
}

// answered reports whether the server itself refused: then nothing happened.
func answered(err error) bool {
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		// Class 08 is a lost connection, 57P a server that goes down.
		return !strings.HasPrefix(state.SQLState(), "08") && !strings.HasPrefix(state.SQLState(), "57P")
	}
	return false
}
