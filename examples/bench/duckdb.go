package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed duckdb.js
var duckScript []byte

// duckDB is a DuckDB at work in a process of Node.js.
type duckDB struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

// openDuckDB starts DuckDB from its npm package below a directory. It returns an error that says what is missing.
func openDuckDB(dir, temporary string) (*duckDB, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, errors.New("there is no node")
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "@duckdb", "node-api")); err != nil {
		return nil, fmt.Errorf("its npm package is not in %s (make duckdb)", dir)
	}
	script := filepath.Join(temporary, "duckdb.js")
	if err := os.WriteFile(script, duckScript, 0o600); err != nil {
		return nil, err
	}
	d := &duckDB{command: exec.Command(node, script, dir)}
	d.command.Stderr = os.Stderr
	if d.in, err = d.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := d.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	d.out = bufio.NewScanner(out)
	d.out.Buffer(nil, 1<<20)
	if err := d.command.Start(); err != nil {
		return nil, err
	}
	_, err = d.query("set perfect_ht_threshold=17") // customers are small numbers: its fastest way to group
	return d, err
}

// query returns the rows of a query.
func (d *duckDB) query(sql string) ([][]string, error) {
	line, err := json.Marshal(map[string]string{"sql": sql})
	if err != nil {
		return nil, err
	}
	if _, err := d.in.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	if !d.out.Scan() {
		return nil, errors.Join(errors.New("duckdb: ended"), d.out.Err())
	}
	var answer struct {
		Rows  [][]string
		Error string
	}
	if err := json.Unmarshal(d.out.Bytes(), &answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, fmt.Errorf("duckdb: %s in %s", answer.Error, sql)
	}
	return answer.Rows, nil
}

func (d *duckDB) close() error { return errors.Join(d.in.Close(), d.command.Wait()) }
