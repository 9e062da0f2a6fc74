package receivables

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
)

// csvRows divides a file into rows. Every row can be read through encoding/csv; a line that needs nothing of it can be taken as
// it is instead, and encoding/csv is given only the others, line by line, so that either way leaves the file at the same place.
type csvRows struct {
	counter  *countingReader
	lines    *bufio.Reader
	failed   error // what ended the lines, once they are used up
	csv      *csv.Reader
	pending  []byte // rest of the line that encoding/csv is being given
	left     int    // bytes that it may be given for this row
	passedBy int    // lines that it has not seen
	seen     int    // lines that it has seen
	start    int    // line at which the row read last was looked for
}

// longestLine is the length up to which a line is taken as it is.
const longestLine = 64 << 10

// maxRecordBytes is the size a single row may have.
const maxRecordBytes = 1 << 20

var errRecordTooLong = errors.New("row too long")

func newCSVRows(source io.Reader, counter *countingReader, comma rune) *csvRows {
	r := &csvRows{counter: counter, lines: bufio.NewReaderSize(source, longestLine)}
	r.csv = csv.NewReader(r)
	r.csv.ReuseRecord = true
	if comma != 0 {
		r.csv.Comma = comma
	}
	return r
}

// line returns the next line that is not empty, without its end, if encoding/csv would do no more with it than cut it at the
// separators: one that is short and has neither quote nor carriage return. It stays the next one until it is passed by.
func (r *csvRows) line() (text []byte, plain bool) {
	for {
		if len(r.pending) == 0 && !r.fill() {
			return nil, false
		}
		text, ended := bytes.CutSuffix(r.pending, []byte("\n"))
		if !ended && !errors.Is(r.failed, io.EOF) {
			return nil, false // too long, or cut off by an error
		}
		text = bytes.TrimSuffix(text, []byte("\r"))
		if len(text) > 0 {
			return text, bytes.IndexByte(text, '"') < 0 && bytes.IndexByte(text, '\r') < 0
		}
		r.passBy()
	}
}

// passBy takes the line that was returned last.
func (r *csvRows) passBy() {
	r.pending = nil
	r.passedBy++
}

// row reads the next row through encoding/csv.
func (r *csvRows) row() ([]string, error) {
	r.line() // passes by what is empty
	r.left, r.start = maxRecordBytes, r.next()
	return r.csv.Read()
}

// at returns the line and the byte of the line at which a field of the row read last begins.
func (r *csvRows) at(field int) (line, column int) {
	line, column = r.csv.FieldPos(field)
	return line + r.passedBy, column
}

// next returns the number of the next line.
func (r *csvRows) next() int { return r.seen + r.passedBy + 1 }

// fill reads a line, or as much of it as fits.
func (r *csvRows) fill() bool {
	if r.failed != nil {
		return false
	}
	line, err := r.lines.ReadSlice('\n')
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		r.failed = err
	}
	r.pending = line
	return len(line) > 0
}

// Read gives encoding/csv a line at a time.
func (r *csvRows) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errRecordTooLong
	}
	if len(r.pending) == 0 && !r.fill() {
		return 0, r.failed
	}
	n := copy(p[:min(len(p), r.left)], r.pending)
	if r.pending[n-1] == '\n' {
		r.seen++
	}
	r.pending, r.left = r.pending[n:], r.left-n
	return n, nil
}

// countingReader counts what is read, and tells now and then.
type countingReader struct {
	r      io.Reader
	n      int64
	told   int64
	report func() // may be nil
}

// reportEvery is the number of bytes after which progress is reported.
const reportEvery = 1 << 20

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.n += int64(n); c.report != nil && c.n-c.told >= reportEvery {
		c.told = c.n
		c.report()
	}
	return n, err
}
