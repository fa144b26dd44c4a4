package preflight

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// confluent is the package of Confluent's provider.
const confluent = "confluentcloud"

// CheckEnvironment checks that Confluent Cloud has the environment, and that the API key may see it.
func CheckEnvironment(m *children.Maker) error {
	id := m.In.Text("environmentId")
	if !id.Known {
		return nil
	}
	wanted := &confluentcloud.LookupEnvironmentArgs{Id: &id.Plain}
	_, err := lookup.Ask(m.Component, confluentcloud.LookupEnvironment, wanted)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("environmentId: looking up environment %s: %w", id.Plain, lookup.Unwrap(err))
	return advise(m, err, "check the ID, and that the API key in confluentcloud:cloudApiKey and cloudApiSecret (or "+
		"CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET) has access to it")
}

// LookUp looks up an existing part of the environment when both its ID and the environment are known. O is the output
// type of R.
func LookUp[O pulumi.Output, A, R any](
	m *children.Maker, id args.Text, function lookup.Function[A, R], wanted func(id, environment string) *A,
) O {
	environment := m.In.Text("environmentId").Output()
	return lookup.Both[O](id.Output(), environment, func(id, environment string) (O, error) {
		return lookup.Answer[O](lookup.Ask(m.Component, function, wanted(id, environment)))
	})
}

// Existing looks up an existing part, waits for the answer, and checks that the part is in the environment: Confluent
// Cloud may ignore the environment. what names the part in messages.
func Existing[O pulumi.Output, A, R any](
	m *children.Maker, id args.Text, what string, function lookup.Function[A, R],
	wanted func(id, environment string) *A,
) (out O, found R, known bool, err error) {
	out = LookUp[O](m, id, function, wanted)
	found, known, err = lookup.Await[R](m.Ctx, out)
	if err != nil {
		// The error of Confluent's provider does not name where it looked.
		err = fmt.Errorf("%s: looking in environment %s: %w", id.Path, m.In.Text("environmentId").Show(), err)
		return out, found, false, advise(m, err,
			"check the ID and environmentId, and that confluentcloud:cloudApiKey has access to them")
	}
	return out, found, known, SameEnvironment(m, id.Path, what, found)
}

// SameEnvironment checks that an existing part, if it is known, is in the environment of the component.
func SameEnvironment(m *children.Maker, property, what string, part any) error {
	fields, want := reflect.ValueOf(part), m.In.Text("environmentId")
	id, environment := fields.FieldByName("Id"), fields.FieldByName("Environment").FieldByName("Id").String()
	if !want.Known || environment == "" || environment == want.Plain {
		return nil
	}
	err := fmt.Errorf("%s is in environment %s, but environmentId is %s; use the ID of one in that environment, or "+
		"change environmentId", what+" "+id.String(), environment, want.Plain)
	return fmt.Errorf("%s: %w", property, err)
}

// Network looks up an existing network, and checks its permanent properties. user names what is in the region, in
// messages; an empty region is unknown.
func Network(m *children.Maker, id args.Text, user, region string) (
	out confluentcloud.LookupNetworkResultOutput, n confluentcloud.LookupNetworkResult, known bool, err error,
) {
	out, n, known, err = Existing[confluentcloud.LookupNetworkResultOutput](
		m, id, "network", confluentcloud.LookupNetwork, func(id, environment string) *confluentcloud.LookupNetworkArgs {
			in := confluentcloud.GetNetworkEnvironment{Id: environment}
			return &confluentcloud.LookupNetworkArgs{Id: &id, Environment: in}
		})
	if err == nil && known {
		err = checkNetwork(id.Path, n, user, region)
	}
	return out, n, known, err
}

// ErrNoEndpointService is the error about a network that cannot be reached over PrivateLink.
var ErrNoEndpointService = errors.New("the network has no VPC endpoint service; check that it is a PRIVATELINK " +
	"network and READY")

