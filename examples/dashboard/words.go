package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/examples/internal/plain"
)

// language is how a page speaks.
type language struct {
	code              string
	thousands, point  string
	dayLayout         string
	words             map[string]string
	percent, daysUnit string
}

// words are the texts of the pages: key, English, French.
var words = [][3]string{
	{"title", "Credit dashboard", "Tableau de bord crédit"},
	{"skip", "Skip to content", "Aller au contenu"},
	{"as_of", "as of", "au"},
	{"overview", "Overview", "Vue d’ensemble"},
	{"customers", "Customers", "Clients"},
	{"customer", "Customer", "Client"},
	{"worklist", "Work list", "Liste de travail"},
	{"calendar", "Reminder calendar", "Calendrier de relance"},
	{"docket", "Court docket", "Échéancier judiciaire"},
	{"navigation", "Pages", "Pages"},
	{"settings", "Display", "Affichage"},
	{"currency", "Currency", "Devise"},
	{"language", "Language", "Langue"},
	{"theme", "Colours", "Couleurs"},
	{"theme_auto", "as the system", "du système"},
	{"theme_light", "light", "claires"},
	{"theme_dark", "dark", "sombres"},
	{"balance", "Receivables", "Encours clients"},
	{"overdue", "Overdue", "Échu"},
	{"disputed", "Disputed", "En litige"},
	{"interest", "Late-payment interest", "Intérêts de retard"},
	{"of_balance", "of receivables", "de l’encours"},
	{"of_open", "on open invoices, before unapplied credits, without compensation", "sur factures ouvertes, avant crédits non lettrés, hors indemnité"},
	{"items", "items", "postes"},
	{"aged", "Aged balance", "Balance âgée"},
	{"aged_note", "By due date, including VAT. The columns, what is undated and unapplied credits add up to the ledger.", "Par échéance, TTC. Les colonnes, le non daté et les crédits non lettrés font le solde du grand livre."},
	{"not_due", "not due", "non échu"},
	{"undated", "undated", "sans échéance"},
	{"unapplied", "unapplied", "non lettré"},
	{"total", "total", "total"},
	{"share", "share", "part"},
	{"of_which_disputed", "of which disputed", "dont litiges"},
	{"column", "Column", "Tranche"},
	{"amount", "Amount", "Montant"},
	{"all_customers", "All customers", "Tous les clients"},
	{"largest", "Largest overdue", "Plus gros retards"},
	{"dso", "DSO by five methods", "DSO selon cinq méthodes"},
	{"dso_note", "Days of sales outstanding at the end of each month. Methods answer different questions and are not to be compared with each other.", "DSO en jours à chaque fin de mois. Les méthodes répondent à des questions différentes et ne se comparent pas entre elles."},
	{"dso_balance", "Balance, 90 days", "Comptable, 90 jours"},
	{"dso_year", "Balance, 12 months", "Comptable, 12 mois"},
	{"dso_countback", "Count-back", "Par épuisement"},
	{"dso_sales_weighted", "Sales-weighted", "Pondéré par les ventes"},
	{"dso_true", "True, by invoice", "Réel, par facture"},
	{"cei", "Collection effectiveness (CEI)", "Efficacité du recouvrement (CEI)"},
	{"cei_short", "CEI", "CEI"},
	{"cei_note", "Share of what could be collected in three months that was: 100 % is all of it.", "Part encaissée de ce qui pouvait l’être en trois mois : 100 % en est la totalité."},
	{"month", "Month", "Mois"},
	{"data", "The figures", "Les chiffres"},
	{"disputes", "What holds money back", "Ce qui retient l’argent"},
	{"cause", "Cause", "Cause"},
	{"cumulative", "cumulative", "cumul"},
	{"in_days", "in days of DSO", "en jours de DSO"},
	{"segments", "Overdue by segment", "Échu par segment"},
	{"segment", "Segment", "Segment"},
	{"first_calls", "First on the work list", "En tête de la liste de travail"},
	{"step", "Step", "Étape"},
	{"asked", "Asked", "Demandé"},
	{"next_step", "Next step", "Prochaine étape"},
	{"tax_basis", "Amounts including VAT, all customers in this currency.", "Montants TTC, tous les clients dans cette devise."},
	{"days_late", "days late", "jours de retard"},
	{"score", "expected loss, weighted", "perte attendue, pondérée"},
	{"week", "Week of", "Semaine du"},
	{"level_0", "before due", "avant échéance"},
	{"level_1", "courteous", "courtoise"},
	{"level_2", "firm", "ferme"},
	{"level_3", "last", "dernière"},
	{"level_4", "formal notice", "mise en demeure"},
	{"level_5", "litigation", "contentieux"},
	{"calendar_note", "Number of invoices at each level, each once a week, and their amount. Steps due now stand in the week of the report; those to come suppose that nothing is paid meanwhile.", "Nombre de factures à chaque niveau, une fois par semaine, et leur montant. Les étapes dues figurent dans la semaine de l’état ; celles à venir supposent que rien n’est payé entre-temps."},
	{"docket_note", "Last days on which a claim can still be brought, the shortest limitation that is possible.", "Derniers jours pour agir, selon la plus courte prescription possible."},
	{"claim", "Claim", "Créance"},
	{"last_day", "Last safe day", "Dernier jour sûr"},
	{"days_left", "days left", "jours restants"},
	{"state", "State", "État"},
	{"rule", "Rule", "Règle"},
	{"why", "why?", "pourquoi ?"},
	{"why_figure", "How this figure is made", "Comment ce chiffre est fait"},
	{"formula", "Formula", "Formule"},
	{"inputs", "Inputs", "Données"},
	{"result", "Result", "Résultat"},
	{"notes", "Notes", "Remarques"},
	{"window", "Window", "Période"},
	{"from_to", "from %s to %s, %d days", "du %s au %s, %d jours"},
	{"invoice", "Invoice", "Facture"},
	{"document", "Document", "Document"},
	{"kind", "Kind", "Nature"},
	{"issued", "Issued", "Émission"},
	{"due", "Due", "Échéance"},
	{"original", "Amount", "Montant"},
	{"open", "Open", "Ouvert"},
	{"open_items", "Open items", "Postes ouverts"},
	{"history", "What reduced it", "Réductions"},
	{"day", "Day", "Jour"},
	{"working", "Late-payment interest, day by day", "Intérêts de retard, jour par jour"},
	{"first_day", "First day", "Premier jour"},
	{"last_counted", "Last day", "Dernier jour"},
	{"days", "Days", "Jours"},
	{"days_unit", "days", "jours"},
	{"base", "Base", "Base"},
	{"rate", "Rate", "Taux"},
	{"rate_of", "reference %s (read on %s) + %s", "référence %s (lue le %s) + %s"},
	{"year", "Year basis", "Base annuelle"},
	{"interest_segment", "Interest", "Intérêts"},
	{"law", "Legal basis", "Fondement"},
	{"fixed_sum", "Fixed compensation for recovery costs", "Indemnité forfaitaire de recouvrement"},
	{"total_claim", "Principal, interest and compensation", "Principal, intérêts et indemnité"},
	{"principal_due", "Principal still due", "Principal restant dû"},
	{"no_interest", "No interest is computed: it is not late.", "Aucun intérêt calculé : pas de retard."},
	{"interest_skipped", "No interest is computed", "Aucun intérêt calculé"},
	{"provisional", "At least one rate is not verified for its day.", "Un taux au moins n’est pas vérifié pour son jour."},
	{"plan", "Reminders", "Relances"},
	{"segment_formula", "base × rate × days ÷ year, rounded so that the parts add up", "base × taux × jours ÷ année, arrondi de sorte que les parts fassent le total"},
	{"formula_dso_balance", "receivables ÷ sales of the window × days of the window", "encours ÷ ventes de la période × jours de la période"},
	{"formula_dso_year", "receivables ÷ sales of the window × days of the window", "encours ÷ ventes de la période × jours de la période"},
	{"formula_dso_countback", "sales are taken off receivables month by month, the latest first; days of the months used up, and the part of the last", "les ventes sont retranchées de l’encours mois par mois, en remontant ; jours des mois épuisés, plus la part du dernier"},
	{"formula_dso_sales_weighted", "uncollected share of the sales of each month, added up, × 30", "part non encaissée des ventes de chaque mois, additionnées, × 30"},
	{"formula_dso_true", "for each open invoice: days since issue × open amount ÷ sales of its month, added up", "pour chaque facture ouverte : jours depuis l’émission × montant ouvert ÷ ventes de son mois, additionnés"},
	{"formula_cei", "(opening + sales − closing) ÷ (opening + sales − closing not due) × 100", "(ouverture + ventes − clôture) ÷ (ouverture + ventes − clôture non échue) × 100"},
	{"sales", "Sales", "Ventes"},
	{"sales_of", "Sales of", "Ventes de"},
	{"receivables", "Receivables", "Encours"},
	{"uncollected", "uncollected", "non encaissé"},
	{"opening", "Receivables at the opening", "Encours à l’ouverture"},
	{"closing_not_due", "Closing, not due", "Clôture, non échue"},
	{"closing", "Receivables at the close", "Encours à la clôture"},
	{"open_invoices", "Open invoices", "Factures ouvertes"},
	{"none", "nothing", "rien"},
	{"colon", ":", "\u00a0:"},
	{"item", "item", "poste"},
	{"estimated", "at a rate not yet published", "à un taux non encore publié"},
	{"without_interest", "Late, and no interest is computed", "En retard, sans intérêts calculés"},
	{"why_not", "Why", "Pourquoi"},
	{"first_of", "the first %d of %d", "les %d premiers sur %d"},
	{"time_barred", "last day over", "délai d’action expiré"},
	{"before", "before", "précédents"},
	{"after", "next", "suivants"},
	{"rows", "%d to %d of %d", "%d à %d sur %d"},
	{"pages", "Pages of this list", "Pages de cette liste"},
	{"formula_interest", "the interest of each open invoice that is late, added up by customer; the working of each invoice is on its page", "les intérêts de chaque facture ouverte en retard, additionnés par client ; le détail de chaque facture est sur sa page"},
	{"total_apart", "Principal and interest; the compensation is due beside it in its own currency", "Principal et intérêts ; l’indemnité est due en plus, dans sa devise"},
	{"total_interest", "Principal and interest", "Principal et intérêts"},
	{"fixed_with", "once for the invoice: it stands with instalment %d", "une fois par facture : elle figure avec l’échéance %d"},
	{"undated_claims", "Last day not known", "Dernier jour inconnu"},
	{"undated_note", "The rules of limitation do not cover the due date of these invoices: look whether it is right.", "Les règles de prescription ne couvrent pas l’échéance de ces factures : vérifiez-la."},
	{"not_available", "n/a", "n. d."},
	{"offline", "Made by the library from the ledger; nothing on this page comes from elsewhere.", "Fait par la bibliothèque à partir du grand livre ; rien ici ne vient d’ailleurs."},
	{"not_found", "There is no such page, customer or document.", "Cette page, ce client ou ce document n’existe pas."},
	{"kind_invoice", "invoice", "facture"},
	{"kind_credit_note", "credit note", "avoir"},
	{"kind_payment", "payment", "règlement"},
	{"kind_deposit", "deposit", "acompte"},
	{"reduced_by_0", "billed", "facturé"},
	{"reduced_by_1", "credited", "avoir"},
	{"reduced_by_2", "collected", "encaissé"},
	{"reduced_by_3", "written off", "passé en perte"},
	{"no_customer", "(sender not known)", "(payeur inconnu)"},
	{"nothing_open", "Nothing is open on this day.", "Rien n’est ouvert ce jour."},
}

