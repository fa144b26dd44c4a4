package component_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

// Confluent's provider does not say which accesses have a name when several have it. One may be for the account and the
// network, so a second one is refused, unless the user has chosen another name for it in answer to that.
func TestSeveralAccessesOfAName(t *testing.T) {
	t.Parallel()
	several := object{"id": severalOf}
	const refusal = `%s: environment env-1 has several PrivateLink Accesses %q, and Confluent's provider does not ` +
		`list them; Confluent Cloud allows one for an AWS account and a network, so check whether one of them ` +
		`authorizes %s AWS account %s in network n-1: confluent network private-link access list --environment ` +
		`env-1; if so, set %[1]s.id to its ID, or, if an interrupted run left it behind, or a refresh lost it, take ` +
		`it over: pulumi import ` + accessType + " %[5]s-access env-1/ID --parent '%[6]s' --protect=false " +
		"--generate-code=false; if not, set %[1]s.displayName to a name that no access has"
	named := func(name string) *component.PrivateLinkAccess {
		return &component.PrivateLinkAccess{DisplayName: pulumi.String(name)}
	}
	ofLink := func(access *component.PrivateLinkAccess) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			return link(ctx, "orders", component.PrivateLinkArgs{
				Network:           &component.Network{Id: pulumi.String("n-1")},
				PrivateLinkAccess: access,
			})
		}
	}
	alone := func(access *component.PrivateLinkAccess) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			_, err := vpcaccess.NewVpcAccess(ctx, "consumers",
				mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) { a.PrivateLinkAccess = access }))
			return err
		}
	}
	listed := func(change func(*component.VpcAccessEntry)) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			return link(ctx, "orders", component.PrivateLinkArgs{
				Network:           &component.Network{Id: pulumi.String("n-1")},
				PrivateLinkAccess: existingParts().PrivateLinkAccess,
				VpcAccess:         []component.VpcAccessEntry{entry("ours", change)},
			})
		}
	}
	tidb := func(name string) string {
		return fmt.Sprintf(refusal, "privateLinkAccess", name, "TiDB Cloud's", tidbAccount, "orders", "orders="+linkURN)
	}
	ours := func(name string) string {
		return fmt.Sprintf(refusal, "privateLinkAccess", name, "the aws provider's", ownAccount, "consumers",
			"consumers=urn:pulumi:stack::project::tidbconfluent:index:VpcAccess::consumers")
	}
	inList := func(name string) string {
		return fmt.Sprintf(refusal, "vpcAccess[0].privateLinkAccess", name, "the aws provider's", ownAccount,
			"orders-vpc",
			"orders="+linkURN)
	}
	for name, test := range map[string]struct {
		program       func(*pulumi.Context) error
		called        map[string]object
		refused, warn string
	}{
		"of the link's name":    {ofLink(nil), map[string]object{"orders": several}, tidb("orders"), ""},
		"of the network's name": {ofLink(nil), map[string]object{"billing": several}, tidb("billing"), ""},
		"of the name given":     {ofLink(named("tidb")), map[string]object{"tidb": several}, tidb("tidb"), ""},
		"of the network's name, when one is given": {
			ofLink(named("tidb")), map[string]object{"billing": several}, "", tidb("billing"),
		},
		"of the link's name, and the network's leads to it": {
			ofLink(nil),
			map[string]object{"orders": several, "billing": mockcloud.AccessOf(tidbAccount, "n-1")},
			`PrivateLink Access pla-9 ("billing") authorizes TiDB Cloud's AWS account`, "",
		},
		"of a VpcAccess's name": {
			alone(nil),
			map[string]object{"consumers": several},
			ours("consumers"),
			"",
		},
		"of a VpcAccess's network's name": {alone(nil), map[string]object{"billing": several}, ours("billing"), ""},
		"of a VpcAccess's network's name, named": {
			alone(named("mine")),
			map[string]object{"billing": several},
			"",
			ours("billing"),
		},
		"of the name of the link's VPCs": {
			listed(nil),
			map[string]object{"orders-vpc": several},
			inList("orders-vpc"), "",
		},
		"of the network's name, for VPCs": {listed(nil), map[string]object{"billing": several}, inList("billing"), ""},
		"of the network's name, for VPCs, named": {
			listed(func(e *component.VpcAccessEntry) { e.PrivateLinkAccess = named("mine") }),
			map[string]object{"billing": several},
			"", inList("billing"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Missing, w.Called = []string{accessType}, test.called
			w.Network["displayName"] = "billing"
			err := w.Run(true, w.Logging(test.program))
			if test.refused != "" {
				require.ErrorContains(t, err, test.refused)
				return
			}
			require.NoError(t, err)
			assert.Contains(t, w.Logged, "warning: "+test.warn)
		})
	}
}

// A refresh that got the answer "not found" loses the access too. The check looks for it on the network that is planned
// a second time.
func TestAccessThatWasLostWithItsNetwork(t *testing.T) {
	t.Parallel()
	const (
		conflict = `warning: the PrivateLink Access "orders" exists in environment env-1 already (pla-9), and ` +
			`another with that name is planned; if an interrupted run left it behind, or a refresh lost it, take it ` +
			`over first: pulumi import ` +
			accessType + " orders-access env-1/pla-9 --parent 'orders=" +
			linkURN + "' --protect=false --generate-code=false; if it belongs to something else, ignore this " +
			"warning; " +
			"if it is being replaced, nothing reaches the Kafka cluster meanwhile"
		several = `warning: environment env-1 has several PrivateLink Accesses "orders"; if you take over the ` +
			`network, take over its access too: pulumi ` +
			`import ` + accessType + " orders-access env-1/ID --parent 'orders=" + linkURN +
			"' --protect=false " +
			"--generate-code=false; to list them: confluent network private-link access list --environment env-1"
	)
	for name, test := range map[string]struct {
		access object
		change func(*world)
		want   string
	}{
		"it is there": {mockcloud.AccessOf(tidbAccount, "n-1"), nil, conflict},
		"one of several networks": {
			mockcloud.AccessOf(tidbAccount, "n-7"),
			func(w *world) { w.Several = []string{getNetwork} }, conflict,
		},
		"several of the name": {object{"id": severalOf}, nil, several},
		"for another account": {mockcloud.AccessOf(ownAccount, "n-1"), nil, ""},
		"to another network":  {mockcloud.AccessOf(tidbAccount, "n-7"), nil, ""},
		"none":                {nil, nil, ""},
		"the network is being replaced": {
			mockcloud.AccessOf(tidbAccount, "n-1"), func(w *world) { w.Network["region"] = "us-west-2" }, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Missing = []string{networkType, accessType}
			if test.access != nil {
				w.Called = map[string]object{"orders": test.access}
			}
			if test.change != nil {
				test.change(w)
			}
			w.preview(t, component.PrivateLinkArgs{})
			if test.want == "" {
				assert.Len(t, w.Logged, 1, "that of the network alone")
				return
			}
			assert.Contains(t, w.Logged, test.want)
		})
	}
}
