package clickhouse_test

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
	"testing"
	"time"

	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/segmenttest"
)

// The SQL of a rule selects on ClickHouse whom the rule holds for.
func TestSegmentSQL(t *testing.T) {
	address, database := server(t)
	segmenttest.TestSQL(t, people{address, database + ".people"})
}

// people is a table behind ClickHouse's HTTP interface.
type people struct{ address, table string }

func (people) Dialect() segment.Dialect { return segment.ClickHouse }

func (p people) Load(ctx context.Context, rows []segmenttest.Row) error {
	_, err := p.post(ctx, "CREATE TABLE "+p.table+` (id Int64, follow Nullable(Bool), age Nullable(Int64), balance Nullable(Int64),
		city Nullable(String), seen Nullable(Int64), tags Nullable(String), app Nullable(String), ip Nullable(String), seen_at Nullable(DateTime64(6, 'UTC')))
		ENGINE = MergeTree ORDER BY id`, nil)
	if err != nil {
		return err
	}
	var body strings.Builder
	body.WriteString("INSERT INTO " + p.table + " FORMAT JSONEachRow\n")
	for _, r := range rows {
		data, err := json.Marshal(struct {
			segmenttest.Row
			Tags   *string `json:"tags"`
			SeenAt *string `json:"seen_at"`
		}{r, list(r.Tags), stamp(r.SeenAt)})
		if err != nil {
			return err
		}
		body.Write(append(data, '\n'))
	}
	_, err = p.post(ctx, body.String(), nil)
	return err
}

func (p people) LoadEvents(ctx context.Context, rows []segmenttest.EventRow) (string, error) {
	events := p.table + "_events"
	_, err := p.post(ctx, "CREATE TABLE "+events+` (user Int64, name String, at Int64, stamp DateTime64(6, 'UTC'), value Int64,
		sku Nullable(String), points Nullable(Int64)) ENGINE = MergeTree ORDER BY user`, nil)
	if err != nil {
		return "", err
	}
	var body strings.Builder
	body.WriteString("INSERT INTO " + events + " FORMAT JSONEachRow\n")
	for _, r := range rows {
		data, err := json.Marshal(struct {
			segmenttest.EventRow
			Stamp *string `json:"stamp"`
		}{r, stamp(&r.Stamp)})
		if err != nil {
			return "", err
		}
		body.Write(append(data, '\n'))
	}
	_, err = p.post(ctx, body.String(), nil)
	return events, err
}

// list writes a JSON array, or NULL.
func list(texts []string) *string {
	if texts == nil {
		return nil
	}
	data, _ := json.Marshal(texts) // texts have a JSON form
	out := string(data)
	return &out
}

func stamp(at *time.Time) *string {
	if at == nil {
		return nil
	}
	out := at.Format("2006-01-02 15:04:05.000000")
	return &out
}

func (p people) Select(ctx context.Context, where segment.Where) (ids []int, err error) {
	params := url.Values{}
	for i, arg := range where.Args {
		if at, ok := arg.(time.Time); ok {
			arg = *stamp(&at)
		}
		params.Set(fmt.Sprint("param_a", i+1), strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n").Replace(fmt.Sprint(arg)))
	}
	answer, err := p.post(ctx, "SELECT id FROM "+p.table+" WHERE "+where.Text+" ORDER BY id FORMAT JSONCompactEachRow", params)
	if err != nil {
		return nil, err
	}
	for d := json.NewDecoder(bytes.NewReader(answer)); ; {
		var row [1]json.RawMessage
		if err := d.Decode(&row); errors.Is(err, io.EOF) {
			return ids, nil
		} else if err != nil {
			return nil, err
		}
		id, err := number(row[0])
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
}

func (p people) post(ctx context.Context, text string, params url.Values) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.address+"?"+params.Encode(), strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(string(answer))
	}
	return answer, err
}

func number(raw json.RawMessage) (n int, err error) {
	err = json.Unmarshal(bytes.Trim(raw, `"`), &n)
	return n, err
}
