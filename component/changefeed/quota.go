package changefeed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/quota"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// countChangefeed counts, at preview, the changefeed that the engine is about to create. The provider of the resource
// does so too, and knows what the state has; but in a program in YAML the changefeeds of components have another one
// than those of the program.
func (b *builder) countChangefeed(urn string) error {
	id := b.In.Text("tidbClusterId")
	if !b.Ctx.DryRun() || !id.Known {
		return nil
	}
	found, err := b.changefeeds(id.Plain)
	if err != nil || len(found) >= rules.MaxChangefeeds || slices.ContainsFunc(found, b.isOwn) {
		return nil //nolint:nilerr // the provider of the resource knows whether this is a replacement
	}
	err = quota.Of(b.Ctx.Context()).Plan(urn, id.Plain, func() (int, error) { return len(found), nil })
	if err != nil {
		return b.In.Redact(fmt.Errorf("tidbClusterId: %w", err))
	}
	return nil
}

// checkQuota refuses, in an update without a preview, an account for a changefeed that the cluster has no room for.
func (b *builder) checkQuota(string) error {
	id := b.In.Text("tidbClusterId")
	if b.Ctx.DryRun() || !id.Known || b.In.Given("displayName") {
		return nil // the changefeed of a given name may have had another one, and exist
	}
	found, err := b.changefeeds(id.Plain)
	if err != nil || len(found) < rules.MaxChangefeeds || slices.ContainsFunc(found, b.isOwn) {
		return nil //nolint:nilerr // TiDB Cloud itself decides, when the changefeed is created
	}
	return b.In.Redact(fmt.Errorf("tidbClusterId: TiDB Cloud cluster %s has %d changefeeds, but at most %d are "+
		"possible; delete one that is no longer needed in an update of its own, then run pulumi again",
		id.Plain, len(found), rules.MaxChangefeeds))
}

// changefeeds are those that the cluster has.
func (b *builder) changefeeds(cluster string) ([]tidbcloud.ListedChangefeed, error) {
	found, err := lookup.Ask(b.Component, tidbcloud.GetChangefeeds, &tidbcloud.GetChangefeedsArgs{ClusterId: cluster})
	if err != nil {
		return nil, err
	}
	return found.Changefeeds, nil
}

// isOwn reports whether a changefeed has a name of the component's, so that it is about to be replaced.
func (b *builder) isOwn(f tidbcloud.ListedChangefeed) bool {
	if name := b.In.Text("displayName"); name.Given {
		return name.Known && rules.IsSameName(name.Plain, f.DisplayName)
	}
	return strings.HasPrefix(f.DisplayName, b.Name+"-changefeed-")
}
