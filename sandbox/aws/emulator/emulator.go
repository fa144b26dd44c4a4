// Package emulator runs moto, an emulator of AWS, for the stand-in aws plugin: one process serves any number of
// accounts, which see nothing of each other.
//
// An account has an address of its own in front of the emulator, where its calls are recorded and can be refused: for
// what AWS would refuse, and moto does not.
package emulator

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

//go:embed serve.py
var serve string

// startLimit is for an emulator that hangs; it takes less than a second.
const startLimit = time.Minute

// Emulator is a running moto.
type Emulator struct {
	url     *url.URL
	command *exec.Cmd
	stdin   io.Closer
}

// Start starts the emulator with a Python interpreter that has moto, on a port that is free.
func Start(python string) (*Emulator, error) {
	//nolint:gosec,noctx // it runs until Close
	command := exec.Command(python, "-u", "-c", serve, "-H", "127.0.0.1", "-p", "0")
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, writer := io.Pipe()
	command.Stdout, command.Stderr = writer, writer
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting moto: %w", err)
	}
	e := &Emulator{command: command, stdin: stdin}
	address := make(chan string, 1)
	said := &strings.Builder{}
	go announced(output, said, address)
	ended := make(chan error, 1)
	go func() {
		ended <- command.Wait()
		_ = writer.Close()
	}()
	select {
	case found := <-address:
		e.url, err = url.Parse(found)
		return e, err
	case err := <-ended:
		return nil, fmt.Errorf("moto ended: %w", errors.Join(err, errors.New(said.String())))
	case <-time.After(startLimit):
		_ = e.Close()
		return nil, fmt.Errorf("moto did not say its address within %s", startLimit)
	}
}

var running = regexp.MustCompile(`Running on (http://127\.0\.0\.1:\d+)`)

// announced looks for the address in moto's output, and then only reads on, so that moto is never held up.
func announced(output io.Reader, said *strings.Builder, address chan<- string) {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		fmt.Fprintln(said, lines.Text())
		if found := running.FindStringSubmatch(lines.Text()); found != nil {
			address <- found[1]
			break
		}
	}
	_, _ = io.Copy(io.Discard, output)
}

// URL is the address, where every call is for the account 123456789012.
func (e *Emulator) URL() string { return e.url.String() }

// Close ends the emulator.
func (e *Emulator) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	context.AfterFunc(ctx, func() { _ = e.command.Process.Kill() })
	return e.stdin.Close()
}
