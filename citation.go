package receivables

import "fmt"

// Citation names the text on which a figure rests.
type Citation struct {
	Text string `json:"text"` // law and article: "C. com. L441-10 II"
	// Confidence says how the rule was read: T the text itself, O a page of a public
	// authority, P a professional page, M general knowledge not checked again; or the
	// confidence of a row of data (agreed, single, derived, unverified, caller).
	Confidence string `json:"confidence"`
	// Row names the row of data, if it is one: "ecb_mro 2.15 from 2025-06-11".
	Row string `json:"row,omitempty"`
}

// String writes the citation with its confidence.
func (c Citation) String() string {
	if c.Row == "" {
		return fmt.Sprintf("%s [%s]", c.Text, c.Confidence)
	}
	return fmt.Sprintf("%s: %s [%s]", c.Text, c.Row, c.Confidence)
}
