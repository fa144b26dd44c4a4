package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

const pluginPart = "The plugin, against a minimal provider with the same SDKs"

// memory measures the size of the plugin, and the most memory that it needs for an update.
func (b *bench) memory(ctx context.Context) error {
	binary, minimal := fileSize(b.plugin), fileSize(b.minimal)
	b.add(megabytes("binary", binary, minimal, 0, "without debugging information"))
	if runtime.GOOS != "linux" {
		fmt.Fprintln(os.Stderr, "no figures of memory: they are read from /proc")
		return nil
	}
	base, err := b.minimalMemory(ctx)
	if err != nil {
		return err
	}
	var last float64
	for i, n := range b.sizes() {
		s, program, err := b.newLinks(ctx, components, n, max(1, n/10), sandbox.Options{})
		if err != nil {
			return err
		}
		s.watched = b.plugin
		m, err := s.up(ctx, program)
		s.close()
		if err != nil {
			return err
		}
		peak := float64(m.memory)
		if i == 0 {
			b.add(megabytes("peak memory, up of 1 link", peak, base, 1.3, ""))
		} else {
			before := b.sizes()[i-1]
			b.add(megabytes(fmt.Sprintf("memory for each further link, from %d to %d", before, n),
				(peak-last)/float64(n-before), 0, 0.8, fmt.Sprintf("%.0f MB in all", peak/1e6)))
		}
		last = peak
	}
	return nil
}

func megabytes(name string, value, base, goal float64, note string) figure {
	return figure{pluginPart, name, value / 1e6, base / 1e6, "MB", goal, note}
}

func fileSize(path string) float64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return float64(info.Size())
}

// minimalMemory is the most that the minimal provider needs for one component.
func (b *bench) minimalMemory(ctx context.Context) (float64, error) {
	s, err := b.newStack(ctx, sandbox.Options{})
	if err != nil {
		return 0, err
	}
	defer s.close()
	s.watched = b.minimal
	m, err := s.up(ctx, func(ctx *pulumi.Context) error {
		return ctx.RegisterRemoteComponentResource("minimal:index:Link", "link", pulumi.Map{"name": pulumi.String("x")},
			&struct{ pulumi.ResourceState }{}, pulumi.Version("0.1.0"))
	})
	return float64(m.memory), err
}

// watch looks, until it is stopped, at the processes of a binary that a command starts, and returns the most memory
// that one of them had resident, in bytes. The engine kills its plugins, so they cannot report it at their end.
func watch(binary string, command int) (stop func() int64) {
	done, highest := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		for {
			lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", command))
			for _, list := range lists {
				children, _ := os.ReadFile(list) //nolint:gosec // of /proc
				for _, pid := range strings.Fields(string(children)) {
					if target, err := os.Readlink("/proc/" + pid + "/exe"); err == nil && target == binary {
						most = max(most, residentPeak(pid))
					}
				}
			}
			select {
			case <-time.After(20 * time.Millisecond):
			case <-done:
				highest <- most
				return
			}
		}
	}()
	return func() int64 { close(done); return <-highest }
}

// residentPeak reads a process's peak of resident memory.
func residentPeak(pid string) (bytes int64) {
	status, _ := os.ReadFile("/proc/" + pid + "/status") //nolint:gosec // pid comes from /proc
	if _, line, found := strings.Cut(string(status), "VmHWM:"); found {
		_, _ = fmt.Sscan(line, &bytes)
	}
	return bytes << 10
}
