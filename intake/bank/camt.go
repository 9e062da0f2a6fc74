package bank

import (
	"bufio"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/xmltree"
)

// camt reads camt.053 and camt.054, entry by entry.
func (r *reader) camt(in *bufio.Reader) error {
	var entries []Entry
	statement := func(n *xmltree.Node) error {
		r.line = n.Line
		r.statement(n, entries)
		entries = nil
		return r.stopped
	}
	found := false
	_, err := xmltree.Parse(in, xmltree.Options{
		File: r.options.File, MaxBytes: r.options.MaxBytes,
		Root: func(n *xmltree.Node) error {
			r.line = n.Line
			switch space := n.Space; {
			case n.Name == "Document" && strings.Contains(space, "camt.053."):
				r.result.Format = Camt053
			case n.Name == "Document" && strings.Contains(space, "camt.054."):
				r.result.Format = Camt054
			default:
				return r.error(n.Name, receivables.RuleSyntax, space, "is no camt.053 and no camt.054")
			}
			return nil
		},
		Each: map[string]func(*xmltree.Node) error{
			"Ntry": func(n *xmltree.Node) error {
				r.line = n.Line
				if e, ok := r.entry(n); ok {
					entries = append(entries, e)
				}
				return r.stopped
			},
			"Stmt":   func(n *xmltree.Node) error { found = true; return statement(n) },
			"Ntfctn": func(n *xmltree.Node) error { found = true; return statement(n) },
			"GrpHdr": nil, "SplmtryData": nil,
		},
	})
	if err != nil {
		return err
	}
	if !found {
		r.line = 1
		return r.error("Stmt", receivables.RuleRequired, "", "there is no statement in the message")
	}
	return nil
}

func (r *reader) statement(n *xmltree.Node, entries []Entry) {
	s := &Statement{Line: n.Line, ID: n.Value("Id"), Account: camtAccount(n.First("Acct")), Entries: entries}
	if code := n.Value("Acct", "Ccy"); code != "" {
		s.Currency, _ = r.currency("Acct/Ccy", code)
	}
	var opened, closed bool
	for _, b := range n.All("Bal") {
		code := b.Value("Tp", "CdOrPrtry", "Cd")
		if code != "OPBD" && code != "CLBD" && (code != "PRCD" || opened) {
			continue
		}
		r.line = b.Line
		if code == "CLBD" && !r.once("Bal CLBD", b.Value("Amt"), closed) || code == "OPBD" && !r.once("Bal OPBD", b.Value("Amt"), opened) {
			continue
		}
		closed, opened = closed || code == "CLBD", opened || code == "OPBD"
		amount, ok := r.camtAmount(b)
		on, has := r.camtDay(b.First("Dt"))
		if !ok || !has {
			continue
		}
		balance := Balance{On: on, Amount: amount}
		if code == "CLBD" {
			s.Closing = balance
		} else {
			s.Opening = balance
		}
	}
	if !s.Currency.IsValid() {
		s.Currency = s.Opening.Amount.Currency()
	}
	r.line = n.Line
	r.add(s)
}

func camtAccount(n *xmltree.Node) string {
	if iban := n.Value("Id", "IBAN"); iban != "" {
		return iban
	}
	return n.Value("Id", "Othr", "Id")
}

// camtAmount reads Amt and CdtDbtInd.
func (r *reader) camtAmount(n *xmltree.Node) (receivables.Money, bool) {
	amt := n.First("Amt")
	if amt == nil {
		r.wrong(n.Name+"/Amt", receivables.RuleRequired, "", "this element is needed")
		return receivables.Money{}, false
	}
	mark := n.Value("CdtDbtInd")
	if mark != "CRDT" && mark != "DBIT" {
		r.wrong(n.Name+"/CdtDbtInd", receivables.RuleSyntax, mark, "CRDT or DBIT is needed")
		return receivables.Money{}, false
	}
	return r.camtMoney(n.Name, amt, mark == "DBIT")
}

func (r *reader) camtMoney(of string, amt *xmltree.Node, negative bool) (receivables.Money, bool) {
	currency, ok := r.currency(of+"/Amt", amt.Attr("Ccy"))
	if !ok {
		return receivables.Money{}, false
	}
	if strings.Contains(amt.Text, ",") {
		r.wrong(of+"/Amt", receivables.RuleAmount, amt.Text, "a decimal point is needed")
		return receivables.Money{}, false
	}
	return r.money(of+"/Amt", amt.Text, currency, negative)
}

