package einvoice

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/xmltree"
)

// passedOver are elements that nothing here reads; attachments among them may be large.
var passedOver = map[string]func(*xmltree.Node) error{
	"InvoiceLine": nil, "CreditNoteLine": nil, "IncludedSupplyChainTradeLineItem": nil, "AdditionalDocumentReference": nil,
	"AdditionalReferencedDocument": nil, "UBLExtensions": nil,
}

func (d *Document) read(r io.Reader, options Options) error {
	root, err := xmltree.Parse(r, xmltree.Options{File: options.File, MaxBytes: options.MaxBytes, Each: passedOver, Root: d.kind})
	if err != nil {
		return err
	}
	in := &source{document: d, root: root}
	if d.Syntax == UBL {
		in.ubl()
	} else {
		in.cii()
	}
	if in.err != nil {
		return in.err
	}
	return d.check()
}

// kind tells by the root element what a document is.
func (d *Document) kind(root *xmltree.Node) error {
	switch {
	case (root.Name == "Invoice" || root.Name == "CreditNote") && strings.HasPrefix(root.Space, "urn:oasis:names:specification:ubl:schema:xsd:"):
		d.Syntax = UBL
	case root.Name == "CrossIndustryInvoice":
		d.Syntax = CII
	case root.Name == "CrossIndustryDocument":
		d.Syntax = ZUGFeRD1
	default:
		return root.Error(d.file, root.Name, receivables.RuleSyntax, root.Space, "is no UBL invoice or credit note and no cross industry invoice")
	}
	return nil
}

// source reads values of a tree; the first error stays.
type source struct {
	document *Document
	root     *xmltree.Node
	err      error
}

func (in *source) fail(n *xmltree.Node, path string, rule receivables.Rule, value, detail string) {
	if in.err == nil {
		in.err = n.Error(in.document.file, path, rule, value, detail)
	}
}

// need returns the text of an element that must be there.
func (in *source) need(under *xmltree.Node, path ...string) string {
	text := under.Value(path...)
	if text == "" {
		at := under
		if at == nil {
			at = in.root
		}
		in.fail(at, strings.Join(path, "/"), receivables.RuleRequired, "", "this element is needed")
	}
	return text
}

// day reads an ISO date, with or without a time zone, which does not move it.
func (in *source) day(n *xmltree.Node) date.Date {
	if n == nil || n.Text == "" {
		return 0
	}
	text := n.Text
	if len(text) > 10 && (text[10] == 'Z' || text[10] == '+' || text[10] == '-') && len(text) <= 16 {
		text = text[:10]
	}
	day, err := receivables.ParseDate(text)
	if err != nil {
		in.fail(n, n.Name, receivables.RuleDate, n.Text, "a day that exists is needed, written YYYY-MM-DD")
	}
	return day
}

// dateTime reads a CII date in format 102 (YYYYMMDD).
func (in *source) dateTime(n *xmltree.Node) date.Date {
	n = n.First("DateTimeString|DateString")
	if n == nil || n.Text == "" {
		return 0
	}
	if format := n.Attr("format"); format != "102" && format != "" {
		in.fail(n, n.Name, receivables.RuleDateLayout, format, "format 102 (YYYYMMDD) is needed")
		return 0
	}
	text := n.Text
	if len(text) == 10 && text[4] == '-' { // xs:date, which some programs write here
		return in.day(n)
	}
	number := 0
	for _, c := range text {
		if c < '0' || c > '9' || len(text) != 8 {
			in.fail(n, n.Name, receivables.RuleDate, n.Text, "a day that exists is needed, written YYYYMMDD")
			return 0
		}
		number = number*10 + int(c-'0')
	}
	day, err := receivables.NewDate(number/10000, time.Month(number/100%100), number%100)
	if err != nil {
		in.fail(n, n.Name, receivables.RuleDate, n.Text, "a day that exists is needed, written YYYYMMDD")
	}
	return day
}

func (in *source) currency(n *xmltree.Node, path string) receivables.Currency {
	c, err := receivables.ParseCurrency(in.need(n, path))
	if err != nil {
		in.fail(n.First(path), path, receivables.RuleUnknownCurrency, n.Value(path), "an ISO 4217 code is needed")
	}
	return c
}

