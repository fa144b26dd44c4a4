package access_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
)

type component struct{ pulumi.ResourceState }

type componentArgs struct {
	EnvironmentID pulumi.StringInput        `pulumi:"environmentId" required:"the environment"`
	NetworkID     pulumi.StringPtrInput     `pulumi:"networkId,optional"`
	Access        *access.PrivateLinkAccess `pulumi:"access,optional"`
}

// run declares a component that takes the steps, in a preview.
func run(w *mockcloud.World, given *access.PrivateLinkAccess, steps func(*children.Maker) error) error {
	in := componentArgs{EnvironmentID: pulumi.String("env-1"), NetworkID: pulumi.String("n-1"), Access: given}
	return w.Run(true, func(ctx *pulumi.Context) error {
		accept := func(*args.Set) error { return nil }
		return children.Declare(ctx, "test:index:Component", "orders", &component{}, &in, nil, accept,
			func(m children.Maker) error { return steps(&m) })
	})
}

// wanted is the access that the tests want.
func wanted(m *children.Maker) access.Request {
	text := func(s string) pulumi.StringOutput { return pulumi.String(s).ToStringOutput() }
	in := m.In.At("access")
	return access.Request{
		In: in, Name: "orders-access", DisplayName: in.Text("displayName"), Default: "orders",
		Network: access.Network{Name: "shop", ID: text("n-1")}, Owner: "the", AccountID: text("1111"),
	}
}

// An existing access must be for the account, to the network, and in the environment.
func TestCheckExisting(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(access mockcloud.Object)
		account string
		want    string
	}{
		"as wanted":          {account: "1111"},
		"an unknown account": {},
		"another account": {account: "2222", want: "access.id: PrivateLink Access pla-1 is for AWS account 1111, but " +
			"the account is 2222; use the ID of that account's access, or leave it out to create one"},
		"no account": {
			account: "1111", change: func(a mockcloud.Object) { a["aws"] = []any{} },
			want: "access.id: PrivateLink Access pla-1 is for AWS account none, but the account is 1111",
		},
		"another network": {
			change: func(a mockcloud.Object) { a["networks"] = []any{mockcloud.Object{"id": "n-2"}} },
			want: "access.id: PrivateLink Access pla-1 is for network n-2, but networkId is n-1; use the ID of an " +
				"access to that network, or leave it out to create one",
		},
		"another environment": {
			change: func(a mockcloud.Object) { a["environment"] = mockcloud.Object{"id": "env-2"} },
			want:   "access.id: PrivateLink Access pla-1 is in environment env-2, but environmentId is env-1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := mockcloud.New()
			w.Access = mockcloud.AccessOf("1111", "n-1")
			w.Access["id"] = "pla-1"
			if test.change != nil {
				test.change(w.Access)
			}
			err := run(w, &access.PrivateLinkAccess{Id: pulumi.String("pla-1")}, func(m *children.Maker) error {
				return access.CheckExisting(m, m.In.At("access"), "the", test.account, m.In.Text("networkId"))
			})
			if test.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.want)
			}
		})
	}
}

// With an id nothing is created, and nothing waits. Without one, a new access has the displayName of the input, or the
// default.
func TestNew(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		given       *access.PrivateLinkAccess
		displayName string
	}{
		"existing": {given: &access.PrivateLinkAccess{Id: pulumi.String("pla-1")}},
		"new":      {displayName: "orders"},
		"named":    {&access.PrivateLinkAccess{DisplayName: pulumi.String("ours")}, "ours"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := mockcloud.New()
			require.NoError(t, run(w, test.given, func(m *children.Maker) error {
				made, err := access.New(m, wanted(m))
				require.NoError(t, err)
				assert.Equal(t, test.displayName != "", made.Made != nil)
				var child component
				return m.Ctx.RegisterResource("a:b:C", "waits", nil, &child, m.Options(made.DependsOn())...)
			}))
			waits := w.Registered["waits"].RPC.GetDependencies()
			if test.displayName == "" {
				assert.NotContains(t, w.Registered, "orders-access")
				assert.Empty(t, waits)
				return
			}
			assert.Equal(t, mockcloud.Object{
				"aws": mockcloud.Object{"account": "1111"}, "network": mockcloud.Object{"id": "n-1"},
				"environment": mockcloud.Object{"id": "env-1"}, "displayName": test.displayName,
			}, w.Registered["orders-access"].Inputs)
			assert.Len(t, waits, 1)
		})
	}
}

// A planned access is refused where the account has one to the network, under its own name or the network's.
func TestRefuseSecond(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		called map[string]mockcloud.Object
		want   string
	}{
		"none": {},
		"of its own name": {
			map[string]mockcloud.Object{"orders": mockcloud.AccessOf("1111", "n-1")},
			`access: PrivateLink Access pla-9 ("orders") authorizes the AWS account 1111 in network n-1 already`,
		},
		"of the network's name": {
			map[string]mockcloud.Object{"shop": mockcloud.AccessOf("1111", "n-1")},
			`access: PrivateLink Access pla-9 ("shop") authorizes the AWS account 1111 in network n-1 already`,
		},
		"of another account": {called: map[string]mockcloud.Object{"orders": mockcloud.AccessOf("2222", "n-1")}},
		"to another network": {called: map[string]mockcloud.Object{"orders": mockcloud.AccessOf("1111", "n-2")}},
		"of several": {
			map[string]mockcloud.Object{"orders": {"id": mockcloud.SeveralOf}},
			`access: environment env-1 has several PrivateLink Accesses "orders"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := mockcloud.New()
			w.Called, w.Missing = test.called, []string{mockcloud.AccessType}
			err := run(w, nil, func(m *children.Maker) error {
				made, err := access.New(m, wanted(m))
				require.NoError(t, err)
				return access.RefuseSecond(m, preflight.Place{}, made)
			})
			if test.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.want)
			}
		})
	}
}
