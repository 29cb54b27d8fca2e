package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// engine is a peer in a node child process: peers/NAME.mjs, which takes one
// statement a line and answers with its rows and what it took.
type engine struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	dir string
}

// The packages of the engines, as peers/package.json has them.
var enginePackages = map[string]string{
	"chdb":      "chdb",
	"duckdb":    "@duckdb/node-api",
	"jsonrules": "json-rules-engine",
	"medusa":    "@medusajs/promotion",
	"zen":       "@gorules/zen-engine",
}

// openEngine starts an engine, runs the statements that build its tables, and
// returns a side whose answer is all integers of the query's rows.
func openEngine(name string, setup []string, query string) (s side, err error) {
	e, err := startEngine(name)
	if err != nil {
		return side{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.close())
		}
	}()
	var build cost
	for _, statement := range setup {
		_, took, err := e.run(statement)
		if err != nil {
			return side{}, err
		}
		build.Wall += took.Wall
		build.CPU += took.CPU
	}
	ask := func() ([]int64, cost, error) { return e.run(query) }
	return side{build: build, ask: ask, close: e.close}, nil
}

func startEngine(name string) (*engine, error) {
	if err := installPeers(enginePackages[name]); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "siyu-bench-")
	if err != nil {
		return nil, err
	}
	e := &engine{cmd: exec.Command("node", name+".mjs", dir), dir: dir}
	e.cmd.Dir = "peers"
	e.cmd.Stderr = os.Stderr
	if e.in, err = e.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := e.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	e.out = bufio.NewReader(stdout)
	if err := e.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w (Node.js is needed)", name, err)
	}
	return e, nil
}

// installPeers lets npm install the peers' packages if one is missing.
func installPeers(name string) error {
	if _, err := os.Stat(filepath.Join("peers", "node_modules", filepath.FromSlash(name))); err == nil {
		return nil
	}
	cmd := exec.Command("npm", "install", "--silent")
	cmd.Dir = "peers"
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("npm install in bench/peers: %w", err)
	}
	return nil
}

// run has the engine execute a statement and returns the integers of its rows.
func (e *engine) run(statement string) ([]int64, cost, error) {
	line, err := json.Marshal(statement)
	if err != nil {
		return nil, cost{}, err
	}
	if _, err := e.in.Write(append(line, '\n')); err != nil {
		return nil, cost{}, err
	}
	line, err = e.out.ReadBytes('\n')
	if err != nil {
		return nil, cost{}, fmt.Errorf("the engine went away: %w", err)
	}
	var answer struct {
		cost
		Rows  string `json:"rows"` // integers and arrays of them, as CSV
		Error string `json:"error"`
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return nil, cost{}, err
	}
	if answer.Error != "" {
		return nil, cost{}, errors.New(answer.Error)
	}
	var values []int64
	for _, field := range strings.FieldsFunc(answer.Rows, func(r rune) bool { return strings.ContainsRune(", \n\"[]", r) }) {
		v, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil, cost{}, fmt.Errorf("not an integer in the rows: %q", field)
		}
		values = append(values, v)
	}
	return values, answer.cost, nil
}

func (e *engine) close() error {
	return errors.Join(e.in.Close(), e.cmd.Wait(), os.RemoveAll(e.dir))
}

// csvFile makes a temporary file for an engine to load.
func csvFile(write func(out *bufio.Writer)) (name string, remove func(), err error) {
	file, err := os.CreateTemp("", "siyu-bench-*.csv")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.Remove(file.Name()) }
	out := bufio.NewWriter(file)
	write(out)
	if err := errors.Join(out.Flush(), file.Close()); err != nil {
		remove()
		return "", nil, err
	}
	return file.Name(), remove, nil
}

// mixSQL is gen.Mix(seed, number) in ClickHouse's SQL, as definitions for a
// WITH clause that end in the given name.
func mixSQL(seed uint64, name string) string {
	return fmt.Sprintf(`toUInt64(%[1]d) + (number + 1) * 0x9E3779B97F4A7C15 AS %[2]s0,
		bitXor(%[2]s0, bitShiftRight(%[2]s0, 30)) * 0xBF58476D1CE4E5B9 AS %[2]s1,
		bitXor(%[2]s1, bitShiftRight(%[2]s1, 27)) * 0x94D049BB133111EB AS %[2]s2,
		bitXor(%[2]s2, bitShiftRight(%[2]s2, 31)) AS %[2]s`, seed, name)
}
