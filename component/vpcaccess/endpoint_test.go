package vpcaccess_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

const notAccepted = "privateLinkAccess: endpoint vpce-new of AWS account 444455556666 is pendingAcceptance: " +
	"Confluent Cloud has not accepted it into network n-1, since PrivateLink Access pla-new is gone, or is not for " +
	"that account and network; check the access, run pulumi refresh, and if the endpoint is not available then, run " +
	"pulumi up --replace " +
	"'urn:pulumi:stack::project::tidbconfluent:index:VpcAccess$aws:ec2/vpcEndpoint:VpcEndpoint::consumers-endpoint'"

// No name leads to an endpoint that Confluent Cloud has not accepted: the update ends before it creates one.
func TestAnEndpointThatIsNotAccepted(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"pendingAcceptance", "rejected"} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.AWS.EndpointState = state
			_, err := w.giveAccess(t, mockcloud.VpcAccessArgs(nil))
			require.ErrorContains(t, err, strings.Replace(notAccepted, "pendingAcceptance", state, 1))
			assert.Contains(t, w.Registered, "consumers-endpoint")
			for _, name := range w.Children() {
				assert.NotContains(t, name, "-record")
			}
		})
	}
}

// A preview reports an endpoint that was not accepted when Pulumi last read it, and goes on: it may be accepted by now.
func TestAPreviewWithAnEndpointThatIsNotAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.AWS.EndpointState = "pendingAcceptance"
	err := pulumi.RunErr(w.Logging(func(ctx *pulumi.Context) error {
		_, err := vpcaccess.NewVpcAccess(ctx, "consumers", mockcloud.VpcAccessArgs(nil))
		return err
	}), pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.DryRun = true })
	require.NoError(t, err)
	assert.Contains(t, w.Registered, "consumers-record")
	assert.Equal(t, []string{"warning: " + notAccepted}, w.Logged)
}

// The message shows no secret, and the look-up makes nothing secret.
func TestAnEndpointOfASecretAccess(t *testing.T) {
	t.Parallel()
	secret := func(a *vpcaccess.VpcAccessArgs) {
		id, _ := pulumi.ToSecret(pulumi.String("pla-1")).(pulumi.StringOutput)
		a.PrivateLinkAccess = &vpcaccess.PrivateLinkAccess{Id: id.ToStringPtrOutput()}
	}
	w := newWorld()
	w.AWS.Account, w.AWS.EndpointState = "111122223333", "pendingAcceptance"
	_, err := w.giveAccess(t, mockcloud.VpcAccessArgs(secret))
	require.ErrorContains(t, err, "since PrivateLink Access [secret] is gone")
	assert.NotContains(t, err.Error(), "pla-1")

	w = newWorld()
	w.AWS.Account = "111122223333"
	_, err = w.giveAccess(t, mockcloud.VpcAccessArgs(secret))
	require.NoError(t, err)
	assert.Equal(t, []any{endpointName}, w.Registered["consumers-record"].Inputs["records"],
		"a secret would be wrapped")
}

// Resources that use the subnets are as secret as these, and wait for what these come from. The ids from the look-up
// are neither secret nor dependent.
func TestWhereSubnetsComeFrom(t *testing.T) {
	t.Parallel()
	w := newWorld()
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		subnet, err := ec2.NewSubnet(ctx, "subnet", &ec2.SubnetArgs{VpcId: pulumi.String("vpc-1")})
		if err != nil {
			return err
		}
		ids := subnet.URN().ApplyT(func(pulumi.URN) []string { return []string{"subnet-1", "subnet-2"} })
		_, err = vpcaccess.NewVpcAccess(ctx, "consumers", mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) {
			a.SubnetIds, _ = pulumi.ToSecret(ids).(pulumi.StringArrayOutput)
		}))
		return err
	}, pulumi.WithMocks("project", "stack", w)))
	assert.Equal(t, &resource.Secret{Element: resource.NewPropertyValue([]any{"subnet-1", "subnet-2"})},
		w.Registered["consumers-endpoint"].Inputs["subnetIds"])
	assert.Contains(t, w.Registered["consumers-endpoint"].RPC.GetDependencies(),
		"urn:pulumi:stack::project::aws:ec2/subnet:Subnet::subnet")
}
