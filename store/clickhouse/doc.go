// Package clickhouse answers funnels inside ClickHouse, for event streams that
// one machine does not hold. It speaks ClickHouse's HTTP interface with
// server-side parameters and needs no driver.
//
//	db, err := clickhouse.Open("http://127.0.0.1:8123", &clickhouse.Options{Database: "siyu"})
//	err = db.CreateTable(ctx, clickhouse.Events{Table: "events"})
//	last, err := db.Export(ctx, clickhouse.Events{Table: "events"}, store.Events(), 0)
//	result, err := db.Funnel(ctx, clickhouse.Events{Table: "events"}, definition)
//
// A definition gives the same counts here as [funnel.Run] gives in process, on
// the same events; the tests hold the two against each other on the real
// engine. What ClickHouse cannot express exactly is refused with
// [*UnsupportedError], which names the part of the definition: nothing is ever
// approximated in silence.
//
// The table may be plain or Distributed; the SQL is the same, and exact however
// the table is sharded: the shards send what they know of each user, and it is put
// together where the query was asked. Where every user lies on one shard,
// [Events.ShardedByUser] lets the shards finish their users.
//
// It needs ClickHouse 21.8 or later, for maps, parameters and windowFunnel's
// strict_once; an older server refuses with [*ServerError].
package clickhouse