var languages = func() map[string]*language {
	en := &language{code: "en", thousands: ",", point: ".", dayLayout: "2006-01-02", words: map[string]string{}, percent: "%", daysUnit: "days"}
	fr := &language{code: "fr", thousands: "\u202f", point: ",", dayLayout: "02/01/2006", words: map[string]string{}, percent: "\u00a0%", daysUnit: "jours"}
	for _, w := range words {
		en.words[w[0]], fr.words[w[0]] = w[1], w[2]
	}
	return map[string]*language{"en": en, "fr": fr}
}()

// word returns a text. A key without one is shown as it is: an error that a test finds.
func (l *language) word(key string) string {
	if text, ok := l.words[key]; ok {
		return text
	}
	return key
}

// count is a number of things.
func (l *language) count(n int, one, many string) string {
	if n == 1 {
		return "1 " + l.word(one)
	}
	return l.number(strconv.Itoa(n)) + " " + l.word(many)
}

// bucket names a column of the aged balance.
func (l *language) bucket(name string) string {
	if text, ok := l.words[name]; ok {
		return text
	}
	if strings.HasSuffix(name, "+") {
		name = "≥ " + strings.TrimSuffix(name, "+")
	}
	name = strings.Replace(name, "-", "–", 1)
	if l.code == "fr" {
		return name + " j"
	}
	return name + " d"
}

