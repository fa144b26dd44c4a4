// Command pulumi-resource-tidbconfluent, as built from here, is the plugin of this repository with profiles of itself.
// The released one has none: nothing in it listens or writes for the sake of measuring.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"runtime/pprof"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

// The environment says what the names of the profiles begin with: of processor time and allocations, or of the memory
// when most of it is in use. A run should be for one of them, since looking at the memory costs both.
const (
	cpuVariable    = "TIDBCONFLUENT_BENCH_CPU"
	memoryVariable = "TIDBCONFLUENT_BENCH_MEMORY"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until the engine interrupts the plugin, and then has the five seconds that the engine leaves it.
func run() error {
	serve := func() error { return provider.Serve(context.Background()) }
	if path := os.Getenv(cpuVariable); path != "" {
		return profileCPU(path, serve)
	}
	if path := os.Getenv(memoryVariable); path != "" {
		return profileMemory(path, serve)
	}
	return serve()
}

func profileCPU(path string, serve func() error) error {
	file, err := create(path + ".cpu.pprof")
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	err = serve()
	pprof.StopCPUProfile()
	return errors.Join(err, file.Close(), write(path+".allocations.pprof", lookUp("allocs")))
}

func profileMemory(path string, serve func() error) error {
	runtime.MemProfileRate = 64 << 10 // eight times as fine as by default
	done, highest := make(chan struct{}), make(chan peak)
	go func() { highest <- watch(done) }()
	err := serve()
	close(done)
	at := <-highest
	return errors.Join(err, write(path+".heap.pprof", at.heap), write(path+".goroutines.pprof", at.goroutines))
}

// peak is what used the memory when most of it was in use.
type peak struct{ heap, goroutines []byte }

// watch keeps the profiles of the moment with the most memory.
func watch(done <-chan struct{}) peak {
	// less than so much more is not worth another look, which takes some hundredths of a second
	const worth = 1.03
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	var at peak
	highest := 0.0
	for {
		if now := memory(); now > highest*worth {
			highest = now
			at = peak{heap: lookUp("heap"), goroutines: lookUp("goroutine")}
		}
		select {
		case <-ticker.C:
		case <-done:
			return at
		}
	}
}

// memory is what the runtime holds of the system's memory.
func memory() float64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return float64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}

func lookUp(profile string) []byte {
	var b bytes.Buffer
	_ = pprof.Lookup(profile).WriteTo(&b, 0) // a buffer takes everything
	return b.Bytes()
}

// create does not replace a file: that there is one means that the plugin was started twice.
func create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the benchmark says where
}

func write(path string, content []byte) error {
	file, err := create(path)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