// money reads an amount in the currency of the document; one without currency for a missing element. Among several, as with a tax total
// in the currency of accounting beside it, it takes that in the currency of the document.
func (in *source) money(under *xmltree.Node, name string) receivables.Money {
	var found *xmltree.Node
	for _, n := range under.All(name) {
		code := n.Attr("currencyID")
		if code == in.document.Currency.Code() || code == "" {
			if found != nil {
				in.fail(n, n.Name, receivables.RuleDuplicate, n.Text, "two amounts in the currency of the document")
			}
			found = n
		}
	}
	if found == nil {
		if others := under.All(name); len(others) > 0 && name != taxTotal {
			in.fail(others[0], name, receivables.RuleCurrency, others[0].Attr("currencyID"), "the document is in "+in.document.Currency.Code())
		}
		return receivables.Money{}
	}
	m, err := receivables.ParseMoney(found.Text, in.document.Currency)
	if err != nil {
		in.fail(found, found.Name, receivables.RuleAmount, found.Text, "a plain decimal number is needed")
	}
	return m
}

const taxTotal = "TaxTotalAmount"

// amounts checks that the total and the payable amount are there; the total may be missing where nothing was prepaid.
func (in *source) amounts(at *xmltree.Node) {
	d := in.document
	if !d.Payable.IsValid() {
		in.fail(at, "payable", receivables.RuleRequired, "", "the payable amount is needed")
	}
	if !d.TaxInclusive.IsValid() {
		in.fail(at, "total", receivables.RuleRequired, "", "the amount including tax is needed")
	}
}

// due takes a due date; of several that differ the last day holds, and the document contradicts itself.
func (in *source) due(day date.Date) {
	d := in.document
	if day != 0 && d.DueOn != 0 && day != d.DueOn {
		d.contradicts("due date", day.String(), "and "+d.DueOn.String()+": the last one holds")
	}
	d.DueOn = max(d.DueOn, day)
}

// account adds a bank account, without blanks, once.
func (in *source) account(at *xmltree.Node, text string) {
	in.document.Accounts = in.addText(at, in.document.Accounts, strings.Join(strings.Fields(text), ""))
}

// maxTexts is the most accounts, references or terms of a document.
const maxTexts = 200

// addText adds a text to a list, once.
func (in *source) addText(at *xmltree.Node, list []string, text string) []string {
	if text == "" || slices.Contains(list, text) {
		return list
	}
	if len(list) >= maxTexts {
		in.fail(at, at.Name, receivables.RuleLimit, "", fmt.Sprintf("more than %d of them", maxTexts))
		return list
	}
	return append(list, text)
}

// note divides "#PMT#text", as UBL writes a subject, into its parts.
func note(text string) Note {
	if rest, ok := strings.CutPrefix(text, "#"); ok && len(rest) > 4 && rest[3] == '#' && strings.ToUpper(rest[:3]) == rest[:3] {
		return Note{Subject: rest[:3], Text: strings.TrimSpace(rest[4:])}
	}
	return Note{Text: text}
}

