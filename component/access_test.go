package component_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

// link declares a link with its own access to a network.
func link(ctx *pulumi.Context, name string, args component.PrivateLinkArgs) error {
	args.TidbClusterId, args.EnvironmentId = pulumi.String("1001"), pulumi.String("env-1")
	_, err := component.NewPrivateLink(ctx, name, args)
	return err
}

// A preview looks for an existing access when one is planned, and for nothing otherwise.
func TestSecondAccess(t *testing.T) {
	t.Parallel()
	inNetwork := component.PrivateLinkArgs{Network: &component.Network{Id: pulumi.String("n-1")}}
	called := func(name pulumi.StringPtrInput) component.PrivateLinkArgs {
		return component.PrivateLinkArgs{
			Network:           inNetwork.Network,
			PrivateLinkAccess: &component.PrivateLinkAccess{DisplayName: name},
		}
	}
	ours := mockcloud.AccessOf(tidbAccount, "n-1")
	for name, test := range map[string]struct {
		args      component.PrivateLinkArgs
		change    func(*world)
		lookedFor []string
		network   string // of the existing access
		called    string
	}{
		"it is there": {
			args: inNetwork, change: func(w *world) { w.Called = map[string]object{"orders": ours} },
			lookedFor: []string{"orders"}, network: "n-1", called: "orders",
		},
		"it is called as was given": {
			args: called(pulumi.String("tidb")), change: func(w *world) { w.Called = map[string]object{"tidb": ours} },
			lookedFor: []string{"tidb"}, network: "n-1", called: "tidb",
		},
		"it is called as the network": {
			args: inNetwork, change: func(w *world) { w.Called = map[string]object{"billing": ours} },
			lookedFor: []string{"orders", "billing"}, network: "n-1", called: "billing",
		},
		"one of the name is another's": {
			args: inNetwork,
			change: func(w *world) {
				w.Called = map[string]object{"orders": mockcloud.AccessOf(ownAccount, "n-1"), "billing": ours}
			},
			lookedFor: []string{"orders", "billing"}, network: "n-1", called: "billing",
		},
		"a killed run left it in the network that it had made": {
			change: func(w *world) {
				w.Called = map[string]object{"orders": mockcloud.AccessOf(tidbAccount,
					"n-new")}
			}, lookedFor: []string{"orders"},
			network: "n-new", called: "orders",
		},
		"for another account": {
			args: inNetwork, change: func(w *world) {
				w.Called = map[string]object{"orders": mockcloud.AccessOf(ownAccount,
					"n-1")}
			},
			lookedFor: []string{"orders", "billing"},
		},
		"to another network": {
			args: inNetwork, change: func(w *world) {
				w.Called = map[string]object{"orders": mockcloud.AccessOf(tidbAccount,
					"n-2")}
			},
			lookedFor: []string{"orders", "billing"},
		},
		"none": {args: inNetwork, lookedFor: []string{"orders", "billing"}},
		"the network is called as the link": {
			args: inNetwork, change: func(w *world) { w.Network["displayName"] = "orders" },
			lookedFor: []string{"orders"},
		},
		"not allowed to see it": {
			args: inNetwork, change: func(w *world) {
				w.Refused, w.Refusal = getAccess,
					"403 Forbidden"
			}, lookedFor: []string{"orders", "billing"},
		},
		"of an unknown account": {
			args: inNetwork, change: func(w *world) {
				w.Called = map[string]object{"orders": {
					"id":  "pla-9",
					"aws": ours["aws"],
				}}
			},
			lookedFor: []string{"orders", "billing"},
		},
		"the network has no name": {
			args: inNetwork, change: func(w *world) { delete(w.Network, "displayName") }, lookedFor: []string{"orders"},
		},
		"the name is unknown": {args: called(mockcloud.UnknownText())},
		"not configured": {
			args:      inNetwork,
			change:    func(w *world) { w.Called = map[string]object{"orders": {}, "billing": {}} },
			lookedFor: []string{"orders", "billing"},
		},
		"the network is about to be made": {
			change: func(w *world) { w.Missing, w.None = []string{networkType, accessType}, []string{getNetwork} },
		},
		"it is the link's own": {
			args: inNetwork, change: func(w *world) { w.Missing, w.Called = nil, map[string]object{"orders": ours} },
		},
		"it is an existing one": {
			args:   existingParts(),
			change: func(w *world) { w.Called = map[string]object{"orders": ours} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Missing = []string{accessType}
			w.Network["displayName"] = "billing"
			if test.change != nil {
				test.change(w)
			}
			err := w.Run(true, func(ctx *pulumi.Context) error { return link(ctx, "orders", test.args) })
			assert.Equal(t, test.lookedFor, w.LookedFor(getAccess))
			if test.network == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err,
				`privateLinkAccess: PrivateLink Access pla-9 ("`+test.called+`") authorizes TiDB Cloud's AWS account `+
					tidbAccount+" in network "+test.network+" already, and Confluent Cloud refuses another; set "+
					"privateLinkAccess.id to its ID; if an interrupted run left it behind, or a refresh lost it, "+
					"take it over: pulumi import "+accessType+" orders-access env-1/pla-9 "+
					"--parent 'orders="+linkURN+"' --protect=false --generate-code=false; ")
		})
	}
}

