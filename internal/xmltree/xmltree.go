// Package xmltree reads XML of unknown origin into a tree, within limits: no document type, no entities of its own, no deep nesting, no
// huge texts.
package xmltree

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/receivables-go/receivables"
)

// Node is an element. Its names are without namespace prefix.
type Node struct {
	Name, Space string
	Line        int    // on which it begins
	Text        string // of its own, blanks at both ends taken off
	Attrs       []xml.Attr
	Children    []*Node
}

// Options of Parse. Limits of 0 are the usual ones.
type Options struct {
	File     string // used in messages
	MaxBytes int64  // of the file; 64 MiB
	MaxNodes int    // in the tree at one time; 1,000,000
	// Each is called with every element of these names when it ends; it is then taken out of the tree, so that a long list is not
	// held. A nil function only takes it out.
	Each map[string]func(*Node) error
	// Root, if given, is called with the root element when it begins.
	Root func(*Node) error
}

const (
	maxBytes = 64 << 20
	maxNodes = 1_000_000
	maxDepth = 64
	maxText  = 64 << 10 // of an element; longer is cut off only where the element is taken out
	maxAttrs = 64
	maxTag   = 256 << 10 // bytes of a tag with its attributes
)

// Error is a *receivables.RowError with the place of a node.
func (n *Node) Error(file, path string, rule receivables.Rule, value, detail string) error {
	line := 0
	if n != nil {
		line = n.Line
	}
	return &receivables.RowError{File: file, Line: line, Column: path, Err: &receivables.FieldError{Path: path, Value: value, Rule: rule, Detail: detail}}
}

// First returns the first element at the end of a path below n, nil if there is none. A step may name alternatives, "A|B". It works on
// nil.
func (n *Node) First(path ...string) *Node {
	for _, step := range path {
		if n == nil {
			return nil
		}
		n = n.child(step)
	}
	return n
}

func (n *Node) child(step string) *Node {
	for _, c := range n.Children {
		if matches(c.Name, step) {
			return c
		}
	}
	return nil
}

func matches(name, step string) bool {
	for {
		first, rest, more := strings.Cut(step, "|")
		if name == first {
			return true
		}
		if !more {
			return false
		}
		step = rest
	}
}

// All returns the elements of a name directly below n.
func (n *Node) All(name string) []*Node {
	if n == nil {
		return nil
	}
	var found []*Node
	for _, c := range n.Children {
		if matches(c.Name, name) {
			found = append(found, c)
		}
	}
	return found
}

// Value returns the text at the end of a path, "" if there is none.
func (n *Node) Value(path ...string) string {
	if n = n.First(path...); n == nil {
		return ""
	}
	return n.Text
}

// Attr returns an attribute, "" if there is none.
func (n *Node) Attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// limited counts what is read and ends it at a limit.
type limited struct {
	from  io.Reader
	left  int64 // may be read
	tag   int   // bytes of the tag that is read, with its "<"
	quiet bool  // it is a comment or CDATA, which the decoder does not take apart
}

var (
	errTooLarge = errors.New("too large")
	errLongTag  = errors.New("long tag")
)

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLarge
	}
	for _, c := range p[:n] { // the decoder reads all attributes of a tag before it says anything of it
		switch {
		case c == '<':
			l.tag, l.quiet = 1, false
		case c == '>':
			l.tag = 0
		case l.tag > 0:
			l.quiet = l.quiet || l.tag == 1 && c == '!'
			if l.tag++; l.tag > maxTag && !l.quiet {
				return 0, errLongTag
			}
		}
	}
	return n, err
}

// Parse reads a document.
//
// Errors, each a *receivables.RowError with file and line:
//   - ErrLimit for a file, a tree, a text, a number of attributes or a nesting beyond the limits;
//   - ErrInvalidInput for anything that is not well-formed, a document type, an encoding other than UTF-8, ISO 8859-1, ISO 8859-15 or
//     windows-1252, a ZIP or other archive;
//   - those of the functions of Each and Root.
func Parse(r io.Reader, options Options) (*Node, error) {
	if options.MaxBytes == 0 {
		options.MaxBytes = maxBytes
	}
	if options.MaxNodes == 0 {
		options.MaxNodes = maxNodes
	}
	p := &parser{options: options, file: options.File}
	return p.parse(&limited{from: r, left: options.MaxBytes})
}

type parser struct {
	options Options
	file    string
	decoder *xml.Decoder
	open    []*Node
	texts   []*bytes.Buffer
	sizes   []int // number of nodes in the tree when an open element began
	nodes   int
}

func (p *parser) fail(rule receivables.Rule, value, detail string) error {
	line := 0
	if p.decoder != nil {
		line, _ = p.decoder.InputPos()
	}
	path := "document"
	if len(p.open) > 0 {
		path = p.open[len(p.open)-1].Name
	}
	return &receivables.RowError{File: p.file, Line: line, Column: path, Err: &receivables.FieldError{Path: path, Value: value, Rule: rule, Detail: detail}}
}

