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
// does so too, and knows the state. But in a YAML program, the changefeeds of components have another provider than
// those of the program.
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

// checkQuota rejects, in an update without a preview, the account of a changefeed that would exceed the cluster's
// limit.
func (b *builder) checkQuota(string) error {
	id := b.In.Text("tidbClusterId")
	if b.Ctx.DryRun() || !id.Known || b.In.Given("displayName") {
		return nil // a changefeed with this displayName may have had another name, and exist
	}
	found, err := b.changefeeds(id.Plain)
	if err != nil || len(found) < rules.MaxChangefeeds || slices.ContainsFunc(found, b.isOwn) {
		return nil //nolint:nilerr // TiDB Cloud itself decides, when the changefeed is created
	}
	return b.In.Redact(fmt.Errorf("tidbClusterId: TiDB Cloud cluster %s has %d changefeeds, but at most %d are "+
		"possible; delete an unused one in a separate update, then run pulumi again",
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

// isOwn reports whether a changefeed has the component's name, so it is being replaced.
func (b *builder) isOwn(f tidbcloud.ListedChangefeed) bool {
	if name := b.In.Text("displayName"); name.Given {
		return name.Known && rules.IsSameName(name.Plain, f.DisplayName)
	}
	return strings.HasPrefix(f.DisplayName, b.Name+"-changefeed-")
}
