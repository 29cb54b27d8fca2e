// Package journey leads people through messages over days: courses with
// check-ins (打卡) and graduation, flows of waits and branches, and messages
// that an event triggers.
//
// A [Course] is a number of days, each with a lesson at one time of the wall
// clock and a reminder at another for those who have not checked in; at the end
// whoever checked in often enough graduates. A [Flow] is a list of steps: send,
// wait, wait for an event, branch. A [Trigger] sends a message for every event,
// with a rider that caps may hold back.
//
// The state of one person in a course is an [Enrolment], in a flow a [Run].
// Both are plain values: a function takes one and an input or the time, and
// returns the next one with the messages to send.
//
//	e, sends := course.Enroll(entry, loc)
//	e, sends = course.Record(e, journey.Input{ID: "e1", Event: "checkin", At: at}, loc)
//	e, sends = course.Advance(e, now, loc) // lessons, reminders, graduation
//
// # Guarantees
//
// Inputs at an instant come before what is due at that instant, and an input
// whose id was seen before changes nothing. Every message has a key that is the
// same when the step is run again after a crash, so a channel that drops
// repeated keys delivers it once. What is late runs as of the instant at which
// it was due, so later waits do not drift.
//
// # Limits
//
// The package keeps no clock: the host calls Advance at or after [Enrolment.Due]
// or [Run.Due]. Whether a message may go out (caps, quiet hours) is asked of
// package campaign when it is sent.
package journey
