package xmltree

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

func TestParse(t *testing.T) {
	var seen []string
	root, err := Parse(strings.NewReader("\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n<!-- c --><a:list xmlns:a='urn:x' n='1'>\n <a:item> one<b/> </a:item><a:item>two &amp; &#233;</a:item><x>y</x></a:list>\n"), Options{
		Each: map[string]func(*Node) error{"item": func(n *Node) error { seen = append(seen, n.Text); return nil }},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"one", "two & é"}, seen)
	assert.Equal(t, "urn:x", root.Space)
	assert.Equal(t, "1", root.Attr("n"))
	assert.Equal(t, "y", root.Value("none|x"))
	assert.Empty(t, root.All("item"))
	assert.Equal(t, 3, root.First("x").Line)
	assert.Nil(t, root.First("none", "x"))

	latin, err := Parse(strings.NewReader("<?xml version='1.0' encoding='ISO-8859-15'?><a>\xa4</a>"), Options{})
	require.NoError(t, err)
	assert.Equal(t, "€", latin.Text)
}

func TestHostileDocumentsAreRefused(t *testing.T) {
	bomb := "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><a>&b;</a>"
	for name, c := range map[string]struct {
		text   string
		kind   error
		detail string
	}{
		"entity bomb":      {bomb, receivables.ErrInvalidInput, "a document type is not read"},
		"external entity":  {"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", receivables.ErrInvalidInput, "document type"},
		"unknown entity":   {"<a>&x;</a>", receivables.ErrInvalidInput, "invalid character entity"},
		"deep nesting":     {strings.Repeat("<a>", 100_000), receivables.ErrLimit, "nested more than 64 deep"},
		"many elements":    {"<a>" + strings.Repeat("<b/>", 1001) + "</a>", receivables.ErrLimit, "more than 1000 elements"},
		"huge text":        {"<a>" + strings.Repeat("x", 70_000) + "</a>", receivables.ErrLimit, "a text of more than 65536 bytes"},
		"huge attribute":   {"<a b='" + strings.Repeat("x", 70_000) + "'/>", receivables.ErrLimit, "an attribute of more than"},
		"many attributes":  {"<a " + strings.Repeat("b='1' ", 65) + "/>", receivables.ErrLimit, "more than 64 attributes"},
		"large file":       {"<a>" + strings.Repeat(" <!-- -->", 20_000) + "</a>", receivables.ErrLimit, "larger than 100000 bytes"},
		"zip":              {"PK\x03\x04", receivables.ErrInvalidInput, "a ZIP archive"},
		"pdf":              {"%PDF-1.7", receivables.ErrInvalidInput, "take the XML out"},
		"utf-16":           {"\xff\xfe<\x00", receivables.ErrInvalidInput, "UTF-16"},
		"other encoding":   {"<?xml version='1.0' encoding='utf-7'?><a/>", receivables.ErrInvalidInput, "utf-7"},
		"not UTF-8":        {"<a>\xff</a>", receivables.ErrInvalidInput, "UTF-8"},
		"two roots":        {"<a/><b/>", receivables.ErrInvalidInput, "a second root"},
		"ends early":       {"<a><b>", receivables.ErrInvalidInput, "unexpected EOF"},
		"only blanks":      {"    \n", receivables.ErrInvalidInput, "ends too early"},
		"empty":            {"", receivables.ErrInvalidInput, "empty"},
		"text after all":   {"<a/></a>", receivables.ErrInvalidInput, "unexpected end element"},
		"not XML at all":   {"hello world", receivables.ErrInvalidInput, "outside of the root"},
		"text at the end":  {"<a/>garbage", receivables.ErrInvalidInput, "outside of the root"},
		"unclosed quote":   {"<a b='", receivables.ErrInvalidInput, "unexpected EOF"},
		"control in text":  {"<a>\x00</a>", receivables.ErrInvalidInput, "illegal character"},
		"wrong end":        {"<a></b>", receivables.ErrInvalidInput, "closed by"},
		"second directive": {"<a><!ELEMENT a ANY></a>", receivables.ErrInvalidInput, "document type"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(strings.NewReader(c.text), Options{File: "f.xml", MaxBytes: 100_000, MaxNodes: 1000})
			if name == "deep nesting" {
				_, err = Parse(strings.NewReader(c.text), Options{File: "f.xml"})
			}
			require.ErrorIs(t, err, c.kind)
			assert.ErrorContains(t, err, c.detail)
			assert.ErrorContains(t, err, "f.xml")
		})
	}
	_, err := Parse(strings.NewReader("<a"+strings.Repeat(" b='c'", 1<<20)+"/>"), Options{})
	require.ErrorIs(t, err, receivables.ErrLimit)
	assert.ErrorContains(t, err, "a tag of more than 262144 bytes")
	_, err = Parse(strings.NewReader("<a><![CDATA["+strings.Repeat("x", 60_000)+"]]><!--"+strings.Repeat("y", 1<<20)+"--></a>"), Options{})
	require.NoError(t, err)
	_, err = Parse(strings.NewReader("<abc/>"), Options{MaxBytes: 6})
	require.NoError(t, err, "of exactly the limit")

	// A list that is handed on piece by piece is not held; what nobody reads may be long.
	n := 0
	_, err = Parse(strings.NewReader("<a>"+strings.Repeat("<b><c/></b>", 5000)+"<blob>"+strings.Repeat("x", 200_000)+"</blob></a>"), Options{
		MaxNodes: 10, Each: map[string]func(*Node) error{"b": func(*Node) error { n++; return nil }, "blob": nil},
	})
	require.NoError(t, err)
	assert.Equal(t, 5000, n)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("<a b='1'><c>x</c><!-- y --><![CDATA[z]]></a>"))
	f.Add([]byte("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"))
	f.Fuzz(func(t *testing.T, text []byte) {
		depth := 0
		var walk func(*Node, int)
		walk = func(n *Node, at int) {
			depth = max(depth, at)
			if len(n.Text) > maxText || len(n.Attrs) > maxAttrs {
				t.Fatal("beyond the limits")
			}
			for _, c := range n.Children {
				walk(c, at+1)
			}
		}
		root, err := Parse(bytes.NewReader(text), Options{Each: map[string]func(*Node) error{"c": nil}})
		if err != nil {
			return
		}
		walk(root, 1)
		if depth > maxDepth {
			t.Fatal("nested", depth)
		}
	})
}
