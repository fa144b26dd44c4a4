package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// goOnly refuses plugins in other languages: nothing here is one.
func goOnly(info *pulumirpc.ProgramInfo) error {
	if _, err := os.Stat(filepath.Join(info.GetProgramDirectory(), "go.mod")); err != nil {
		return status.Error(codes.Unimplemented, "only plugins in Go can be run from source here")
	}
	return nil
}

// InstallDependencies installs what a program or a plugin from source depends on, as Pulumi's own host does.
func (h *host) InstallDependencies(
	req *pulumirpc.InstallDependenciesRequest, stream pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	if err := h.checkOptions(req.GetInfo()); err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(stream, false)
	if err != nil {
		return err
	}
	for _, command := range h.language.install(req.GetInfo()) {
		cmd := exec.CommandContext(stream.Context(), command[0], command[1:]...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = req.GetInfo().GetProgramDirectory(), stdout, stderr
		if err := cmd.Run(); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", cmd, err), closer.Close())
		}
	}
	return closer.Close()
}

// RunPlugin builds a plugin from source, as Pulumi's own host does, and runs it until the engine is done with it.
func (*host) RunPlugin(req *pulumirpc.RunPluginRequest, stream pulumirpc.LanguageRuntime_RunPluginServer) error {
	if err := goOnly(req.GetInfo()); err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(stream, false)
	if err != nil {
		return err
	}
	binary, clean, err := compile(stream.Context(), req.GetInfo().GetProgramDirectory(), stdout, stderr)
	if err != nil {
		return errors.Join(err, closer.Close())
	}
	defer clean()
	cmd := exec.CommandContext(stream.Context(), binary, req.GetArgs()...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.Env = req.GetPwd(), stdout, stderr, req.GetEnv()
	return errors.Join(cmd.Run(), closer.Close())
}
