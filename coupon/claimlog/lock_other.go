//go:build !unix

package claimlog

import "os"

// lock does nothing where the system has no advisory locks: the host sees to it
// that one process has the log.
func lock(*os.File) error { return nil }
