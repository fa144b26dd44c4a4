package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// usage is what the processes of one binary needed.
type usage struct {
	// processes is how many there were.
	processes int
	// cpu is their processor time together.
	cpu time.Duration
	// memory is the most that one of them had resident at a time.
	memory memory
}

// memory is resident memory, in bytes.
type memory struct {
	total int64
	// files is what the process has of its binary, which the system can drop and read again. It is of the first look
	// after the peak.
	files int64
}

func (m memory) most(other memory) memory {
	if other.total > m.total {
		return other
	}
	return m
}

// watcher looks at the processes of a binary in /proc while the command that starts them runs. The engine kills its
// plugins, so nobody could ask them at their end. Without /proc it sees nothing.
type watcher struct {
	binary  string
	command int // its process
	done    chan struct{}
	over    sync.WaitGroup
	seen    map[string]usage
}

const (
	// clockTick is the unit of times in /proc on every platform that Linux runs Go programs on.
	clockTick = 10 * time.Millisecond
	// lookEvery is fine enough for processor time in ticks, and for a plugin that has hardly anything to do.
	lookEvery = 20 * time.Millisecond
)

// watchProcesses watches until it is stopped; without a binary there is nothing to watch.
func watchProcesses(binary string, command int) *watcher {
	w := &watcher{binary: binary, command: command, done: make(chan struct{}), seen: map[string]usage{}}
	if binary == "" {
		return w
	}
	w.over.Go(func() {
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		for {
			w.look()
			select {
			case <-ticker.C:
			case <-w.done:
				return
			}
		}
	})
	return w
}

// look updates what is known of the processes that the command started.
func (w *watcher) look() {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", w.command))
	for _, list := range lists {
		children, _ := os.ReadFile(list) //nolint:gosec // of /proc
		for _, pid := range strings.Fields(string(children)) {
			if target, err := os.Readlink("/proc/" + pid + "/exe"); err != nil || target != w.binary {
				continue
			}
			if now, ok := usageOf(pid); ok {
				known := w.seen[pid]
				w.seen[pid] = usage{cpu: max(known.cpu, now.cpu), memory: known.memory.most(now.memory)}
			}
		}
	}
}

func (w *watcher) stop() usage {
	close(w.done)
	w.over.Wait()
	total := usage{processes: len(w.seen)}
	for _, u := range w.seen {
		total.cpu += u.cpu
		total.memory = total.memory.most(u.memory)
	}
	return total
}

// usageOf reads what a process needed so far.
func usageOf(pid string) (usage, bool) {
	stat, err := os.ReadFile("/proc/" + pid + "/stat") //nolint:gosec // pid comes from /proc
	if err != nil {
		return usage{}, false
	}
	// The name of the program, in brackets, may contain anything.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return usage{}, false
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	status, err := os.ReadFile("/proc/" + pid + "/status") //nolint:gosec // pid comes from /proc
	if err != nil {
		return usage{}, false
	}
	return usage{cpu: time.Duration(user+system) * clockTick, memory: memory{
		total: bytesOf(status, "VmHWM:"), files: bytesOf(status, "RssFile:"),
	}}, true
}

// bytesOf reads a line of /proc/<pid>/status.
func bytesOf(status []byte, name string) int64 {
	var kilobytes int64
	if _, line, found := strings.Cut(string(status), name); found {
		_, _ = fmt.Sscan(line, &kilobytes)
	}
	return kilobytes << 10
}
