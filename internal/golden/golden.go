// Package golden compares output with files kept in testdata/golden. With the
// flag -update the files are written anew; read the difference before keeping it.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Assert compares got with the golden file of the given name.
func Assert(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("output differs from %s (go test -update writes it anew); got:\n%s", path, got)
	}
}

// Section compares got with the part of a file between two marker lines,
// "<!-- name -->" and "<!-- /name -->".
func Section(t *testing.T, path, name, got string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, ok := strings.Cut(string(data), begin)
	section, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no section %q", path, name)
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+got+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if section != got {
		t.Errorf("section %q of %s is out of date (go test -update writes it anew); want:\n%s", name, path, got)
	}
}
