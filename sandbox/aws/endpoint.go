package aws

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

const endpointTimeout = 10 * time.Minute

func endpointKind() *resourceKind {
	kind := &resourceKind{
		Type: typeOf("aws:ec2/vpcEndpoint:VpcEndpoint", "EC2 VPC Endpoint", endpointTimeout),
		Calls: standin.Calls[*session]{
			Create: createEndpoint, Await: awaitEndpoint, Read: readEndpoint, Update: updateEndpoint,
			Delete: deleteEndpoint,
		},
	}
	kind.Rules = map[string]standin.Rule{
		"vpcEndpointType": standin.OneOfTexts("Gateway", "Interface", "GatewayLoadBalancer"),
		"ipAddressType":   standin.OneOfTexts("ipv4", "dualstack", "ipv6"),
	}
	kind.Defaults = standin.Values{"vpcEndpointType": property.New("Gateway")}
	kind.Same = map[string]func(old, now property.Value) bool{}
	for name := range endpointMembers {
		kind.Same[name] = standin.SameSet
	}
	return kind
}

// endpointMembers are the lists that an update adds to and removes from.
var endpointMembers = map[string]string{
	"subnetIds": "SubnetId", "securityGroupIds": "SecurityGroupId", "routeTableIds": "RouteTableId",
}

func createEndpoint(ctx context.Context, s *session, inputs property.Map) (string, error) {
	params := api.Params{
		"VpcId":             standin.TextAt(inputs, "vpcId"),
		"ServiceName":       standin.TextAt(inputs, "serviceName"),
		"VpcEndpointType":   standin.TextAt(inputs, "vpcEndpointType"),
		"PrivateDnsEnabled": strconv.FormatBool(standin.BoolAt(inputs, "privateDnsEnabled")),
	}
	for name, parameter := range map[string]string{"policy": "PolicyDocument", "ipAddressType": "IpAddressType"} {
		if given := standin.TextAt(inputs, name); given != "" {
			params[parameter] = given
		}
	}
	for name, parameter := range endpointMembers {
		params.List(parameter, standin.TextsAt(inputs, name))
	}
	return s.client.Create(ctx, "CreateVpcEndpoint", params.Tags("vpc-endpoint", textMap(inputs, tagsAll)))
}

// awaitEndpoint waits until the endpoint works, or until the owner of the service has to accept it.
func awaitEndpoint(ctx context.Context, s *session, id string, _ property.Map) error {
	return standin.Wait{
		What: "EC2 VPC Endpoint " + id, Every: 5 * time.Second, Limit: endpointTimeout,
		Look: func(ctx context.Context) (string, bool, error) {
			endpoint, err := s.endpoint(ctx, id)
			switch state := strings.ToLower(endpoint.State); {
			case err != nil:
				return "", false, err
			case state == "available" || state == "pendingacceptance":
				return endpoint.State, true, nil
			case state == "pending":
				return endpoint.State, false, nil
			}
			return "", false, fmt.Errorf("it is in state %s", endpoint.State)
		},
	}.Until(ctx, 0)
}

func (s *session) endpoint(ctx context.Context, id string) (api.VpcEndpoint, error) {
	found, err := s.client.VpcEndpoints(ctx, api.Params{}.List("VpcEndpointId", []string{id}))
	return one(found, err, id)
}

func readEndpoint(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	endpoint, err := s.endpoint(ctx, id)
	if err != nil {
		return property.Map{}, err
	}
	entries, err := s.dnsEntries(ctx, endpoint)
	if err != nil {
		return property.Map{}, err
	}
	if endpoint.IPAddressType == "" {
		endpoint.IPAddressType = orDefault(standin.TextAt(known, "ipAddressType"), "ipv4")
	}
	state := standin.Values{
		"arn":                 s.arn(endpoint.OwnerID, "vpc-endpoint", id),
		"dnsEntries":          entries,
		"ipAddressType":       property.New(endpoint.IPAddressType),
		"networkInterfaceIds": standin.TextsOf(endpoint.NetworkInterfaceIDs),
		"ownerId":             property.New(endpoint.OwnerID),
		"policy":              property.New(endpoint.Policy),
		"privateDnsEnabled":   property.New(endpoint.PrivateDNSEnabled),
		"requesterManaged":    property.New(endpoint.RequesterManaged),
		"routeTableIds":       standin.TextsOf(endpoint.RouteTableIDs),
		"securityGroupIds":    standin.TextsOf(endpoint.Groups),
		"serviceName":         property.New(endpoint.ServiceName),
		"state":               property.New(endpoint.State),
		"subnetIds":           standin.TextsOf(endpoint.SubnetIDs),
		"vpcEndpointType":     property.New(endpoint.Type),
		"vpcId":               property.New(endpoint.VpcID),
	}
	if accept := known.Get("autoAccept"); accept.IsBool() {
		state["autoAccept"] = accept
	}
	s.addTags(state, endpoint.Tags(), known)
	return property.NewMap(state), nil
}

