package claimlog

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// recover reads the file back, cuts off a torn last block, and leaves the file
// at its end.
func (l *Log) recover(f *os.File, path string) error {
	data, err := io.ReadAll(f)
	if err != nil {
		return fmt.Errorf("claimlog: read: %w", err)
	}
	good, err := l.load(data)
	if err != nil {
		return err
	}
	if good == len(data) && good > 0 {
		return nil
	}
	if err := f.Truncate(int64(good)); err != nil {
		return fmt.Errorf("claimlog: cut off a torn block: %w", err)
	}
	if _, err := f.Seek(int64(good), io.SeekStart); err != nil {
		return fmt.Errorf("claimlog: %w", err)
	}
	if good == 0 { // new, or torn before its first block
		if _, err := f.WriteString(fileMagic); err != nil {
			return fmt.Errorf("claimlog: %w", err)
		}
	}
	return syncFile(f, path)
}

// load takes in a file's contents and returns the length of its good part.
func (l *Log) load(data []byte) (good int, err error) {
	if len(data) < len(fileMagic) && fileMagic[:len(data)] == string(data) {
		return 0, nil
	}
	if len(data) < len(fileMagic) || string(data[:len(fileMagic)]) != fileMagic {
		return 0, fmt.Errorf("%w: not a claim log", ErrCorrupt)
	}
	for good = len(fileMagic); good < len(data); {
		records, seq, size, whole := openBlock(data[good:])
		if !whole {
			if blockFollows(data[good+1:]) {
				return 0, fmt.Errorf("%w: at byte %d", ErrCorrupt, good)
			}
			return good, nil
		}
		if seq != l.seq+1 {
			return 0, fmt.Errorf("%w: block %d follows block %d at byte %d", ErrCorrupt, seq, l.seq, good)
		}
		if err := l.apply(records); err != nil {
			return 0, fmt.Errorf("%w: %w at byte %d", ErrCorrupt, err, good)
		}
		l.seq, good = seq, good+size
	}
	return good, nil
}

// apply takes in the records of one block.
func (l *Log) apply(records []byte) error {
	for len(records) > 0 {
		r, rest, err := nextRecord(records)
		if err != nil {
			return err
		}
		records = rest
		if r.kind == offerRecord {
			if l.offers[r.name] != nil {
				return errors.New("an offer is opened twice")
			}
			l.add(r.name, r.quota)
			continue
		}
		if r.offer >= uint64(len(l.names)) {
			return errors.New("a grant of no offer")
		}
		o := l.offers[l.names[r.offer]]
		if o.seats[r.user] != 0 {
			return errors.New("a user is granted twice")
		}
		if int64(len(o.users)) == o.quota {
			return errors.New("more grants than seats")
		}
		o.grant(r.user)
	}
	return nil
}

// syncFile makes the file and its name last.
func syncFile(f *os.File, path string) error {
	if err := f.Sync(); err != nil {
		return fmt.Errorf("claimlog: sync: %w", err)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("claimlog: sync: %w", err)
	}
	// Some systems cannot sync a directory; the file itself is safe.
	_ = dir.Sync()
	return dir.Close()
}