// An update asks for nothing more: the preview would have refused it.
func TestUpdateLooksForNoSecondAccess(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Called = map[string]object{"orders": mockcloud.AccessOf(tidbAccount, "n-1")}
	_, err := w.build(t, component.PrivateLinkArgs{Network: &component.Network{Id: pulumi.String("n-1")}})
	require.NoError(t, err)
	assert.Empty(t, w.LookedFor(getAccess))
}

// Nor does it wait for the access: the rest of the program goes on meanwhile.
func TestUpdateDoesNotWaitForTheAccess(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Held = make(chan struct{})
	require.NoError(t, w.Run(false, func(ctx *pulumi.Context) error {
		defer close(w.Held)
		return link(ctx, "orders", component.PrivateLinkArgs{Network: &component.Network{Id: pulumi.String("n-1")}})
	}))
	assert.Contains(t, w.Registered, "orders-access")
}

// A secret stays one in the message.
func TestSecondAccessToASecretNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Missing = []string{accessType}
	w.Called = map[string]object{"orders": mockcloud.AccessOf(tidbAccount, "n-1")}
	secret, _ := pulumi.ToSecret(pulumi.StringPtr("n-1")).(pulumi.StringPtrOutput)
	err := w.Run(true, func(ctx *pulumi.Context) error {
		return link(ctx, "orders", component.PrivateLinkArgs{Network: &component.Network{Id: secret}})
	})
	require.ErrorContains(t, err, "in network [secret] already")
	err = newWorld().Run(true, func(ctx *pulumi.Context) error {
		for _, name := range []string{"orders", "payments"} {
			if err := link(ctx, name, component.PrivateLinkArgs{Network: &component.Network{Id: secret}}); err != nil {
				return err
			}
		}
		return nil
	})
	require.ErrorContains(t, err, "in network [secret] already, and Confluent Cloud refuses another PrivateLink "+
		"Access for both")
}

// The same holds for the user's own account, alone and in the list of a link.
func TestSecondAccessOfOnesOwn(t *testing.T) {
	t.Parallel()
	alone := func(w *world) error {
		return w.Run(true, func(ctx *pulumi.Context) error {
			_, err := vpcaccess.NewVpcAccess(ctx, "consumers", mockcloud.VpcAccessArgs(nil))
			return err
		})
	}
	listed := func(w *world) error {
		return w.Run(true, func(ctx *pulumi.Context) error {
			return link(ctx, "orders", component.PrivateLinkArgs{
				Network:           &component.Network{Id: pulumi.String("n-1")},
				PrivateLinkAccess: existingParts().PrivateLinkAccess,
				VpcAccess:         []component.VpcAccessEntry{entry("ours", nil), entry("others", inAnotherVpc)},
			})
		})
	}
	for _, test := range []struct {
		program      func(*world) error
		called, want string
	}{
		{
			alone, "consumers",
			`privateLinkAccess: PrivateLink Access pla-9 ("consumers") authorizes the aws provider's AWS account ` +
				ownAccount,
		},
		{
			alone, "billing",
			`privateLinkAccess: PrivateLink Access pla-9 ("billing") authorizes the aws provider's AWS account ` +
				ownAccount,
		},
		{alone, "", ""},
		{
			listed, "orders-vpc",
			`vpcAccess[0].privateLinkAccess: PrivateLink Access pla-9 ("orders-vpc") authorizes the aws provider's ` +
				`AWS account ` + ownAccount,
		},
		{listed, "", ""},
	} {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Missing = []string{accessType}
			w.Network["displayName"] = "billing"
			w.Called = map[string]object{test.called: mockcloud.AccessOf(ownAccount, "n-1")}
			w.Access["aws"] = []any{object{"account": tidbAccount}}
			err := test.program(w)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want+" in network n-1 already")
		})
	}
}

