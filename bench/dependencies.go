package main

import (
	"cmp"
	"context"
	"debug/elf"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// weight is what a module costs in the plugin's binary, and in the minimal provider's.
type weight struct {
	Module  string `json:"module"`
	Bytes   int64  `json:"bytes"`
	Minimal int64  `json:"minimalBytes"`
}

// dependencies weighs what is linked into the plugin, and looks for what should not be.
func (b *bench) dependencies(ctx context.Context) error {
	if runtime.GOOS != "linux" {
		b.say("no figures: the sizes of symbols are read from binaries for Linux only")
		return nil
	}
	ours, err := b.weigh(ctx, ".")
	if err != nil {
		return err
	}
	minimal, err := b.weigh(ctx, "./bench/minimal")
	if err != nil {
		return err
	}
	alone, foreign := 0, 0
	for module, bytes := range ours {
		b.Weights = append(b.Weights, weight{module, bytes, minimal[module]})
		if minimal[module] == 0 && strings.Contains(module, ".") {
			alone++
		}
	}
	slices.SortFunc(b.Weights,
		func(x, y weight) int { return cmp.Or(cmp.Compare(y.Bytes, x.Bytes), cmp.Compare(x.Module, y.Module)) })
	packages, err := b.packages(ctx, ".")
	if err != nil {
		return err
	}
	for name := range packages {
		if strings.Contains(name, "pulumi-tidbconfluent/sandbox") || strings.Contains(name, "stretchr/testify") {
			foreign++
		}
	}
	const part = "What is linked into the plugin"
	b.add(figure{Part: part, Name: "modules that the minimal provider does not have", Value: float64(alone), Unit: ""},
		figure{
			Part: part, Name: "packages of the sandbox and of tests", Value: float64(foreign), Unit: "", Goal: 0.5,
			Note: "none is wanted",
		})
	return nil
}

// packages are those that a program depends on, with the module of each.
func (b *bench) packages(ctx context.Context, source string) (map[string]string, error) {
	//nolint:gosec // our own sources
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-f", "{{.ImportPath}} {{with .Module}}{{.Path}}{{end}}",
		source)
	cmd.Dir = b.repository
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cmd, err)
	}
	modules := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, module, _ := strings.Cut(strings.TrimSpace(line), " ")
		modules[name] = cmp.Or(module, "Go's standard library and runtime")
	}
	return modules, nil
}

// weigh adds up the symbols of a program by module.
func (b *bench) weigh(ctx context.Context, source string) (map[string]int64, error) {
	modules, err := b.packages(ctx, source)
	if err != nil {
		return nil, err
	}
	binary := filepath.Join(b.temporary, "weighed")
	//nolint:gosec // our own sources
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, source)
	build.Dir = b.repository
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", build, err, out)
	}
	return weighSymbols(binary, modules)
}

// weighSymbols reads the symbols of a binary for Linux. What is only memory, and not in the file, has no weight.
func weighSymbols(binary string, modules map[string]string) (map[string]int64, error) {
	file, err := elf.Open(binary)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil {
		return nil, err
	}
	weights := map[string]int64{}
	for _, symbol := range symbols {
		i := int(symbol.Section)
		if i <= 0 || i >= len(file.Sections) || file.Sections[i].Type == elf.SHT_NOBITS {
			continue
		}
		weights[moduleOf(symbol.Name, modules)] += int64(symbol.Size) //nolint:gosec // of a part of a file
	}
	// The line tables have no symbol for the most part.
	if lines := file.Section(".gopclntab"); lines != nil {
		weights[ofAll] += int64(lines.Size) //nolint:gosec // of a part of a file
	}
	return weights, nil
}

// moduleOf finds the module of a symbol, which begins with the path of its package.
func moduleOf(symbol string, modules map[string]string) string {
	if _, ok := tables[symbol]; ok {
		return ofAll
	}
	for _, prefix := range []string{"type:.eq.", "type:.hash.", "go:itab.*", "go:itab.", "type:*", "type:"} {
		symbol = strings.TrimPrefix(symbol, prefix)
	}
	symbol, _, _ = strings.Cut(symbol, "[")
	slash := strings.LastIndex(symbol, "/") + 1
	name, _, _ := strings.Cut(symbol[slash:], ".")
	if module, ok := modules[strings.ReplaceAll(symbol[:slash]+name, "%2e", ".")]; ok {
		return module
	}
	return ofAll
}

// ofAll is what cannot be told apart: the linker puts the line tables, types and strings of all packages together.
const ofAll = "line tables, types and strings of all of them"

var tables = map[string]struct{}{
	"runtime.types": {}, "runtime.etypes": {}, "runtime.rodata": {}, "runtime.findfunctab": {}, "runtime.itablink": {},
	"runtime.typelink": {}, "runtime.gcbits.*": {}, "go:func.*": {}, "go:string.*": {}, "type:*": {},
}
