package monitor

import (
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

type monitorKey struct{}

// takeOver puts the monitor of the run in the place of the one that Pulumi's SDK has connected to for a component. A
// server between the SDK and the engine would cost a fifth of the plugin's processor time.
//
// It waits for a public way to wrap the SDK's monitor. A program's is private too:
// https://github.com/pulumi/pulumi/blob/sdk/v3.259.0/sdk/go/pulumi/run.go#L183.
func takeOver(ctx *pulumi.Context, opts []pulumi.ResourceOption) error {
	m, ok := ctx.Context().Value(monitorKey{}).(*monitor)
	if !ok {
		return nil
	}
	used, err := private[rpc.ResourceMonitorClient](ctx, "monitor")
	if err != nil {
		return err
	}
	connection, err := private[*grpc.ClientConn](ctx, "monitorConn")
	if err != nil {
		return err
	}
	options, err := pulumi.NewResourceOptions(opts...)
	if err != nil {
		return err
	}
	for _, explicit := range options.Providers {
		// The SDK looks it up in parallel, with its own monitor. That this fails is reported where it is used.
		_, _ = internals.UnsafeAwaitOutput(ctx.Context(), explicit.URN())
	}
	*used = m
	return (*connection).Close()
}

// private returns a private field of what the SDK keeps for a context.
func private[T any](ctx *pulumi.Context, name string) (*T, error) {
	if state := reflect.ValueOf(ctx).Elem().FieldByName("state"); state.Kind() == reflect.Pointer {
		field := state.Elem().FieldByName(name)
		if field.IsValid() && field.Type() == reflect.TypeFor[T]() {
			return (*T)(field.Addr().UnsafePointer()), nil
		}
	}
	return nil, fmt.Errorf("the plugin is built with an SDK of Pulumi that keeps no %s of the type %s; this is a "+
		"fault of the plugin", name, reflect.TypeFor[T]())
}