// dnsEntries are the names that AWS assigns to an interface endpoint: one that leads to every zone, and one for each
// zone. moto answers with one name, in another form. Its random part is kept, so that the names stay the same; the rest
// follows the form that AWS documents.
func (s *session) dnsEntries(ctx context.Context, endpoint api.VpcEndpoint) (property.Value, error) {
	if endpoint.Type != "Interface" || len(endpoint.DNSEntries) == 0 {
		return standin.ListOf(), nil
	}
	entry := endpoint.DNSEntries[0]
	label, _, _ := strings.Cut(entry.Name, ".")
	domain := serviceDomain(endpoint.ServiceName, s.client.Region())
	names := []string{label + "." + domain}
	if len(endpoint.SubnetIDs) > 0 {
		subnets, err := s.client.Subnets(ctx, api.Params{}.List("SubnetId", endpoint.SubnetIDs))
		if err != nil {
			return property.Value{}, err
		}
		slices.SortFunc(subnets,
			func(a, b api.Subnet) int { return strings.Compare(a.AvailabilityZone, b.AvailabilityZone) })
		for _, subnet := range subnets {
			names = append(names, label+"-"+subnet.AvailabilityZone+"."+domain)
		}
	}
	items := make([]property.Value, 0, len(names))
	for _, name := range names {
		items = append(items, standin.ObjectOf(standin.Values{
			"dnsName": property.New(name), "hostedZoneId": property.New(entry.HostedZoneID),
		}))
	}
	return standin.ListOf(items...), nil
}

// serviceDomain is the domain of the endpoints of a service, which is named com.amazonaws.vpce.<region>.<ID>, or
// com.amazonaws.<region>.<name> if it is one of AWS.
func serviceDomain(service, region string) string {
	name := service[strings.LastIndex(service, ".")+1:]
	return name + "." + region + ".vpce.amazonaws.com"
}

func orDefault(value, fallback string) string {
	if value != "" {
		return value
	}
	return fallback
}

func updateEndpoint(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	return steps(func() (int, error) {
		params := api.Params{"VpcEndpointId": id}
		for name, parameter := range endpointMembers {
			if u.Changed(name) {
				old, now := standin.TextsAt(u.State, name), standin.TextsAt(u.Inputs, name)
				params.List("Add"+parameter, added(old, now)).List("Remove"+parameter, added(now, old))
			}
		}
		if u.Changed("policy") {
			params["PolicyDocument"] = standin.TextAt(u.Inputs, "policy")
		}
		if u.Changed("privateDnsEnabled") {
			params["PrivateDnsEnabled"] = strconv.FormatBool(standin.BoolAt(u.Inputs, "privateDnsEnabled"))
		}
		if u.Changed("ipAddressType") {
			params["IpAddressType"] = standin.TextAt(u.Inputs, "ipAddressType")
		}
		if len(params) == 1 {
			return 0, nil
		}
		return count(s.client.EC2(ctx, "ModifyVpcEndpoint", params))
	}, func() (int, error) { return retag(ctx, s, id, u) })
}

func deleteEndpoint(ctx context.Context, s *session, id string, _ property.Map) error {
	if err := s.client.EC2(ctx, "DeleteVpcEndpoints", api.Params{}.List("VpcEndpointId", []string{id})); err != nil {
		return ignoreGone(err)
	}
	return standin.Wait{
		What: "EC2 VPC Endpoint " + id + " to be deleted", Every: 5 * time.Second, Limit: endpointTimeout,
		Look: func(ctx context.Context) (string, bool, error) {
			endpoint, err := s.endpoint(ctx, id)
			return endpoint.State, api.IsGone(err), ignoreGone(err)
		},
	}.Until(ctx, 0)
}
