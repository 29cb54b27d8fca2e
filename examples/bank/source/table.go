// Package source reads the bank's two input files, and generates customers
// where the real ones are too few. Reading is strict and all or nothing: the
// first cell that is not what it should be refuses the whole file.
package source

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// CellError is a cell that breaks the format of its file. It does not quote
// what the cell holds: that may be personal data.
type CellError struct {
	File   string
	Line   int    // 1-based line in the file, the header included
	Column int    // 1-based column, 0 if the row as a whole is wrong
	Name   string // of the column
	Want   string // what was expected there
}

// Error writes "FILE:LINE: column N (NAME): want WHAT".
func (e *CellError) Error() string {
	if e.Column == 0 {
		return fmt.Sprintf("%s:%d: want %s", e.File, e.Line, e.Want)
	}
	return fmt.Sprintf("%s:%d: column %d (%s): want %s", e.File, e.Line, e.Column, e.Name, e.Want)
}

// table is a CSV file with a fixed header.
type table struct {
	file    string
	columns []string
}

// rows hands each row below the header to read, and ends at the first error.
// Gzip is recognised by its first bytes.
func (t table) rows(r io.Reader, read func(*row)) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("%s: %w", t.file, err)
	}
	if data, err = gunzip(data); err != nil {
		return fmt.Errorf("%s: %w", t.file, err)
	}
	reader := csv.NewReader(bytes.NewReader(data))
	reader.FieldsPerRecord = -1
	reader.ReuseRecord = true
	header, err := reader.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return t.broken(err)
	}
	if !slices.Equal(header, t.columns) {
		return &CellError{File: t.file, Line: 1, Want: "the header " + strings.Join(t.columns, ",")}
	}
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return t.broken(err)
		}
		line, _ := reader.FieldPos(0)
		if len(cells) != len(t.columns) {
			return &CellError{File: t.file, Line: line, Want: fmt.Sprintf("%d columns, not %d", len(t.columns), len(cells))}
		}
		row := &row{table: t, line: line, cells: cells}
		if read(row); row.err != nil {
			return row.err
		}
	}
}

func (t table) broken(err error) error {
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		return &CellError{File: t.file, Line: parse.Line, Want: "a row of CSV: " + parse.Err.Error()}
	}
	return fmt.Errorf("%s: %w", t.file, err)
}

func gunzip(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// row is one line of a table. Its methods read a cell by the index of its
// column and keep the first thing that is wrong.
type row struct {
	table
	line  int
	cells []string
	err   error
}

// oneOf reads a cell that must be one of the words.
func (r *row) oneOf(column int, words ...string) string {
	cell := r.cells[column]
	if i := slices.Index(words, cell); i >= 0 {
		return words[i] // shared, so a million rows keep one copy
	}
	r.refuse(column, "one of "+strings.Join(words, ", "))
	return ""
}

// number reads a whole number within [low, high].
func (r *row) number(column, low, high int) int {
	n, err := strconv.Atoi(r.cells[column])
	if err != nil || n < low || n > high {
		r.refuse(column, fmt.Sprintf("a whole number from %d to %d", low, high))
		return 0
	}
	return n
}

func (r *row) refuse(column int, want string) {
	if r.err == nil {
		r.err = &CellError{File: r.file, Line: r.line, Column: column + 1, Name: r.columns[column], Want: want}
	}
}
