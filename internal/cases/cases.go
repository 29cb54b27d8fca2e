// Package cases runs the project's case files: inputs with the outcomes that
// the library must give, one folder per area. The formats are those of the
// specification; a field that the runner does not know is an error, and no
// case is ever treated by its id.
package cases

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ErrNotBuilt is what a run function answers for a feature that the library
// does not have yet. Such a case counts as neither passed nor failed.
var ErrNotBuilt = errors.New("not built")

// File is one case file, its cases still raw.
type File struct {
	Format       json.RawMessage   `json:"format"`
	Suite        string            `json:"suite"`
	Kind         string            `json:"kind"`
	Profile      string            `json:"profile"`
	Note         string            `json:"note"`
	About        string            `json:"about"`
	Count        int               `json:"count"` // of single checks; a case may hold several
	Source       json.RawMessage   `json:"source"`
	VerifiedWith json.RawMessage   `json:"verified_with"`
	Divergent    json.RawMessage   `json:"divergent"`
	Cases        []json.RawMessage `json:"cases"`
}

// Run runs every case file of an area as a subtest of t: those below testdata,
// or those of $SIYU_CASES/AREA where that variable names a folder. The run
// function answers nil for a pass, ErrNotBuilt, or an error that tells got from
// want. Each file ends with one line that counts.
func Run(t *testing.T, area string, run func(file File, raw json.RawMessage) error) {
	t.Helper()
	root := os.Getenv("SIYU_CASES")
	if root == "" {
		root = "testdata"
	}
	paths, err := filepath.Glob(filepath.Join(root, area, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Skipf("no case files in %s", filepath.Join(root, area))
	}
	slices.Sort(paths)
	for _, path := range paths {
		name := filepath.Base(path)
		t.Run(strings.TrimSuffix(name, ".json"), func(t *testing.T) {
			runFile(t, area+"/"+name, path, run)
		})
	}
}

func runFile(t *testing.T, label, path string, run func(File, json.RawMessage) error) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := Decode[File](data)
	if err != nil {
		t.Fatalf("%s: %v", label, err)
	}
	var passed, failed, missing int
	for i, raw := range file.Cases {
		switch err := guard(run, file, raw); {
		case err == nil:
			passed++
		case errors.Is(err, ErrNotBuilt):
			missing++
		default:
			failed++
			t.Errorf("%s: %s", id(raw, i), strings.ReplaceAll(err.Error(), "\n", " "))
		}
	}
	fmt.Printf("cases %s: %d passed, %d failed, %d not built\n", label, passed, failed, missing)
}

// guard turns a panic into a failed case, so that one case cannot hide others.
func guard(run func(File, json.RawMessage) error, file File, raw json.RawMessage) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return run(file, raw)
}

func id(raw json.RawMessage, index int) string {
	var c struct{ ID string }
	if err := json.Unmarshal(raw, &c); err != nil || c.ID == "" {
		return fmt.Sprintf("case %d", index)
	}
	return c.ID
}

// Decode reads JSON strictly: unknown fields and trailing data are errors.
// Numbers in fields of type any stay json.Number, so that 64-bit integers live.
func Decode[T any](data []byte) (T, error) {
	var v T
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return v, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return v, errors.New("data after the JSON value")
	}
	return v, nil
}

// Diff returns an error that tells got from want in one line, or nil if their
// JSON forms are equal.
func Diff(what string, got, want any) error {
	g, err := json.Marshal(got)
	if err != nil {
		return err
	}
	w, err := json.Marshal(want)
	if err != nil {
		return err
	}
	if bytes.Equal(g, w) {
		return nil
	}
	return fmt.Errorf("%s: got %s, want %s", what, g, w)
}