// When a run declares an access twice, the second is refused, at a preview and at an update, whether or not one exists.
func TestTwoAccessesOfARun(t *testing.T) {
	t.Parallel()
	in := func(id string) component.PrivateLinkArgs {
		return component.PrivateLinkArgs{Network: &component.Network{Id: pulumi.String(id)}}
	}
	const refusal = "privateLinkAccess: orders-access authorizes TiDB Cloud's AWS account " + tidbAccount +
		" in network n-1 " +
		"already, and " +
		"Confluent Cloud refuses another PrivateLink Access for both; set privateLinkAccess.id to the ID of that one"
	for name, test := range map[string]struct {
		second func(*pulumi.Context) error
		want   string
	}{
		"two links":    {func(ctx *pulumi.Context) error { return link(ctx, "payments", in("n-1")) }, refusal},
		"two networks": {func(ctx *pulumi.Context) error { return link(ctx, "payments", in("n-2")) }, ""},
		"one access":   {func(ctx *pulumi.Context) error { return link(ctx, "payments", existingParts()) }, ""},
		"a VPC of ours": {func(ctx *pulumi.Context) error {
			_, err := vpcaccess.NewVpcAccess(ctx, "consumers", mockcloud.VpcAccessArgs(nil))
			return err
		}, ""},
	} {
		for _, dryRun := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newWorld()
				err := w.Run(dryRun, func(ctx *pulumi.Context) error {
					first, err := component.NewPrivateLink(ctx, "orders", component.PrivateLinkArgs{
						TidbClusterId: pulumi.String("1001"), EnvironmentId: pulumi.String("env-1"),
						Network: in("n-1").Network,
					})
					if err != nil {
						return err
					}
					// One after the other, so that the order is known.
					if _, err := internals.UnsafeAwaitOutput(ctx.Context(), first.PrivateLinkAccessId); err != nil {
						return err
					}
					return test.second(ctx)
				})
				if test.want == "" {
					require.NoError(t, err)
					return
				}
				require.ErrorContains(t, err, test.want)
				assert.NotContains(t, w.Registered, "payments-access")
			})
		}
	}
}

// Unknown accounts are not taken for the same account.
func TestTwoAccessesOfUnknownAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Zones = object{}
	require.NoError(t, w.Run(true, func(ctx *pulumi.Context) error {
		for _, name := range []string{"orders", "payments"} {
			if err := link(ctx, name,
				component.PrivateLinkArgs{Network: &component.Network{Id: pulumi.String("n-1")}}); err != nil {
				return err
			}
		}
		return nil
	}))
	assert.Contains(t, w.Registered, "payments-access")
}

// A VPC has one hosted zone for the network's domain, whichever components create it.
func TestTwoZonesOfARun(t *testing.T) {
	t.Parallel()
	for vpc, want := range map[string]string{
		"vpc-1": "vpcId: vpc-1 is also the VPC of consumers, and can have only one private hosted zone for " + domain +
			"; list all of its subnets there, and leave this one out",
		"vpc-3": "",
	} {
		for _, dryRun := range []bool{true, false} {
			t.Run(fmt.Sprint(vpc, dryRun), func(t *testing.T) {
				t.Parallel()
				w := newWorld()
				w.Access = mockcloud.AccessOf(ownAccount, "n-1")
				err := w.Run(dryRun, func(ctx *pulumi.Context) error {
					first, err := vpcaccess.NewVpcAccess(ctx, "consumers", mockcloud.VpcAccessArgs(nil))
					if err != nil {
						return err
					}
					if _, err := internals.UnsafeAwaitOutput(ctx.Context(), first.HostedZoneId); err != nil {
						return err
					}
					others := mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) {
						a.VpcId, a.PrivateLinkAccess = pulumi.String(vpc), existingParts().PrivateLinkAccess
						if vpc == "vpc-3" {
							a.SubnetIds = pulumi.ToStringArray([]string{"subnet-31"})
						}
					})
					_, err = vpcaccess.NewVpcAccess(ctx, "others", others)
					return err
				})
				if want == "" {
					require.NoError(t, err)
					return
				}
				require.ErrorContains(t, err, want)
				assert.NotContains(t, w.Registered, "others-zone")
			})
		}
	}
}