func (in *source) ubl() {
	d, root := in.document, in.root
	d.ID = in.need(root, "ID")
	d.IssuedOn = in.day(root.First("IssueDate"))
	in.need(root, "IssueDate")
	d.Type = root.Value("InvoiceTypeCode|CreditNoteTypeCode")
	if d.Type == "" {
		d.Type = map[string]string{"Invoice": "380", "CreditNote": "381"}[root.Name]
	}
	if root.Name == "CreditNote" && !slices.Contains(creditTypes, d.Type) {
		d.contradicts("type", d.Type, "is an invoice by its type, and a CreditNote by its element: the type holds")
	}
	d.Currency = in.currency(root, "DocumentCurrencyCode")
	d.DueOn = in.day(root.First("DueDate"))
	for _, means := range root.All("PaymentMeans") {
		in.due(in.day(means.First("PaymentDueDate")))
		in.account(means, means.Value("PayeeFinancialAccount", "ID"))
		for _, id := range means.All("PaymentID") {
			d.PaymentReference = in.addText(id, d.PaymentReference, id.Text)
		}
	}
	d.DeliveredOn = in.day(root.First("Delivery", "ActualDeliveryDate"))
	for _, terms := range root.All("PaymentTerms") {
		for _, text := range terms.All("Note") {
			d.Terms = in.addText(text, d.Terms, text.Text)
		}
		if due := in.day(terms.First("PaymentDueDate")); due != 0 {
			if terms.First("Amount") != nil {
				d.contradicts("payment terms", due.String(), "is the due date of a part of "+terms.Value("Amount")+": instalments are not read")
			} else {
				in.due(due)
			}
		}
		if percent := terms.First("SettlementDiscountPercent"); percent != nil {
			in.discount(percent, in.day(terms.First("SettlementPeriod", "EndDate")))
		}
	}
	for _, n := range root.All("Note") {
		d.Notes = append(d.Notes, note(n.Text))
	}
	d.BuyerReference, d.OrderReference = root.Value("BuyerReference"), root.Value("OrderReference", "ID")
	for _, ref := range root.All("BillingReference") {
		if n := ref.First("InvoiceDocumentReference|CreditNoteDocumentReference"); n.Value("ID") != "" {
			d.Preceding = append(d.Preceding, Reference{ID: n.Value("ID"), IssuedOn: in.day(n.First("IssueDate"))})
		}
	}
	d.Seller = ublParty(root.First("AccountingSupplierParty", "Party"))
	d.Buyer = ublParty(root.First("AccountingCustomerParty", "Party"))
	d.Payee = ublParty(root.First("PayeeParty"))
	for _, total := range root.All("TaxTotal") {
		amount := total.First("TaxAmount")
		if amount.Attr("currencyID") == d.Currency.Code() || amount.Attr("currencyID") == "" {
			d.Tax = in.money(total, "TaxAmount")
		}
	}
	sums := root.First("LegalMonetaryTotal")
	d.TaxExclusive, d.TaxInclusive = in.money(sums, "TaxExclusiveAmount"), in.money(sums, "TaxInclusiveAmount")
	d.Prepaid, d.Rounding = in.money(sums, "PrepaidAmount"), in.money(sums, "PayableRoundingAmount")
	d.Payable = in.money(sums, "PayableAmount")
	if sums == nil {
		sums = root
	}
	in.amounts(sums)
}

// discount reads an element of a percentage.
func (in *source) discount(percent *xmltree.Node, last date.Date) {
	value, err := receivables.ParseAmount(percent.Text)
	if err != nil || value.Sign() < 0 || value.GreaterThan(decimal.New(100, 0)) {
		in.fail(percent, percent.Name, receivables.RuleRange, percent.Text, "a percentage from 0 to 100 is needed")
		return
	}
	in.document.Discounts = append(in.document.Discounts, Discount{Percent: value, LastDay: last, Text: percent.Name})
}

func ublParty(n *xmltree.Node) Party {
	p := Party{
		Name: n.Value("PartyLegalEntity", "RegistrationName"), Legal: n.Value("PartyLegalEntity", "CompanyID"),
		Country: country(n.Value("PostalAddress", "Country", "IdentificationCode")),
	}
	if p.Name == "" {
		p.Name = n.Value("PartyName", "Name")
	}
	for _, id := range n.All("PartyIdentification") {
		if text := id.Value("ID"); text != "" && id.First("ID").Attr("schemeID") != "SEPA" && p.ID == "" {
			p.ID = text
		}
	}
	for _, tax := range n.All("PartyTaxScheme") {
		if p.VAT == "" && tax.Value("TaxScheme", "ID") == "VAT" {
			p.VAT = tax.Value("CompanyID")
		}
	}
	return p
}

// country returns a code of two capital letters, and nothing for anything else.
func country(code string) string {
	if len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z' {
		return code
	}
	return ""
}

