// Package pgtest starts a PostgreSQL server that lives as long as a test, where initdb and pg_ctl are on the machine.
package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Run runs the tests of a package with a server, or without one where there is none, and says so. It returns the code of exit.
func Run(m *testing.M, use func(*Server)) int {
	s, err := Start()
	if err != nil {
		if !errors.Is(err, ErrNone) {
			fmt.Fprintln(os.Stderr, "PostgreSQL:", err)
			return 1
		}
		fmt.Println("the tests on PostgreSQL are left out:", err)
		return m.Run()
	}
	defer func() {
		if err := s.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "PostgreSQL:", err)
		}
	}()
	use(s)
	return m.Run()
}

// Server is a server of its own: a socket in a folder of its own, no port.
type Server struct {
	folder string
	bin    string
	as     *syscall.Credential
	made   int
}

// ErrNone says that there is no PostgreSQL on the machine.
var ErrNone = errors.New("initdb and pg_ctl are not on this machine")

// Start makes and starts a server.
func Start() (*Server, error) {
	bin, err := find()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder, bin: bin}
	if os.Geteuid() == 0 { // which PostgreSQL refuses to run as
		if s.as, err = other(); err != nil {
			return nil, errors.Join(err, os.RemoveAll(folder))
		}
		if err := os.Chown(folder, int(s.as.Uid), int(s.as.Gid)); err != nil {
			return nil, errors.Join(err, os.RemoveAll(folder))
		}
	}
	data := filepath.Join(folder, "data")
	options := fmt.Sprintf("-c listen_addresses= -c unix_socket_directories=%s -c fsync=off -c max_connections=40", folder)
	err = errors.Join(
		s.command("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"),
		s.command("pg_ctl", "-D", data, "-w", "-t", "60", "-l", filepath.Join(folder, "log"), "-o", options, "start"),
	)
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(folder, "log"))
		return nil, errors.Join(err, errors.New(string(log)), s.Stop())
	}
	return s, nil
}

// find returns the folder of the programs.
func find() (string, error) {
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(path))
	}
	for i := len(folders) - 1; i >= 0; i-- {
		_, noInit := os.Stat(filepath.Join(folders[i], "initdb"))
		_, noControl := os.Stat(filepath.Join(folders[i], "pg_ctl"))
		if noInit == nil && noControl == nil {
			return folders[i], nil
		}
	}
	return "", ErrNone
}

// other is a user that is not root.
func other() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, err := strconv.ParseUint(u.Uid, 10, 32)
			gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
			if err == nil && err2 == nil {
				return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
			}
		}
	}
	return nil, fmt.Errorf("no user to run PostgreSQL as: %w", ErrNone)
}

func (s *Server) command(name string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	c.Dir = s.folder
	c.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C")
	if s.as != nil {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	}
	log, err := os.CreateTemp("", name)
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(log.Close(), os.Remove(log.Name())) }()
	c.Stdout, c.Stderr = log, log // a file: the server keeps a pipe open
	if err := c.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(text)))
	}
	return nil
}

// Database makes an empty schema and returns how to reach it.
func (s *Server) Database() (string, error) {
	s.made++
	base := fmt.Sprintf("host=%s user=postgres dbname=postgres", s.folder)
	db, err := sql.Open("pgx", base)
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("t%d", s.made)
	_, err = db.Exec("CREATE SCHEMA " + name)
	return fmt.Sprintf("%s search_path=%s", base, name), errors.Join(err, db.Close())
}

// Stop ends the server and removes what it wrote.
func (s *Server) Stop() error {
	return errors.Join(s.command("pg_ctl", "-D", filepath.Join(s.folder, "data"), "-m", "immediate", "stop"), os.RemoveAll(s.folder))
}
