package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

const pluginPart = "The plugin against a minimal provider on the same library"

// start is what it takes to begin with a plugin.
type start struct{ handshake, schema time.Duration }

// startPlugin starts a plugin as the engine does, and asks for its schema.
func startPlugin(ctx context.Context, binary string) (start, error) {
	began := time.Now()
	cmd := exec.CommandContext(ctx, binary, "127.0.0.1:1")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return start{}, err
	}
	if err := cmd.Start(); err != nil {
		return start{}, err
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return start{}, fmt.Errorf("%s tells no port: %w", binary, err)
	}
	s := start{handshake: time.Since(began)}
	began = time.Now()
	connection, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		return start{}, err
	}
	defer func() { _ = connection.Close() }()
	_, err = pulumirpc.NewResourceProviderClient(connection).GetSchema(ctx, &pulumirpc.GetSchemaRequest{})
	s.schema = time.Since(began)
	return s, err
}

// pluginCosts measures starts and sizes.
func (b *bench) pluginCosts(ctx context.Context) error {
	const times = 21
	starts := map[string][]start{}
	for range times {
		for _, binary := range []string{b.plugin, b.minimal} {
			s, err := startPlugin(ctx, binary)
			if err != nil {
				return err
			}
			starts[binary] = append(starts[binary], s)
		}
	}
	middle := func(binary string, of func(start) time.Duration) time.Duration {
		all := starts[binary]
		slices.SortFunc(all, func(x, y start) int { return int(of(x) - of(y)) })
		return of(all[len(all)/2])
	}
	handshake, schema := func(s start) time.Duration { return s.handshake },
		func(s start) time.Duration { return s.schema }
	b.add(milliseconds("start to handshake", middle(b.plugin, handshake), middle(b.minimal, handshake), 1.2),
		milliseconds("get-schema", middle(b.plugin, schema), middle(b.minimal, schema), 0))
	var sizes [2]float64
	for i, binary := range []string{b.plugin, b.minimal} {
		info, err := os.Stat(binary)
		if err != nil {
			return err
		}
		sizes[i] = float64(info.Size())
	}
	b.add(megabytes("binary", sizes[0], sizes[1], 0, "without debugging information"))
	return nil
}

func milliseconds(name string, value, base time.Duration, goal float64) figure {
	return figure{
		Part: pluginPart, Name: name, Value: float64(value) / 1e6, Base: float64(base) / 1e6, Unit: "ms", Goal: goal,
		Note: "median of 21",
	}
}

// addMemory compares the memory of the plugin with what is wanted: 1.3 times what the minimal provider needs for one
// component, and 200 kB for each link.
func (b *bench) addMemory(ctx context.Context, atSize map[int]samples) error {
	minimal, err := b.minimalMemory(ctx)
	if err != nil {
		return err
	}
	wanted := fmt.Sprintf("1.3 × the minimal provider's %.1f MB and 200 kB a link", float64(minimal.total)/1e6)
	for _, n := range b.sizes {
		for _, op := range operations {
			var most memory
			for _, m := range atSize[n][op]["component"] {
				most = most.most(m.plugin.memory)
			}
			b.add(megabytes(fmt.Sprintf("peak memory, %s of %d links", op, n), float64(most.total),
				1.3*float64(minimal.total)+200e3*float64(n), 1,
				fmt.Sprintf("%s; %.1f MB are pages of files", wanted, float64(most.files)/1e6)))
		}
	}
	b.add(megabytes("memory of the minimal provider", float64(minimal.total), 0, 0,
		fmt.Sprintf("%.1f MB are pages of files", float64(minimal.files)/1e6)))
	return nil
}

func megabytes(name string, value, base, goal float64, note string) figure {
	return figure{
		Part: pluginPart, Name: name, Value: value / 1e6, Base: base / 1e6, Unit: "MB", Goal: goal,
		Note: note,
	}
}

// minimalMemory is the most that the minimal provider needs for one component.
func (b *bench) minimalMemory(ctx context.Context) (memory, error) {
	if err := install(b.plugins, "minimal", "0.1.0", b.minimal); err != nil {
		return memory{}, err
	}
	s, err := b.newStack(ctx, sandbox.Options{}, 0)
	if err != nil {
		return memory{}, err
	}
	defer s.close()
	s.watched = b.minimal
	var most memory
	for range 3 {
		m, err := s.up(ctx, minimalLinks)
		if err != nil {
			return memory{}, err
		}
		most = most.most(m.plugin.memory)
	}
	return most, nil
}

// minimalLink is the minimal provider's component.
type minimalLink struct{ pulumi.ResourceState }

func minimalLinks(ctx *pulumi.Context) error {
	return ctx.RegisterRemoteComponentResource("minimal:index:Link", "link", pulumi.Map{"name": pulumi.String("x")},
		&minimalLink{}, pulumi.Version("0.1.0"))
}
