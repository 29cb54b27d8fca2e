package campaign_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

const policyJSON = `{
  "caps": [{"id": "month", "limit": "days_in_month", "window": {"kind": "calendar", "unit": "month"}, "match": {"channels": ["wecom"]}},
           {"id": "day", "limit": 3, "window": {"kind": "rolling", "seconds": 86400}}],
  "quiet": {"windows": [{"start": "22:00", "end": "08:00", "days": ["fri"]}], "policy": "drop"},
  "consent_required": ["sms"], "fallback_zone": "Asia/Shanghai"}`

func TestParsePolicy(t *testing.T) {
	p, err := campaign.ParsePolicy([]byte(policyJSON))
	if err != nil {
		t.Fatal(err)
	}
	if p.Caps[0].Limit != campaign.DaysInMonth || p.Quiet.Policy != campaign.DropQuiet {
		t.Errorf("got %+v", p)
	}
	for field, data := range map[string]string{
		"policy.cap":                 `{"cap": []}`,
		"policy.caps[0].window.kind": `{"caps": [{"id": "x", "limit": 1, "window": {}}]}`,
		"policy.limit":               `{"caps": [{"id": "x", "limit": 1.5, "window": {"kind": "rolling", "seconds": 1}}]}`,
		"policy.time":                `{"quiet": {"windows": [{"start": "25:00", "end": "08:00"}]}}`,
		"policy.fallback_zone":       `{"fallback_zone": "Mars/Base"}`,
		"policy.caps":                `{"caps": [{"id": "wish", "limit": 1, "window": {"kind": "rolling", "seconds": 1}}]}`,
	} {
		var invalid *siyu.InvalidError
		if _, err := campaign.ParsePolicy([]byte(data)); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
}

func TestParseMessage(t *testing.T) {
	m, err := campaign.ParseMessage([]byte(`{"id": "m", "channels": ["sms"], "audience": ["u1"], "exclude": [], "stock": {"left": 2}}`))
	if err != nil || !m.Audience.Contains("u1") || m.Audience.Contains("u2") || m.Exclude.Contains("u1") || m.Stock.Left != 2 {
		t.Errorf("got %+v, %v", m, err)
	}
	if m, err = campaign.ParseMessage([]byte(`{"id": "m", "channels": ["sms"]}`)); err != nil || m.Audience != nil {
		t.Errorf("no audience is everyone: got %+v, %v", m, err)
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(policyJSON))
	f.Add([]byte(`{"caps":[{"id":"a","limit":0,"window":{"kind":"calendar","unit":"day"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := campaign.ParsePolicy(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("error %v is not invalid", err)
			}
			return
		}
		once := write(t, p) // forgets lists that are empty, and after that nothing
		q, err := campaign.ParsePolicy(once)
		if err != nil {
			t.Fatalf("%s reads as %s, which is refused: %v", data, once, err)
		}
		twice := write(t, q)
		r, err := campaign.ParsePolicy(twice)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(twice), string(write(t, r))); d != "" {
			t.Fatal(d)
		}
	})
}

func write(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func FuzzParseMessage(f *testing.F) {
	f.Add([]byte(`{"id":"m","channels":["sms"],"window":{"start":"2026-06-01T00:00:00Z"},"stock":{"left":1,"one_per_send":true}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := campaign.ParseMessage(data)
		if err == nil {
			err = m.Validate()
		} else if errors.Is(err, siyu.ErrInvalid) {
			return
		}
		if err != nil {
			t.Fatalf("accepted, and then %v", err)
		}
	})
}
