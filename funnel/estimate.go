package funnel

import "runtime"

// LogSize is what the memory of a log depends on, as far as it is known before
// the log is built.
type LogSize struct {
	Events int
	Users  int
	Props  int // event properties that are kept, with $channel, $domain and $value where they occur
	// UserProps is how many properties [LogOptions.UserProps] returns.
	UserProps int
	IDBytes   int  // mean length of the event ids
	UserBytes int  // mean length of the user ids
	DropIDs   bool // as in [LogOptions]
}

// Memory is what a log takes, in bytes.
type Memory struct {
	Log      int // while it is there
	Building int // in use at most while it is built, the log included
}

// EstimateLog tells what [NewLog] will take, before it takes it. Log is right
// to a quarter, and Building is not exceeded, if the size is right, of an event
// id and a user each id has memory of its own, and texts of properties are few:
// each different one takes about 60 bytes and its length. What the garbage
// collector has not yet given back comes on top, by default as much again as is
// in use.
func EstimateLog(s LogSize) Memory {
	texts := s.Events*allocated(s.IDBytes) + s.Users*allocated(s.UserBytes)
	people := s.Users * (16 + 40 + 4 + 4*s.UserProps) // id, place in the table of ids, position, properties
	columns := s.Events * (4 + 1 + 4*s.Props)         // instant, name, properties
	ids := s.Events * 16

	gathered := grown(s.Events*(4+8+2+16+4*s.Props)) + texts + grown(people)
	scratch := 4 * (2*s.Events + 3*s.Users)
	m := Memory{Log: texts + people + columns + ids}
	m.Building = gathered + scratch + columns + ids
	if s.DropIDs {
		m.Log -= ids + s.Events*allocated(s.IDBytes)
		m.Building -= ids
	}
	return m
}

// EstimateBuilder tells what [Builder.Log] will take for a number of events and
// users. Log is right to a tenth and a few kilobytes; Building is not exceeded,
// and counts the events as given to [Builder.Add]: it is 9 bytes an event less
// with [Builder.AddColumns].
func EstimateBuilder(events, users int) Memory {
	log := 5*events + 4*users + users/8
	workers := min(runtime.GOMAXPROCS(0), events/pieceSize+1)
	buffers := 8 * min(workers*events, batchSize+workers*pieceSize)
	return Memory{Log: log, Building: log + 4*users + buffers + 9*(events+pieceSize) + 64<<10}
}

// grown is the room of slices that grew to a size.
func grown(size int) int { return size + size/4 }

// allocated is what the text of an id takes: its length up to the next size of
// the allocator.
func allocated(length int) int { return (length + 15) / 16 * 16 }
