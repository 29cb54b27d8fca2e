package clickhouse

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/siyu-go/siyu"
)

// DB is a ClickHouse server behind its HTTP interface. It is safe for
// concurrent use.
type DB struct {
	base    *url.URL
	options Options
}

// Options of [Open]; nil and zero fields mean the defaults.
type Options struct {
	Database string // the server's default database unless said
	User     string // with Password, sent as headers and never in the URL
	Password string
	Client   *http.Client      // http.DefaultClient unless said
	Settings map[string]string // of every query, such as max_threads
}

// Open returns a client of the server at rawURL, such as
// "http://127.0.0.1:8123". It does not connect.
func Open(rawURL string, options *Options) (*DB, error) {
	base, err := url.Parse(rawURL)
	if err != nil || (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" {
		return nil, siyu.Invalid("url", "is not an http or https address")
	}
	db := &DB{base: base}
	if options != nil {
		db.options = *options
	}
	if db.options.Client == nil {
		db.options.Client = http.DefaultClient
	}
	return db, nil
}

// ServerError is what ClickHouse answers to a query that it refuses.
type ServerError struct {
	Status  int    // of HTTP
	Message string // the server's, with its code
}

// Error writes the server's message.
func (e *ServerError) Error() string {
	return fmt.Sprintf("clickhouse: server answers %d: %s", e.Status, e.Message)
}

// query is SQL text with the values of its {name:Type} parameters.
type query struct {
	sql    string
	params map[string]string
	body   io.Reader // rows of an INSERT
}

// maxMessage bounds how much of an error page is read.
const maxMessage = 4096

// run sends a query and returns the answer, to be closed.
func (db *DB) run(ctx context.Context, q query) (io.ReadCloser, error) {
	address := *db.base
	values := address.Query()
	// Without this an error in the middle would come as part of a good answer.
	values.Set("wait_end_of_query", "1")
	if db.options.Database != "" {
		values.Set("database", db.options.Database)
	}
	for name, value := range db.options.Settings {
		values.Set(name, value)
	}
	for name, value := range q.params {
		values.Set("param_"+name, escapeParam(value))
	}
	body := q.body
	if body == nil {
		body = strings.NewReader(q.sql)
	} else {
		values.Set("query", q.sql)
	}
	address.RawQuery = values.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), body)
	if err != nil {
		return nil, fmt.Errorf("clickhouse: %w", err)
	}
	if db.options.User != "" {
		request.Header.Set("X-ClickHouse-User", db.options.User)
		request.Header.Set("X-ClickHouse-Key", db.options.Password)
	}
	response, err := db.options.Client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("clickhouse: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		message, _ := io.ReadAll(io.LimitReader(response.Body, maxMessage))
		_ = response.Body.Close()
		return nil, &ServerError{Status: response.StatusCode, Message: strings.TrimSpace(string(message))}
	}
	return response.Body, nil
}

// exec runs a query that answers nothing.
func (db *DB) exec(ctx context.Context, q query) (err error) {
	answer, err := db.run(ctx, q)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answer.Close()) }()
	_, err = io.Copy(io.Discard, answer)
	return err
}

// rows runs a query and calls each with every row, one JSON array a row.
func (db *DB) rows(ctx context.Context, q query, each func(row []json.RawMessage) error) (err error) {
	q.sql += " FORMAT JSONCompactEachRow"
	answer, err := db.run(ctx, q)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answer.Close()) }()
	decoder := json.NewDecoder(answer)
	for {
		var row []json.RawMessage
		if err := decoder.Decode(&row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("clickhouse: read answer: %w", err)
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

// escapeParam writes a parameter's value as the server reads it: in the escaped
// form of tab-separated text.
func escapeParam(s string) string {
	return strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n", "\r", "\\r", "\x00", "\\0").Replace(s)
}

// integer reads a number, which the server quotes if it has 64 bits.
func integer(raw json.RawMessage) (n int64, err error) {
	if err := json.Unmarshal(bytes.Trim(raw, `"`), &n); err != nil {
		return 0, fmt.Errorf("clickhouse: read number: %w", err)
	}
	return n, nil
}
