package main

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// host runs the programs in this process. No language costs less: YAML would be interpreted, TypeScript would start
// Node.js, and either would hide the difference between the programs under test.
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	program pulumi.RunFunc
}

// serveProgram returns the port at which the CLI finds the program.
func serveProgram(program pulumi.RunFunc) (port int, stop func(), err error) {
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, &host{program: program})
			return nil
		},
	})
	if err != nil {
		return 0, nil, err
	}
	return handle.Port, func() {
		close(cancel)
		<-handle.Done //nolint:errcheck // no call comes any more
	}, nil
}

// GetPluginInfo returns nothing: the host has no version of its own.
func (*host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

// GetRequiredPackages returns no package: both plugins are installed.
func (*host) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// Run runs the program once.
func (h *host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	info := pulumi.RunInfo{
		MonitorAddr: req.GetMonitorAddress(), Config: req.GetConfig(), ConfigSecretKeys: req.GetConfigSecretKeys(),
		Project: req.GetProject(), Stack: req.GetStack(), Parallel: req.GetParallel(), DryRun: req.GetDryRun(),
		Organization: req.GetOrganization(),
	}
	if args := req.GetArgs(); len(args) > 0 {
		info.EngineAddr = args[0]
	}
	pulumiContext, err := pulumi.NewContext(ctx, info)
	if err != nil {
		return nil, err
	}
	defer func() { _ = pulumiContext.Close() }()
	if err := pulumi.RunWithContext(pulumiContext, h.program); err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}
