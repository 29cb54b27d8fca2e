package funnel

// Progress tells how far the building of a log has come: first the events are
// read, then as many are laid out, duplicates included.
type Progress struct {
	Read int // events read so far; a Builder goes over those that it was given
	Laid int // events laid out so far
}

// progressEvery is after how many events a [LogOptions.Progress] is called.
const progressEvery = 1 << 16

// tell calls a function that may be nil.
func tell(progress func(Progress) error, p Progress) error {
	if progress == nil {
		return nil
	}
	return progress(p)
}
