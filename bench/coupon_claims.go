package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/coupon/claimlog"
)

// couponClaims: a crowd of 95,000 requests of some 90,000 people for 100,000
// seats, one each, every grant on disk before it is answered.
var couponClaims = workload{
	name:     "coupon/claims",
	peer:     "Redis with appendfsync always, a Lua script, 50 connections over loopback, their cpu included",
	goal:     8,
	openOurs: openClaimLog,
	openPeer: openRedisClaims,
	exact:    []int64{90825, 90825}, // granted, and in stock
}

const (
	claimRequests = 95000
	claimQuota    = 100000
)

func claimer(i uint64) uint64 { return gen.Mix(5, i) % (1 << 20) }

// crowd makes the requests from some clients at once, each with its own call,
// and returns how many were granted. The first error ends it.
func crowd(requests uint64, clients int, call func(client int, user uint64) (granted bool, err error)) (int64, error) {
	var next atomic.Uint64
	var granted atomic.Int64
	var group sync.WaitGroup
	failed := make(chan error, clients)
	for client := range clients {
		group.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= requests {
					return
				}
				ok, err := call(client, claimer(i))
				if err != nil {
					failed <- err
					next.Store(requests)
					return
				}
				if ok {
					granted.Add(1)
				}
			}
		})
	}
	group.Wait()
	close(failed)
	return granted.Load(), <-failed
}

func openClaimLog(scale float64) (side, error) {
	requests := scaled(claimRequests, scale)
	dir, err := os.MkdirTemp("", "siyu-bench-")
	if err != nil {
		return side{}, err
	}
	turn := 0
	s, err := inProcess(func() error { return nil }, func() ([]int64, error) {
		turn++
		log, err := claimlog.Open(filepath.Join(dir, strconv.Itoa(turn)), nil)
		if err != nil {
			return nil, err
		}
		if err := log.Offer("offer", claimQuota); err != nil {
			return nil, err
		}
		granted, err := crowd(requests, 256, func(_ int, user uint64) (bool, error) {
			claim, err := log.Claim(context.Background(), "offer", siyu.UserID(strconv.FormatUint(user, 10)))
			return claim.Outcome == claimlog.Granted, err
		})
		if err != nil {
			return nil, err
		}
		stock, err := log.Stock("offer")
		if err != nil {
			return nil, err
		}
		return []int64{granted, stock.Granted}, log.Close()
	})
	s.close = func() error { return os.RemoveAll(dir) }
	return s, err
}

// claimScript grants a seat of an offer to a user who has none yet.
const claimScript = `
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
return redis.call('SADD', KEYS[1], ARGV[1])`

func openRedisClaims(scale float64) (side, error) {
	const clients = 50
	requests := scaled(claimRequests, scale)
	server, err := startRedis("--appendonly", "yes", "--appendfsync", "always")
	if err != nil {
		return side{}, err
	}
	conns := make([]*redisConn, clients)
	for i := range conns {
		if conns[i], err = server.dial(); err != nil {
			return side{}, err
		}
	}
	turn := 0
	ask := func() ([]int64, cost, error) {
		turn++
		offer := "offer-" + strconv.Itoa(turn)
		sum, err := conns[0].text("SCRIPT", "LOAD", claimScript)
		if err != nil {
			return nil, cost{}, err
		}
		before, err := conns[0].cpu()
		if err != nil {
			return nil, cost{}, err
		}
		var granted int64
		took, err := measure(func() (err error) {
			granted, err = crowd(requests, clients, func(client int, user uint64) (bool, error) {
				n, err := conns[client].integer("EVALSHA", sum, "1", offer, strconv.FormatUint(user, 10), strconv.Itoa(claimQuota))
				return n == 1, err
			})
			return err
		})
		if err != nil {
			return nil, cost{}, err
		}
		after, err := conns[0].cpu()
		if err != nil {
			return nil, cost{}, err
		}
		took.CPU += after - before
		stock, err := conns[0].integer("SCARD", offer)
		return []int64{granted, stock}, took, err
	}
	closing := func() error {
		for _, c := range conns {
			if err := c.Close(); err != nil {
				return fmt.Errorf("redis: %w", err)
			}
		}
		return server.stop()
	}
	return side{ask: ask, close: closing}, nil
}
