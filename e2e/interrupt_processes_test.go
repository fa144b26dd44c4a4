//go:build linux

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/stretchr/testify/require"
)

// process is one of those that a stack's command line started, or the command line itself.
type process struct {
	pid  int
	name string
	// arguments and environment are as the system shows them to any process that may look.
	arguments, environment []byte
}

// processes are those of this stack that run now, also those whose parent is gone: they are known by the home
// directory in their environment, which no other stack has.
func (s *stack) processes() []process {
	marker := []byte("\x00HOME=" + s.env["HOME"] + "\x00")
	var found []process
	directories, _ := filepath.Glob("/proc/[0-9]*")
	for _, directory := range directories {
		// Any of it may be gone by now.
		environment, err := os.ReadFile(filepath.Join(directory, "environ"))
		if err != nil || !bytes.Contains(append([]byte{0}, environment...), marker) {
			continue
		}
		arguments, err := os.ReadFile(filepath.Join(directory, "cmdline"))
		if err != nil || len(arguments) == 0 {
			continue // it has ended, and waits for its parent to notice
		}
		program, _, _ := bytes.Cut(arguments, []byte{0})
		pid, err := strconv.Atoi(filepath.Base(directory))
		if err != nil {
			continue
		}
		found = append(found, process{
			pid: pid, name: filepath.Base(string(program)), arguments: arguments, environment: environment,
		})
	}
	return found
}

// A command is a running command of Pulumi.
type command struct {
	stack *stack
	cmd   *exec.Cmd
	done  chan struct{}

	mu  sync.Mutex
	out bytes.Buffer
	err error
}

// Write takes the output of the command.
func (c *command) Write(text []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.Write(text)
}

func (c *command) said() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

// start starts a command in a process group of its own, as a shell does in a terminal.
func (s *stack) start(args ...string) *command {
	s.t.Helper()
	cmd := exec.Command(tools.pulumi, append(args, "--non-interactive", "--color=never")...)
	c := &command{stack: s, cmd: cmd, done: make(chan struct{})}
	cmd.Dir = s.dir
	cmd.Stdout, cmd.Stderr = c, c
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// Plugins that outlive the command line keep its output open.
	cmd.WaitDelay = time.Second
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	require.NoError(s.t, cmd.Start())
	go func() {
		defer close(c.done)
		err := cmd.Wait()
		spend(s.t, tools.pulumi, args, cmd.ProcessState)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.err = err
	}()
	return c
}

// wait waits for the end of the command, however it comes, and returns its output.
func (c *command) wait() string {
	c.stack.t.Helper()
	select {
	case <-c.done:
	case <-time.After(commandTimeout):
		for _, p := range c.stack.processes() {
			_ = syscall.Kill(p.pid, syscall.SIGKILL)
		}
		<-c.done
		c.stack.t.Errorf("the command did not end: %s\n%s", strings.Join(c.cmd.Args, " "), c.said())
	}
	out := c.said()
	c.stack.transcript.WriteString("$ " + strings.Join(c.cmd.Args, " ") + "\n" + out + "\n")
	return out
}

// signal sends a signal to the process group of the command line, as a terminal does.
func (c *command) signal(signal syscall.Signal) { _ = syscall.Kill(-c.cmd.Process.Pid, signal) }

// kill kills the processes of the stack with this name at once; an empty name means all.
func (s *stack) kill(name string) {
	for _, p := range s.processes() {
		if name == "" || p.name == name {
			_ = syscall.Kill(p.pid, syscall.SIGKILL)
		}
	}
}