func (l *language) money(m receivables.Money) string { return l.number(m.Text()) }

// number writes a decimal number with separators.
func (l *language) number(text string) string {
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "−", text[1:]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(l.thousands)
		}
		b.WriteRune(c)
	}
	if fraction != "" {
		b.WriteString(l.point + fraction)
	}
	return sign + b.String()
}

// figure writes a figure with one decimal and its unit.
func (l *language) figure(f receivables.Figure) string {
	value, ok := f.Value()
	if !ok {
		return l.word("not_available")
	}
	if m, ok := f.Money(); ok {
		return l.money(m)
	}
	switch f.Unit() {
	case receivables.UnitFraction:
		return l.number(value.Mul(decimal.New(100, 0)).StringFixed(1)) + l.percent
	case receivables.UnitPercent:
		return l.number(value.StringFixed(1)) + l.percent
	case receivables.UnitDays:
		return l.number(value.StringFixed(1))
	default:
		return l.number(value.StringFixed(2))
	}
}

func (l *language) day(d date.Date) string {
	if d == 0 {
		return "–"
	}
	return d.Format(l.dayLayout)
}

func (l *language) fromTo(first, last date.Date, days int) string {
	return fmt.Sprintf(l.word("from_to"), l.day(first), l.day(last), days)
}

// clean makes a name harmless: no control characters, nothing invisible.
func clean(text string) string { return plain.Text(text) }
