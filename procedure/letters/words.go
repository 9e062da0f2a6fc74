package letters

import (
	"fmt"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// words are those of a layout in a language.
type words struct {
	Subject, Reference, Registered                              string
	invoice, issued, due, amount, interest, fixedSum, total     string
	day, days, and                                              string
	principal, credits, costs, instalment, on, payment, ofWhich string
	salutation, valediction                                     map[receivables.CustomerKind]string
	// charges are interest, fixed sums and costs in running text, by audience.
	charges map[receivables.CustomerKind][3]string
}

// late writes days of delay.
func (w words) late(days int) string {
	if days == 1 {
		return "1 " + w.day
	}
	return fmt.Sprintf("%d %s", days, w.days)
}

// included lists the charges that are in a sum.
func (w words) included(audience receivables.CustomerKind, which ...bool) string {
	var list []string
	for i, is := range which {
		if is {
			list = append(list, w.charges[audience][i])
		}
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " " + w.and + " " + list[len(list)-1]
}

var frenchMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

func wordsOf(language Language) words {
	if language == French {
		valediction := "Nous vous prions d'agréer, Madame, Monsieur, nos salutations distinguées."
		ordonnateur := "Nous vous prions d'agréer, Madame, Monsieur l'ordonnateur, nos salutations distinguées."
		return words{
			Subject: "Objet :", Reference: "Nos références :", Registered: "Lettre recommandée avec demande d'avis de réception",
			invoice: "Document", issued: "du", due: "Échéance", day: "jour de retard", days: "jours de retard", and: "et", amount: "Montant", interest: "Intérêts de retard", fixedSum: "Indemnité forfaitaire",
			total: "Total", principal: "Principal", credits: "Crédits à déduire", costs: "Frais de recouvrement justifiés", instalment: "Échéance", on: "Date", payment: "À payer", ofWhich: "dont intérêts",
			salutation: map[receivables.CustomerKind]string{
				receivables.KindCompany: "Madame, Monsieur,", receivables.KindConsumer: "Madame, Monsieur,", receivables.KindPublicBody: "Madame, Monsieur l'ordonnateur,",
			},
			valediction: map[receivables.CustomerKind]string{receivables.KindCompany: valediction, receivables.KindConsumer: valediction, receivables.KindPublicBody: ordonnateur},
			charges: map[receivables.CustomerKind][3]string{
				receivables.KindCompany: {
					"les pénalités de retard (article L441-10 du code de commerce)", "l'indemnité forfaitaire pour frais de recouvrement (article D441-5 du code de commerce)",
					"les frais de recouvrement justifiés au-delà de cette indemnité (article L441-10, II du code de commerce)",
				},
				receivables.KindPublicBody: {
					"les intérêts moratoires (article L2192-13 du code de la commande publique)", "l'indemnité forfaitaire pour frais de recouvrement (article D2192-35 du code de la commande publique)",
					"les frais de recouvrement justifiés au-delà de cette indemnité (article L2192-13 du code de la commande publique)",
				},
				receivables.KindConsumer: {"les intérêts de retard prévus au contrat", "", ""},
			},
		}
	}
	return words{
		Subject: "Subject:", Reference: "Our reference:", Registered: "Registered letter with acknowledgement of receipt",
		invoice: "Document", issued: "of", due: "Due", day: "day late", days: "days late", and: "and", amount: "Amount", interest: "Interest on late payment", fixedSum: "Fixed compensation",
		total: "Total", principal: "Principal", credits: "Credits to deduct", costs: "Costs of recovery, as proven", instalment: "Instalment", on: "Date", payment: "To pay", ofWhich: "of which interest",
		salutation: map[receivables.CustomerKind]string{
			receivables.KindCompany: "Dear Sir or Madam,", receivables.KindConsumer: "Dear Customer,", receivables.KindPublicBody: "Dear Sir or Madam,",
		},
		valediction: map[receivables.CustomerKind]string{
			receivables.KindCompany: "Yours faithfully,", receivables.KindConsumer: "Yours sincerely,", receivables.KindPublicBody: "Yours faithfully,",
		},
		charges: map[receivables.CustomerKind][3]string{
			receivables.KindCompany:    {"interest on late payment", "the fixed compensation for recovery costs", "the costs of recovery proven beyond it"},
			receivables.KindPublicBody: {"interest on late payment", "the fixed compensation for recovery costs", "the costs of recovery proven beyond it"},
			receivables.KindConsumer:   {"interest on late payment as agreed", "", ""},
		},
	}
}

// day writes a date: 1er décembre 2026, 1 December 2026.
func (l Language) day(d date.Date) string {
	year, month, day := d.Date()
	if l != French {
		return fmt.Sprintf("%d %s %d", day, month, year)
	}
	number := fmt.Sprint(day)
	if day == 1 {
		number = "1er"
	}
	return fmt.Sprintf("%s %s %d", number, frenchMonths[month-1], year)
}

// money writes an amount, rounded half away from zero to its minor unit: 1 234,56 € with spaces that
// do not break, EUR 1,234.56.
func (l Language) money(m receivables.Money) string {
	text := m.Round().Text()
	sign := ""
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = "-", rest
	}
	whole, fraction, pointed := strings.Cut(text, ".")
	separator, point := ",", "."
	if l == French {
		separator, point = "\u202f", ","
	}
	var b strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteRune(digit)
	}
	if pointed {
		b.WriteString(point + fraction)
	}
	code := m.Currency().Code()
	if l != French {
		return sign + code + " " + b.String()
	}
	if code == "EUR" {
		code = "€"
	}
	return sign + b.String() + "\u00a0" + code
}
