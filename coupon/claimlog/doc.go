// Package claimlog hands out a fixed number of seats to a crowd (秒杀) from one
// process, each grant on disk before its claimer hears of it.
//
// A database row that everybody updates grants a few thousand seats a second.
// A Log keeps the offers and their claimers in memory and appends each grant to
// a file; claims that arrive together are written and synced together (group
// commit), so the disk's latency is shared and not queued for.
//
//	log, err := claimlog.Open("flash.log", nil)
//	err = log.Offer("wednesday-half-price", 10_000)
//	claim, err := log.Claim(ctx, "wednesday-half-price", user)
//	if claim.Outcome == claimlog.SoldOut { … }
//
// Promises: no more grants than seats, one seat a user and offer, the same
// answer however often a user asks, and no acknowledged grant lost when the
// process or the machine dies: a torn last block is cut off when the log is
// opened again, and a damaged one anywhere else is refused as [ErrCorrupt].
// When a write or sync fails the log stops for good with [ErrFailed], because
// what the disk kept is known only by reading it again.
//
// Limits: one process at a time, all claimers of the offers in memory (about
// 100 bytes each). Carry the grants into the host's database with [Log.Grants];
// their numbers make that idempotent.
package claimlog
