package provider

import (
	"context"
	"time"
)

// parentInterval is how often to look whether the parent is still there.
const parentInterval = time.Second

// withParent returns a context that ends with the process that started this one. The SDK's own check asks the engine every
// five minutes: for so long a plugin whose engine was killed would stay behind, and hold the credentials. Where a parent's
// number is kept after its end, as on Windows, that check remains.
func withParent(ctx context.Context, parent func() int, interval time.Duration) context.Context {
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
