package main

import "fmt"

// french are the words of the library on French pages: causes, channels, segments, reasons and states. Sentences of law and notes stay as the
// library writes them.
var french = map[string]string{
	// causes of delay
	"not stated": "non précisée", "invoice error": "erreur de facturation", "price": "prix", "delivery": "livraison", "quality": "qualité",
	"missing order number": "numéro de commande manquant", "invoice not received": "facture non reçue", "unapplied cash": "règlement non lettré",
	"missing credit note": "avoir non établi", "commercial agreement": "accord commercial", "cash trouble": "difficultés de trésorerie", "organisation": "organisation du client",
	"bad faith": "mauvaise foi", "insolvency": "procédure collective", "customer's own dispute": "litige propre au client",
	"late, cause not stated": "retard, cause non précisée", "disputed, cause not stated": "litige, cause non précisée", "held, cause not stated": "retenu, cause non précisée", "zero denominator": "division par zéro",
	"negative denominator": "dénominateur négatif", "credit balance": "solde créditeur", "truncated": "tronqué", "insufficient data": "données insuffisantes", "mixed basis": "bases mêlées",
	"out of domain": "hors du domaine", "undefined": "non défini", "an insolvency, opened before it was late (C. com. L622-28)": "procédure collective ouverte avant le retard (C. com. L622-28)",
	"declaration of the claim, from publication (or the warning of a secured creditor)":                                    "déclaration de créance, à compter de la publication (ou de l’avertissement du créancier inscrit)",
	"limitation: obligations between merchants, or merchants and others, from their trade, before the law of 17 June 2008": "prescription : obligations entre commerçants, ou avec des non-commerçants, nées de leur commerce, avant la loi du 17 juin 2008",
	// channels
	"none": "aucun", "letter": "lettre", "e-mail": "courriel", "call": "appel", "visit": "visite", "registered letter": "lettre recommandée", "salesperson": "commercial",
	"legal department": "service juridique",
	// segments
	"consumer": "particuliers", "public": "organismes publics", "small balance": "petits soldes", "abroad": "étranger", "risky": "à risque", "key account": "grands comptes", "standard": "standard",
	// why an item is left alone
	"not due": "non échu", "in grace": "en franchise", "waiting": "entre deux étapes", "in gap": "contacté trop récemment", "credit": "crédit", "no due date": "sans échéance", "outside calendar": "hors du calendrier",
	"a consumer, without formal notice": "consommateur, sans mise en demeure", "below tolerance": "sous la tolérance", "below minimum": "sous le minimum", "disputed": "en litige", "on a plan": "sur échéancier", "held by hand": "bloqué à la main",
	"promise not matured": "promesse en cours", "covered by credits": "couvert par des crédits", "no address": "sans adresse", "level done": "étapes terminées", "not reminded": "non relancé",
	// states
	"done": "fait", "due": "à faire", "missed": "passée", "planned": "prévue", "not possible": "impossible", "too small": "trop petit", "lost": "perdu", "at risk": "en danger", "alert": "alerte",
	"coming": "à venir", "wait over": "délai écoulé", "elapsed": "échu", "late": "en retard", "ok": "calculé",
	// levels
	"before due": "avant échéance", "courteous": "courtoise", "firm": "ferme", "last": "dernière", "formal notice": "mise en demeure", "litigation": "contentieux",
	// limitation
	"limitation: professionals against consumers, for goods or services":                                                                   "prescription : professionnels contre consommateurs, biens et services",
	"limitation: obligations between merchants, or merchants and others, from their trade":                                                 "prescription : obligations entre commerçants, ou avec des non-commerçants, nées de leur commerce",
	"limitation: claims on the State, local authorities and bodies with a public accountant, from 1 January after the year of acquisition": "prescription : créances sur l’État, les collectivités et les organismes à comptable public, à partir du 1er janvier suivant",
}

// say is a word of the library in the language of the page.
func (l *language) say(text any) said {
	word := fmt.Sprint(text)
	if l.code == "fr" {
		if translated, ok := french[word]; ok {
			return said{"fr", translated}
		}
	}
	return said{"en", word}
}

// said is a text with its language.
type said struct{ Lang, Text string }
