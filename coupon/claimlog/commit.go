package claimlog

import (
	"errors"
	"fmt"
)

// commit is a group of records that reach the disk together.
type commit struct {
	records []byte        // after room for the block's header
	joined  int           // claimers who wait for it and may lead it
	lead    chan struct{} // tells one of them to write the group
	done    chan struct{} // closed when the group is on disk or has failed
	err     error         // set before done is closed
}

func newCommit() *commit {
	return &commit{
		records: make([]byte, headerSize, 4096),
		lead:    make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
}

// settled is the commit of what was read back from the file.
var settled = func() *commit {
	c := newCommit()
	close(c.done)
	return c
}()

func (c *commit) wait() error {
	<-c.done
	return c.err
}

// commit brings the pending group c to the disk and returns when it is there.
// It is called with the lock held and lets go of it. Whoever finds nobody
// writing leads: he writes and syncs the whole group while the next one
// gathers, and then passes the lead to one of that.
func (l *Log) commit(c *commit) error {
	c.joined++
	if l.writing {
		l.mu.Unlock()
		select {
		case <-c.done:
			return c.err
		case <-c.lead:
		}
		l.mu.Lock()
	}
	l.writing = true
	l.pending = newCommit()
	l.mu.Unlock()

	err := l.write(c)

	l.mu.Lock()
	defer l.mu.Unlock()
	c.finish(err)
	next := l.pending
	switch {
	case err != nil:
		if !errors.Is(l.err, ErrClosed) {
			l.err = err
		}
		next.finish(err)
		l.pending, l.writing = newCommit(), false
	case next.joined > 0:
		next.lead <- struct{}{}
	default:
		l.writing = false
	}
	return err
}

func (c *commit) finish(err error) {
	c.err = err
	close(c.done)
}

// write appends the group as one block.
func (l *Log) write(c *commit) error {
	if len(c.records) == headerSize {
		return nil
	}
	l.seq++ // only the leader is here
	sealBlock(c.records, l.seq)
	if _, err := l.file.Write(c.records); err != nil {
		return fmt.Errorf("%w: %w", ErrFailed, err)
	}
	if l.options.NoSync {
		return nil
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("%w: %w", ErrFailed, err)
	}
	return nil
}