func checkNetwork(property string, n confluentcloud.LookupNetworkResult, user, region string) error {
	var p args.Problems
	if n.Cloud != rules.ConfluentOnAWS {
		p.Add(property, fmt.Errorf("network %s is on %s, but must be on AWS; use the ID of a PRIVATELINK network on "+
			"AWS",
			n.Id, n.Cloud))
		return p.Err()
	}
	if !slices.Contains(n.ConnectionTypes, rules.PrivateLink) {
		p.Add(property, fmt.Errorf("network %s is of the type %s, but must be of the type PRIVATELINK; use the ID of "+
			"such a network", n.Id, strings.Join(n.ConnectionTypes, ", ")))
	}
	if region != "" {
		p.Add(property, rules.SameRegion("network "+n.Id, n.Region, user, region))
	}
	// The provider does not report the phase of a network, but one that is not READY lacks these.
	if len(p) == 0 && (n.DnsDomain == "" || len(n.Aws) == 0 || n.Aws[0].PrivateLinkEndpointService == "") {
		p.Add(property, fmt.Errorf("network %s has no DNS domain or no VPC endpoint service, so it is not READY; "+
			"check its phase in Confluent Cloud and run pulumi again when it is READY, or use the ID of another", n.Id))
	}
	return p.Err()
}

// KafkaByID is the question for an existing Kafka cluster.
func KafkaByID(id, environment string) *confluentcloud.LookupKafkaClusterArgs {
	in := confluentcloud.GetKafkaClusterEnvironment{Id: environment}
	return &confluentcloud.LookupKafkaClusterArgs{Id: &id, Environment: in}
}

// A Purpose is the use of a TiDB Cloud cluster, in the words of messages.
type Purpose struct{ Has, Reaches, Awaits string }

// LookUpTiDB asks about the TiDB Cloud cluster when its ID is known. O is the output type of R.
func LookUpTiDB[O pulumi.Output, A, R any](
	m *children.Maker, function lookup.Function[A, R], wanted func(id string) *A,
) O {
	out, _ := m.In.Text("tidbClusterId").Output().ApplyT(func(id string) (O, error) {
		return lookup.Answer[O](lookup.Ask(m.Component, function, wanted(id)))
	}).(O)
	return out
}

// TiDBCluster looks up the TiDB Cloud cluster, and checks the requirements of TiDB Cloud's documentation. further
// checks a component's additional requirements; it gets the cluster's name for messages.
func TiDBCluster(
	m *children.Maker, to Purpose, further func(c tidbcloud.GetClusterResult, name string, p *args.Problems),
) (out tidbcloud.GetClusterResultOutput, c tidbcloud.GetClusterResult, known bool, err error) {
	out = LookUpTiDB[tidbcloud.GetClusterResultOutput](m, tidbcloud.GetCluster,
		func(id string) *tidbcloud.GetClusterArgs { return &tidbcloud.GetClusterArgs{ClusterId: id} })
	if c, known, err = lookup.Await[tidbcloud.GetClusterResult](m.Ctx, out); err != nil {
		return out, c, known, fmt.Errorf("tidbClusterId: %w", err)
	} else if !known {
		return out, c, known, nil
	}
	name, p := checkTiDBCluster(m, c, to)
	further(c, name, &p)
	return out, c, known, p.Err()
}

func checkTiDBCluster(m *children.Maker, c tidbcloud.GetClusterResult, to Purpose) (name string, p args.Problems) {
	name = fmt.Sprintf("TiDB Cloud cluster %s (%s)", c.ClusterId, c.DisplayName)
	// The API may leave out one of the two names of the plan.
	if !strings.EqualFold(c.ClusterPlan, "ESSENTIAL") && !strings.EqualFold(c.ServicePlan, "Essential") {
		p.Add("tidbClusterId", fmt.Errorf("%s is on the plan %s, but only Essential clusters have %s; use the ID of "+
			"an Essential cluster", name, cmp.Or(c.ServicePlan, c.ClusterPlan, "unknown"), to.Has))
	}
	if !strings.EqualFold(c.CloudProvider, rules.CloudAWS) {
		p.Add("tidbClusterId", fmt.Errorf("%s is on %s, but only a cluster on aws can %s; use the ID of a cluster on "+
			"AWS",
			name, c.CloudProvider, to.Reaches))
	}
	if !strings.EqualFold(c.State, "ACTIVE") {
		m.Transient.Add("tidbClusterId",
			fmt.Errorf("%s is %s, but must be ACTIVE for %s; wait until it is, or resume it, then run pulumi "+
				"again", name, c.State, to.Awaits))
	}
	return name, p
}

// OrNone shows a value that may be missing.
func OrNone(s string) string { return cmp.Or(s, "none") }
