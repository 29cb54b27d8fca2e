package source_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu/examples/bank/source"
)

const (
	customerHeader = "age,job,marital,education,default,housing,loan,contact,month,day_of_week,duration,campaign,pdays,previous,output\r\n"
	customerRow    = "56,housemaid,married,basic.4y,no,no,no,telephone,may,mon,261,3,999,0,no\r\n"
	loanHeader     = "CaseID,ActivityID,CompleteTimestamp\n"
)

func open(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestRealCustomers(t *testing.T) {
	customers, err := source.Customers("bank", open(t, "bank-additional-full.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	var contacts, subscribed int
	last := time.Time{}
	for _, c := range customers {
		contacts += c.Contacts
		if c.Subscribed {
			subscribed++
		}
		if c.Last.Before(last.AddDate(0, 0, -7)) {
			t.Fatalf("%s: %s is before the row above, %s", c.ID, c.Last, last)
		}
		last = c.Last
	}
	if len(customers) != 41_188 || contacts != 105_754 || subscribed != 4_640 {
		t.Errorf("got %d customers, %d contacts, %d subscribed", len(customers), contacts, subscribed)
	}
	if first := customers[0].Last; !first.Equal(time.Date(2008, 5, 5, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("the first contact is on %s, want Monday 5 May 2008", first)
	}
	if last.Year() != 2010 || last.Month() != time.November {
		t.Errorf("the last contact is on %s, want November 2010", last)
	}
}

func TestRealLoans(t *testing.T) {
	works, err := source.Loans("loans", open(t, "bpi_12_w.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]bool{}
	for _, w := range works {
		cases[string(w.Case)] = true
	}
	if len(works) != 72_413 || len(cases) != 9_658 {
		t.Errorf("got %d work items of %d cases", len(works), len(cases))
	}
	if want := time.Date(2011, 10, 1, 17, 45, 13, 0, time.UTC); !works[0].At.Equal(want) {
		t.Errorf("first at %s, want %s", works[0].At, want)
	}
}

func TestBrokenCells(t *testing.T) {
	loans := func(text string) error { _, err := source.Loans("loans.csv", strings.NewReader(text)); return err }
	customers := func(text string) error {
		_, err := source.Customers("bank.csv", strings.NewReader(text))
		return err
	}
	replace := func(old, new string) string {
		return customerHeader + customerRow + strings.Replace(customerRow, old, new, 1)
	}
	for name, test := range map[string]struct {
		read func(string) error
		text string
		want string
	}{
		"empty":        {customers, "", "bank.csv:1: want the header age,job,"},
		"header":       {customers, strings.Replace(customerHeader, "job", "jobs", 1) + customerRow, "bank.csv:1: want the header"},
		"age":          {customers, replace("56", "old"), "bank.csv:3: column 1 (age): want a whole number from 0 to 130"},
		"word":         {customers, replace("married", "wed"), "bank.csv:3: column 3 (marital): want one of single, married, divorced, unknown"},
		"no contact":   {customers, replace(",3,999", ",0,999"), "bank.csv:3: column 12 (campaign): want a whole number from 1 to 1000"},
		"short":        {customers, replace(",no\r\n", "\r\n"), "bank.csv:3: want 15 columns, not 14"},
		"quote":        {customers, replace("married", `"married`), "bank.csv:"},
		"activity":     {loans, loanHeader + "1,7,2011-10-01 19:45:13\n", "loans.csv:2: column 2 (ActivityID): want a whole number from 1 to 6"},
		"time":         {loans, loanHeader + "1,1,2011-10-01\n", "loans.csv:2: column 3 (CompleteTimestamp): want a local time such as"},
		"back in time": {loans, loanHeader + "1,1,2011-10-02 00:00:00\n2,1,2011-10-01 00:00:00\n1,3,2011-10-01 00:00:00\n", "loans.csv:4: column 3"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.read(test.text)
			var cell *source.CellError
			if !errors.As(err, &cell) || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestCallsFallOnWorkingDays(t *testing.T) {
	customers, err := source.Customers("bank.csv", strings.NewReader(customerHeader+customerRow))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, at := range customers[0].Calls() {
		got = append(got, at.Format("Mon 2 Jan"))
	}
	if want := "Thu 1 May, Fri 2 May, Mon 5 May"; strings.Join(got, ", ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestGenerateIsSeeded(t *testing.T) {
	real, err := source.Customers("bank", open(t, "bank-additional-full.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	make := func(seed uint64) (all []source.Customer) {
		for c := range source.Generate(real, 500, seed) {
			all = append(all, c)
		}
		return all
	}
	one, again, other := make(1), make(1), make(2)
	differ := 0
	for i := range one {
		if one[i] != again[i] {
			t.Fatalf("customer %d differs under one seed", i)
		}
		if one[i] != other[i] {
			differ++
		}
	}
	if differ < 400 {
		t.Errorf("only %d of 500 customers differ under another seed", differ)
	}
}

func FuzzCustomers(f *testing.F) {
	f.Add([]byte(customerHeader + customerRow))
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(customerHeader + customerRow))
	z.Close()
	f.Add(zipped.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		customers, err := source.Customers("bank.csv", bytes.NewReader(data))
		if err != nil && customers != nil {
			t.Fatal("customers of a refused file")
		}
	})
}