func (in *source) cii() {
	d, root := in.document, in.root
	head := root.First("ExchangedDocument|HeaderExchangedDocument")
	trade := root.First("SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction")
	agreement := trade.First("ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement")
	delivery := trade.First("ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery")
	settlement := trade.First("ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement")
	if settlement == nil {
		in.fail(root, "ApplicableHeaderTradeSettlement", receivables.RuleRequired, "", "this element is needed")
		return
	}
	d.ID = in.need(head, "ID")
	d.Type = in.need(head, "TypeCode")
	d.IssuedOn = in.dateTime(head.First("IssueDateTime"))
	if d.IssuedOn == 0 {
		in.need(head, "IssueDateTime", "DateTimeString")
	}
	for _, n := range head.All("IncludedNote") {
		d.Notes = append(d.Notes, Note{Subject: n.Value("SubjectCode"), Text: n.Value("Content")})
	}
	d.Currency = in.currency(settlement, "InvoiceCurrencyCode")
	d.DeliveredOn = in.dateTime(delivery.First("ActualDeliverySupplyChainEvent", "OccurrenceDateTime"))
	for _, terms := range settlement.All("SpecifiedTradePaymentTerms") {
		for _, text := range terms.All("Description") {
			d.Terms = in.addText(text, d.Terms, text.Text)
		}
		in.due(in.dateTime(terms.First("DueDateDateTime")))
		for _, n := range terms.All("ApplicableTradePaymentDiscountTerms") {
			in.tradeDiscount(n)
		}
	}
	for _, means := range settlement.All("SpecifiedTradeSettlementPaymentMeans") {
		account := means.First("PayeePartyCreditorFinancialAccount")
		in.account(means, account.Value("IBANID"))
		in.account(means, account.Value("ProprietaryID"))
	}
	d.PaymentReference = in.addText(settlement, nil, settlement.Value("PaymentReference"))
	d.BuyerReference, d.OrderReference = agreement.Value("BuyerReference"), agreement.Value("BuyerOrderReferencedDocument", "IssuerAssignedID|ID")
	for _, n := range settlement.All("InvoiceReferencedDocument") {
		if id := n.Value("IssuerAssignedID|ID"); id != "" {
			d.Preceding = append(d.Preceding, Reference{ID: id, IssuedOn: in.dateTime(n.First("FormattedIssueDateTime|IssueDateTime"))})
		}
	}
	d.Seller = ciiParty(agreement.First("SellerTradeParty"))
	d.Buyer = ciiParty(agreement.First("BuyerTradeParty"))
	d.Payee = ciiParty(settlement.First("PayeeTradeParty"))
	sums := settlement.First("SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation")
	d.TaxExclusive, d.Tax = in.money(sums, "TaxBasisTotalAmount"), in.money(sums, taxTotal)
	d.TaxInclusive = in.money(sums, "GrandTotalAmount")
	d.Prepaid, d.Rounding = in.money(sums, "TotalPrepaidAmount"), in.money(sums, "RoundingAmount")
	d.Payable = in.money(sums, "DuePayableAmount")
	if sums == nil {
		sums = settlement
	}
	in.amounts(sums)
}

// tradeDiscount reads a discount of CII: so many days from the basis date, or from the date of issue.
func (in *source) tradeDiscount(n *xmltree.Node) {
	percent, period := n.First("CalculationPercent"), n.First("BasisPeriodMeasure")
	if percent == nil {
		return // an amount, or a penalty: not a percentage
	}
	from := in.dateTime(n.First("BasisDateTime"))
	if from == 0 {
		from = in.document.IssuedOn
	}
	var last date.Date
	if period != nil {
		days, err := receivables.ParseAmount(period.Text)
		if unit := period.Attr("unitCode"); err != nil || !days.IsInteger() || days.Abs().GreaterThan(decimal.New(3660, 0)) || (unit != "DAY" && unit != "") {
			in.fail(period, period.Name, receivables.RuleRange, period.Text+" "+period.Attr("unitCode"), "a whole number of days is needed (unit DAY)")
			return
		}
		last = receivables.AddDays(from, int(days.IntPart()))
	}
	in.discount(percent, last)
}

func ciiParty(n *xmltree.Node) Party {
	p := Party{
		Name: n.Value("Name"), ID: n.Value("ID"), Legal: n.Value("SpecifiedLegalOrganization", "ID"), Country: country(n.Value("PostalTradeAddress", "CountryID")),
	}
	if p.ID == "" {
		p.ID = n.Value("GlobalID")
	}
	for _, tax := range n.All("SpecifiedTaxRegistration") {
		if p.VAT == "" && tax.First("ID").Attr("schemeID") == "VA" {
			p.VAT = tax.Value("ID")
		}
	}
	return p
}
