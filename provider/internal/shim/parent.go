package shim

import (
	"context"
	"time"
)

// ParentInterval is how often [WithParent] checks that the parent process exists.
const ParentInterval = time.Second

// WithParent returns a context that ends with the process that started this one. The SDK checks every five minutes
// whether the engine lives. Until then the plugin of a killed engine would stay, with the credentials. On Windows,
// where a parent's process number outlives it, only the SDK's check remains.
//
// It waits for a shorter interval in
// https://github.com/pulumi/pulumi/blob/sdk/v3.259.0/sdk/go/pulumi/provider/main.go, which came with
// https://github.com/pulumi/pulumi/pull/9735.
func WithParent(ctx context.Context, parent func() int, interval time.Duration) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	was := parent()
	go func() {
		defer cancel()
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for parent() == was {
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx
}
