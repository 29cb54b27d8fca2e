package claimlog_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon/claimlog"
)

const childVariable = "SIYU_CLAIMLOG_CHILD"

// Processes that claim without end are killed with SIGKILL at a random
// acknowledgement: none that was acknowledged is lost, no seat is given twice.
func TestKill(t *testing.T) {
	if path := os.Getenv(childVariable); path != "" {
		claimUntilKilled(path)
		return
	}
	kills := 25
	if os.Getenv("SIYU_SOAK") != "" {
		kills = 2000
	}
	path := filepath.Join(t.TempDir(), "log")
	told := make(map[siyu.UserID]int64) // what claimers were answered, over all lives
	for range kills {
		for user, number := range runAndKill(t, path, 1+rand.IntN(400)) {
			if known, ok := told[user]; ok && known != number {
				t.Fatalf("%s was told seat %d and then %d", user, known, number)
			}
			told[user] = number
		}
	}
	l := openLog(t, path)
	seats := make(map[siyu.UserID]int64)
	var last int64
	for g, err := range l.Grants() {
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := seats[g.User]; twice || g.Number != last+1 {
			t.Fatalf("seat %d of %s follows seat %d", g.Number, g.User, last)
		}
		seats[g.User], last = g.Number, g.Number
	}
	for user, number := range told {
		if seats[user] != number {
			t.Errorf("%s was told seat %d, the log has %d", user, number, seats[user])
		}
	}
	if len(told) == 0 {
		t.Error("no claim was acknowledged: nothing was tested")
	}
	t.Logf("%d kills, %d acknowledged, %d granted", kills, len(told), len(seats))
}

// runAndKill starts a process and kills it once it has acknowledged n claims.
func runAndKill(t *testing.T, path string, n int) map[siyu.UserID]int64 {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKill$")
	cmd.Env = append(os.Environ(), childVariable+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	told := make(map[siyu.UserID]int64)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		user, number, ok := strings.Cut(lines.Text(), " ")
		seat, err := strconv.ParseInt(number, 10, 64)
		if !ok || err != nil {
			t.Fatalf("child says %q", lines.Text())
		}
		told[siyu.UserID(user)] = seat
		if len(told) == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		} // and read on: what was written before the kill was acknowledged too
	}
	_ = cmd.Wait() // killed
	if len(told) < n {
		t.Fatalf("the child ended after %d of %d claims", len(told), n)
	}
	return told
}

// claimUntilKilled claims for new users and for those of earlier lives, and
// prints each answer in one write.
func claimUntilKilled(path string) {
	l, err := claimlog.Open(path, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := l.Offer("x", 1<<40); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				user := siyu.UserID(strconv.Itoa(rand.IntN(200_000)))
				c, err := l.Claim(context.Background(), "x", user)
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				if _, err := fmt.Fprintf(os.Stdout, "%s %d\n", user, c.Number); err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
}
