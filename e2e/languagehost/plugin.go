package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// goOnly is what installing a plugin from source and running it want: nothing else is written in another language.
func goOnly(info *pulumirpc.ProgramInfo) error {
	if _, err := os.Stat(filepath.Join(info.GetProgramDirectory(), "go.mod")); err != nil {
		return status.Error(codes.Unimplemented, "only plugins in Go can be run from source here")
	}
	return nil
}

// InstallDependencies does for a plugin from source what Pulumi's own host does.
func (*host) InstallDependencies(
	req *pulumirpc.InstallDependenciesRequest, stream pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	if err := goOnly(req.GetInfo()); err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(stream, false)
	if err != nil {
		return err
	}
	tidy := exec.CommandContext(stream.Context(), "go", "mod", "tidy", "-compat=1.18")
	tidy.Dir, tidy.Stdout, tidy.Stderr = req.GetInfo().GetProgramDirectory(), stdout, stderr
	return errors.Join(tidy.Run(), closer.Close())
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