func (p *parser) parse(r io.Reader) (*Node, error) {
	first := make([]byte, 4)
	n, err := io.ReadFull(r, first)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, p.fail(receivables.RuleSyntax, "", err.Error())
	}
	first = first[:n]
	switch {
	case n == 0:
		return nil, p.fail(receivables.RuleRequired, "", "the file is empty")
	case bytes.HasPrefix(first, []byte("PK\x03\x04")):
		return nil, p.fail(receivables.RuleSyntax, "", "is a ZIP archive: unpack it first")
	case bytes.HasPrefix(first, []byte("\x1f\x8b")):
		return nil, p.fail(receivables.RuleSyntax, "", "is a gzip file: unpack it first")
	case bytes.HasPrefix(first, []byte("%PDF")):
		return nil, p.fail(receivables.RuleSyntax, "", "is a PDF file: take the XML out of it first")
	case bytes.HasPrefix(first, []byte("\xff\xfe")), bytes.HasPrefix(first, []byte("\xfe\xff")):
		return nil, p.fail(receivables.RuleEncoding, "", "is UTF-16: UTF-8 is needed")
	}
	first = bytes.TrimPrefix(first, []byte("\xef\xbb\xbf"))
	p.decoder = xml.NewDecoder(io.MultiReader(bytes.NewReader(first), r))
	p.decoder.CharsetReader = charset
	var root *Node
	for {
		token, err := p.decoder.Token()
		if errors.Is(err, io.EOF) && err == io.EOF && root != nil { //nolint:errorlint // a wrapped end is an early one
			return root, nil
		}
		if err != nil {
			return nil, p.readError(err)
		}
		switch token := token.(type) {
		case xml.Directive:
			return nil, p.fail(receivables.RuleSyntax, string(token[:min(len(token), 40)]), "a document type is not read: it could define entities")
		case xml.StartElement:
			if root != nil && len(p.open) == 0 {
				return nil, p.fail(receivables.RuleSyntax, token.Name.Local, "a second root element")
			}
			node, err := p.start(token)
			if err != nil {
				return nil, err
			}
			if root == nil {
				root = node
			}
		case xml.EndElement:
			if err := p.end(); err != nil {
				return nil, err
			}
		case xml.CharData:
			if err := p.text(token); err != nil {
				return nil, err
			}
		}
	}
}

func (p *parser) readError(err error) error {
	switch {
	case errors.Is(err, errTooLarge):
		return p.fail(receivables.RuleLimit, "", fmt.Sprintf("the file is larger than %d bytes", p.options.MaxBytes))
	case errors.Is(err, errLongTag):
		return p.fail(receivables.RuleLimit, "", fmt.Sprintf("a tag of more than %d bytes", maxTag))
	case errors.Is(err, io.EOF):
		return p.fail(receivables.RuleSyntax, "", "the file ends too early")
	}
	var row *receivables.RowError
	if errors.As(err, &row) {
		return err
	}
	return p.fail(receivables.RuleSyntax, "", err.Error())
}

func charset(label string, input io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return input, nil
	case "iso-8859-1", "latin1":
		return charmap.ISO8859_1.NewDecoder().Reader(input), nil
	case "iso-8859-15":
		return charmap.ISO8859_15.NewDecoder().Reader(input), nil
	case "windows-1252", "cp1252":
		return charmap.Windows1252.NewDecoder().Reader(input), nil
	}
	return nil, fmt.Errorf("encoding %q is not read", label)
}

func (p *parser) start(token xml.StartElement) (*Node, error) {
	line, _ := p.decoder.InputPos()
	node := &Node{Name: token.Name.Local, Space: token.Name.Space, Line: line}
	if len(token.Attr) > maxAttrs {
		return nil, p.fail(receivables.RuleLimit, node.Name, fmt.Sprintf("more than %d attributes", maxAttrs))
	}
	for _, a := range token.Attr {
		if len(a.Value) > maxText {
			return nil, p.fail(receivables.RuleLimit, a.Name.Local, fmt.Sprintf("an attribute of more than %d bytes", maxText))
		}
	}
	node.Attrs = token.Copy().Attr
	if len(p.open) >= maxDepth {
		return nil, p.fail(receivables.RuleLimit, node.Name, fmt.Sprintf("elements are nested more than %d deep", maxDepth))
	}
	if p.nodes++; p.nodes > p.options.MaxNodes {
		return nil, p.fail(receivables.RuleLimit, node.Name, fmt.Sprintf("more than %d elements", p.options.MaxNodes))
	}
	if len(p.open) == 0 {
		if p.options.Root != nil {
			if err := p.options.Root(node); err != nil {
				return nil, err
			}
		}
	} else {
		parent := p.open[len(p.open)-1]
		parent.Children = append(parent.Children, node)
	}
	p.open, p.texts, p.sizes = append(p.open, node), append(p.texts, &bytes.Buffer{}), append(p.sizes, p.nodes-1)
	return node, nil
}

func (p *parser) text(data []byte) error {
	if len(p.open) == 0 {
		if len(bytes.TrimSpace(data)) > 0 {
			return p.fail(receivables.RuleSyntax, string(data[:min(len(data), 40)]), "text outside of the root element")
		}
		return nil
	}
	buffer := p.texts[len(p.texts)-1]
	if buffer.Len()+len(data) <= maxText {
		buffer.Write(data)
		return nil
	}
	for _, node := range p.open {
		if each, taken := p.options.Each[node.Name]; taken && each == nil {
			return nil // nobody reads it
		}
	}
	return p.fail(receivables.RuleLimit, "", fmt.Sprintf("a text of more than %d bytes", maxText))
}

func (p *parser) end() error {
	at := len(p.open) - 1
	node := p.open[at]
	node.Text = strings.TrimSpace(p.texts[at].String())
	before := p.sizes[at]
	p.open, p.texts, p.sizes = p.open[:at], p.texts[:at], p.sizes[:at]
	each, taken := p.options.Each[node.Name]
	if !taken {
		return nil
	}
	if at > 0 {
		parent := p.open[at-1]
		parent.Children = parent.Children[:len(parent.Children)-1]
		p.nodes = before
	}
	if each == nil {
		return nil
	}
	return each(node)
}
