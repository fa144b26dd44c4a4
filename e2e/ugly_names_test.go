package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// uglyNames are names of links that a shell, or the CLI, would take for something else.
var uglyNames = []string{
	`it's "the  shop's" größe 注文 $HOME $(id) ` + "`id`" +
		` !! * \ 100% %s {a,b} <{%reset%}> ; & | # ~ one!`,
	"orders=urn:pulumi:dev::e2e::a:b:C::d",
	"orders\nof the 'shop'!\n",
	"--orders",
}

// TestUglyNames runs the import commands of previews and errors in a real shell, for parts that a killed run left
// behind of links with names that need quotes.
func TestUglyNames(t *testing.T) {
	t.Parallel()
	program, children := "\nresources:\n", []string{}
	for i, name := range uglyNames {
		program += fmt.Sprintf(`
  link%d:
    type: tidbconfluent:PrivateLink
    name: %q
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      connection: {displayName: orders%d}
`, i, name, i)
		for _, suffix := range []string{"-domains", "-connection", "-kafka", "-access", "-network"} {
			children = append(children, name+suffix)
		}
	}
	s := newLargeStack(t, program, nil)
	s.up()
	made := s.changes()
	s.forget(children...)
	for _, child := range []struct {
		suffix, pattern string
		run             func(args ...string) string
		args            []string
	}{
		{"-network", `take it over first: (pulumi import .*?); if it belongs`, s.pulumi, []string{"preview"}},
		{"-access", `take it over: (pulumi import .*?); if the state has it`, s.pulumiFails, []string{"preview"}},
		{"-kafka", `take it over first: (pulumi import .*?); if it belongs`, s.pulumi, []string{"preview"}},
		{
			"-connection", takeOverCommand, s.pulumiFails,
			[]string{"up", "--yes", "--skip-preview", "--continue-on-error"},
		},
		{
			"-domains", takeOverCommand, s.pulumiFails,
			[]string{"up", "--yes", "--skip-preview", "--continue-on-error"},
		},
	} {
		out := child.run(child.args...)
		for _, name := range uglyNames {
			s.imports(out, name+child.suffix, child.pattern)
		}
	}
	s.settled()
	s.up() // What is imported depends on nothing yet.
	assert.Equal(t, made, s.changes(), "nothing may be made a second time")
	s.destroyed()
}

// takeOverCommand matches the error of an update that finds a resource of a killed one.
const takeOverCommand = `take it over with: (pulumi import .*?) \(or delete it`

// imports runs the command that imports a resource, from Pulumi's output, in a shell.
func (s *stack) imports(said, name, pattern string) {
	s.t.Helper()
	for _, command := range regexp.MustCompile(pattern).FindAllStringSubmatch(said, -1) {
		// The command of this resource, among several.
		out, err := s.inShell("printf '%s\\n' " + command[1])
		require.NoError(s.t, err, out)
		if strings.Contains("\n"+out, "\n"+name+"\n") {
			out, err = s.inShell(command[1])
			require.NoError(s.t, err, "%s\n%s", command[1], out)
			s.resourceCalled(name)
			return
		}
	}
	require.Fail(s.t, "no command imports the resource", "%q in\n%s", name, said)
}

// inShell runs a command as if a user pasted it.
func (s *stack) inShell(command string) (string, error) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Dir = s.dir
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, "PULUMI_SKIP_CONFIRMATIONS=true")
	out, err := cmd.CombinedOutput()
	fmt.Fprintf(&s.transcript, "$ %s\n%s\n", command, out)
	return string(out), err
}
