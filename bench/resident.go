package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
)

// resident is the memory of this process, against what it was at a beginning.
type resident struct{ before int64 }

// watchResident gives free memory back and begins. Linux only: elsewhere all
// figures are 0.
func watchResident() resident {
	memory() // its buffer is not the workload's
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // resets the peak
	return resident{processMemory("VmRSS:")}
}

// note returns the peak since, and what is held now, as a sentence.
func (r resident) note(customers uint64) string {
	debug.FreeOSMemory()
	held := processMemory("VmRSS:") - r.before
	return fmt.Sprintf("our memory: at most %d MB, %d MB held, %.2f bytes a customer",
		(processMemory("VmHWM:")-r.before)>>20, held>>20, float64(held)/float64(customers))
}

func processMemory(name string) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte(name))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(string(fields[0]), 10, 64)
	return kilobytes << 10
}
