package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// runEnv names the directory of the run, for every process that the tests start.
const runEnv = "TIDBCONFLUENT_E2E_RUN"

// leftoversTime is how long programs may take to notice the end of their parent. They look once a second.
const leftoversTime = 10 * time.Second

// leftovers ends the processes that outlive the tests, and reports those of this repository. Pulumi's own plugins ask
// only every five minutes whether the engine that started them lives. Where there is no /proc, it finds none.
func leftovers(temporary string) error {
	var found []*os.Process
	var names []string
	for end := time.Now().Add(leftoversTime); ; time.Sleep(100 * time.Millisecond) {
		if found, names = remaining(temporary); len(names) == 0 || time.Now().After(end) {
			break
		}
	}
	var err error
	for _, process := range found {
		err = errors.Join(err, ignoreEnded(process.Kill()))
	}
	if len(names) > 0 {
		err = errors.Join(err, fmt.Errorf("these processes did not end with the tests: %s", strings.Join(names, ", ")))
	}
	return err
}

func ignoreEnded(err error) error {
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// remaining returns the processes of a run, and the names of those that should have ended.
func remaining(temporary string) (found []*os.Process, names []string) {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, environment := range environments {
		// Any of it may be gone by now.
		content, err := os.ReadFile(environment)
		if err != nil || !bytes.Contains(content, []byte(runEnv+"="+temporary+"\x00")) {
			continue
		}
		program, err := os.Readlink(filepath.Join(filepath.Dir(environment), "exe"))
		if err != nil {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(environment)))
		if err != nil {
			continue
		}
		process, err := os.FindProcess(pid)
		if err != nil {
			continue
		}
		found = append(found, process)
		if !isPulumis(program) {
			names = append(names, fmt.Sprintf("%s (%d)", program, pid))
		}
	}
	return found, names
}

// isPulumis reports whether a program is a language host or a plugin that was not built from this repository.
func isPulumis(program string) bool {
	name := filepath.Base(program)
	if !strings.HasPrefix(name, "pulumi-language-") && !strings.HasPrefix(name, "pulumi-resource-") {
		return false
	}
	bin, err := filepath.Abs(filepath.Join("..", "bin"))
	tools := filepath.Join(bin, "tools")
	return err == nil && (filepath.Dir(program) == tools || !strings.HasPrefix(program, bin+string(filepath.Separator)))
}