// camtDay reads Dt or DtTm; the time of day and its zone do not move the day.
func (r *reader) camtDay(n *xmltree.Node) (date.Date, bool) {
	if n == nil {
		return 0, true
	}
	text := n.Value("Dt|DtTm")
	day, err := receivables.ParseDate(text[:min(10, len(text))])
	if err != nil || len(text) > 10 && !strings.ContainsAny(text[10:11], "TZ+-") {
		r.wrong(n.Name, receivables.RuleDate, text, "a day that exists is needed")
		return 0, false
	}
	return day, true
}

func (r *reader) entry(n *xmltree.Node) (Entry, bool) {
	amount, ok := r.camtAmount(n)
	if !ok {
		return Entry{}, false
	}
	e := Entry{Line: n.Line, Amount: amount, Reference: n.Value("AcctSvcrRef")}
	switch mark := n.Value("RvslInd"); mark {
	case "true", "1":
		e.Reversal = true
	case "false", "0", "":
	default:
		r.wrong("Ntry/RvslInd", receivables.RuleSyntax, mark, "true or false is needed")
	}
	status := n.Value("Sts", "Cd|Prtry")
	if status == "" {
		status = n.Value("Sts")
	}
	e.Pending = status != "BOOK" && status != ""
	e.BookedOn, _ = r.camtDay(n.First("BookgDt"))
	e.ValueOn, _ = r.camtDay(n.First("ValDt"))
	for _, details := range n.All("NtryDtls") {
		for _, tx := range details.All("TxDtls") {
			debit := amount.Sign() < 0
			if mark := tx.Value("CdtDbtInd"); mark == "CRDT" || mark == "DBIT" {
				debit = mark == "DBIT" // a charge within a receipt
			}
			e.Transactions = append(e.Transactions, r.camtTransaction(tx, debit))
		}
	}
	r.entries++
	r.divide(&e)
	if extra := n.Value("AddtlNtryInf"); extra != "" && len(e.Transactions) == 1 && e.Transactions[0].Text == "" {
		e.Transactions[0].Text = strings.Join(strings.Fields(extra), " ")
	}
	return e, r.stopped == nil
}

func (r *reader) camtTransaction(n *xmltree.Node, debit bool) Transaction {
	r.line = n.Line
	t := Transaction{EndToEnd: n.Value("Refs", "EndToEndId")}
	if t.EndToEnd == "NOTPROVIDED" {
		t.EndToEnd = ""
	}
	amt := n.First("Amt")
	if amt == nil {
		amt = n.First("AmtDtls", "TxAmt", "Amt")
	}
	if amt != nil {
		t.Amount, _ = r.camtMoney("TxDtls", amt, debit)
	}
	// The other side is who pays on a credit, who is paid on a debit.
	parties, order := n.First("RltdPties"), []string{"Dbtr", "Cdtr"}
	if debit {
		order = []string{"Cdtr", "Dbtr"}
	}
	for _, who := range order {
		if t.Name == "" {
			t.Name = parties.Value(who, "Pty", "Nm")
		}
		if t.Name == "" {
			t.Name = parties.Value(who, "Nm")
		}
		if t.Account == "" {
			t.Account = camtAccount(parties.First(who + "Acct"))
		}
		if t.Name != "" {
			break
		}
	}
	for _, info := range n.All("RmtInf") {
		for _, text := range info.All("Ustrd") {
			r.extend("Ustrd", &t.Text, text.Text)
		}
		for _, strd := range info.All("Strd") {
			for _, ref := range []string{strd.Value("CdtrRefInf", "Ref"), strd.Value("CdtrRefInf", "CdtrRef"), strd.Value("RfrdDocInf", "Nb"), strd.Value("RfrdDocInf", "RfrdDocNb")} {
				if ref != "" {
					t.Structured = append(t.Structured, ref)
				}
			}
			for _, text := range strd.All("AddtlRmtInf") {
				r.extend("AddtlRmtInf", &t.Text, text.Text)
			}
		}
	}
	if t.Text == "" {
		t.Text = strings.Join(strings.Fields(n.Value("AddtlTxInf")), " ")
	}
	return t
}
