package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Small logs are measured and drawn.
func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "growth.svg")
	if err := run("0.01,0.02", 1, file); err != nil {
		t.Fatal(err)
	}
	drawn, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(drawn), "<svg") {
		t.Fatalf("%.40q, %v", drawn, err)
	}
	if err := run("0", 1, ""); err == nil {
		t.Error("a log of no events was measured")
	}
}
