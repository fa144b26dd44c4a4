package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// profile writes pprof profiles of the plugin, during preview and up of the largest number of links: of processor time
// and allocations, and, in a run of their own, of memory and goroutines when most memory is in use. It adds no figures.
func (b *bench) profile(ctx context.Context) error {
	binary := filepath.Join(b.temporary, "profiled", "pulumi-resource-tidbconfluent")
	if err := b.build(ctx, binary, "./bench/profiled"); err != nil {
		return err
	}
	dir, err := filepath.Abs(filepath.Join(b.dir, "profiles"))
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, variable := range []string{"TIDBCONFLUENT_BENCH_CPU", "TIDBCONFLUENT_BENCH_MEMORY"} {
		err := b.profileOperations(ctx, binary, func(operation string) string {
			return variable + "=" + filepath.Join(dir, operation)
		})
		if err != nil {
			return err
		}
	}
	b.say("wrote " + dir)
	return nil
}

// profileOperations runs preview and up, each with another addition to the environment.
func (b *bench) profileOperations(ctx context.Context, binary string, variable func(operation string) string) error {
	n := b.sizes[len(b.sizes)-1]
	var opts sandbox.Options
	ids := tidbClusters(max(1, n/10), &opts)
	s, err := b.newStack(ctx, opts, 0)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.replacePlugin(binary); err != nil {
		return err
	}
	s.env = append(s.env, withoutCheckpoints...)
	program := components(links{s.box.Seed().EnvironmentID, spread(n, ids)})
	env := s.env
	for _, op := range []struct {
		name string
		run  func(context.Context, pulumi.RunFunc) (measured, error)
	}{{"preview", s.preview}, {"up", s.up}} {
		s.env = append(env[:len(env):len(env)], variable(op.name))
		if _, err := op.run(ctx, program); err != nil {
			return err
		}
	}
	return nil
}

// replacePlugin gives the stack another plugin than the released one.
func (s *stack) replacePlugin(binary string) error {
	plugins := filepath.Join(s.root, "pulumi", "plugins")
	if err := os.Remove(plugins); err != nil {
		return err
	}
	return errors.Join(install(plugins, "tidbconfluent", provider.Version, binary),
		install(plugins, "confluentcloud", confluentVersion, s.lab.standIn))
}
