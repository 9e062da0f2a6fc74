package reminder_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// BenchmarkPlan plans 100,000 customers with 1,000,000 open items, made one customer at a time as a
// stream has them; "stream" makes the same accounts and plans nothing.
func BenchmarkPlan(b *testing.B) {
	const customers, each = 100_000, 10
	amounts := make([]receivables.Money, 1000)
	for i := range amounts {
		amounts[i] = receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(int64(1000+i*977), -2))
	}
	names := make([]string, customers)
	documents := make([]string, each)
	for i := range names {
		names[i] = fmt.Sprintf("C%06d", i)
	}
	for i := range documents {
		documents[i] = fmt.Sprintf("F%02d", i)
	}
	first := day("2026-07-01")
	stream := func(yield func(reminder.Account) bool) {
		for i := range customers {
			a := reminder.Account{Customer: receivables.Customer{ID: names[i], Kind: receivables.KindCompany}, Items: make([]receivables.OpenItem, each)}
			for k := range each {
				due := receivables.AddDays(first, (i*7+k*29)%180)
				amount := amounts[(i+k*31)%len(amounts)]
				a.Items[k] = receivables.OpenItem{Document: documents[k], Kind: receivables.KindInvoice, Customer: names[i], IssuedOn: due - 30, DueOn: due, Original: amount, Open: amount}
				if k%3 == 0 && due < day("2026-11-01") {
					a.Actions = append(a.Actions, reminder.Action{On: due + 5, Step: "email_1", Level: reminder.LevelCourteous, Channel: reminder.Email, Document: documents[k]})
				}
			}
			if !yield(a) {
				return
			}
		}
	}
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	if err != nil {
		b.Fatal(err)
	}
	p, err := reminder.New(reminder.DefaultPolicy("FR"), calendar)
	if err != nil {
		b.Fatal(err)
	}
	asOf := day("2026-11-26")
	perItem := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(customers*each), "ns/item")
	}
	b.Run("plan", func(b *testing.B) {
		b.ReportAllocs()
		var peak uint64
		for b.Loop() {
			contacts := 0
			for plan, err := range p.Plans(stream, asOf) {
				if err != nil {
					b.Fatal(err)
				}
				contacts += len(plan.Contacts)
			}
			if contacts == 0 {
				b.Fatal("nothing is due")
			}
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
		perItem(b)
		b.ReportMetric(float64(peak)/customers, "B/customer-kept")
	})
	b.Run("stream", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for a := range stream {
				n += len(a.Items)
			}
		}
		perItem(b)
	})
}
