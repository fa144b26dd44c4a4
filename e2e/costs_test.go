package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// costsEnv names a file for the table of the cost of the tests' commands. The machine may be busy with other work, so
// the table counts CPU seconds, not wall time.
const costsEnv = "E2E_COSTS"

// cost is the CPU time of some commands, with the plugins that they started and waited for.
type cost struct {
	commands  int
	processor time.Duration
}

// costs are those of a run, by test and by command.
var costs struct {
	sync.Mutex
	of map[string]cost
}

// spend adds a command that has ended.
func spend(t *testing.T, program string, args []string, ended *os.ProcessState) {
	t.Helper()
	if os.Getenv(costsEnv) == "" || ended == nil {
		return
	}
	verb := ""
	for _, argument := range args {
		if strings.HasPrefix(argument, "-") || strings.Count(verb, " ") == 2 {
			break
		}
		verb += " " + argument
	}
	test, _, _ := strings.Cut(t.Name(), "/")
	processor := ended.UserTime() + ended.SystemTime()
	costs.Lock()
	defer costs.Unlock()
	if costs.of == nil {
		costs.of = map[string]cost{}
	}
	for _, of := range []string{"test    " + test, "command " + filepath.Base(program) + verb, "all"} {
		sum := costs.of[of]
		costs.of[of] = cost{sum.commands + 1, sum.processor + processor}
	}
}

// writeCosts writes the table, the most expensive first.
func writeCosts() error {
	file := os.Getenv(costsEnv)
	if file == "" {
		return nil
	}
	costs.Lock()
	defer costs.Unlock()
	var names []string
	for name := range costs.of {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return int(costs.of[b].processor - costs.of[a].processor) })
	var table strings.Builder
	for _, name := range names {
		c := costs.of[name]
		fmt.Fprintf(&table, "%8.2f s %5d commands  %s\n", c.processor.Seconds(), c.commands, name)
	}
	return os.WriteFile(file, []byte(table.String()), 0o600)
}
