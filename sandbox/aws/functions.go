package aws

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// functionKind is a function that looks something up.
type functionKind struct {
	token  string
	inputs standin.FieldSet
	call   func(ctx context.Context, s *session, args property.Map) (standin.Values, error)
}

func functionKinds() []*functionKind {
	return []*functionKind{
		function("index", "getCallerIdentity", getCallerIdentity),
		function("index", "getRegion", getRegion),
		function("index", "getAvailabilityZones", getAvailabilityZones),
		function("ec2", "getVpc", getVpc),
		function("ec2", "getSubnet", getSubnet),
		function("ec2", "getSecurityGroup", getSecurityGroup),
		function("route53", "getZone", getZone),
		function("route53", "getZones", getZones),
	}
}

func function(
	module, name string, call func(ctx context.Context, s *session, args property.Map) (standin.Values, error),
) *functionKind {
	return &functionKind{token: Name + ":" + module + "/" + name + ":" + name, call: call}
}

func (s *standIn) invoke(ctx context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
	kind, ok := s.pkg.functions[string(req.Token)]
	if !ok {
		return p.InvokeResponse{}, fmt.Errorf("the stand-in for %s has no function %q; only the real provider does",
			Name, req.Token)
	}
	args := standin.Stripped(req.Args)
	var v standin.Validator
	v.Arguments(kind.inputs, args)
	if len(v.Failures) > 0 {
		return p.InvokeResponse{Failures: v.Failures}, nil
	}
	session, err := s.session()
	if err != nil {
		return p.InvokeResponse{}, err
	}
	result, err := kind.call(ctx, session, args)
	if err != nil {
		return p.InvokeResponse{}, standin.During("invoking", req.Token, err)
	}
	return p.InvokeResponse{Return: property.NewMap(result)}, nil
}

// single returns the only match, or the real provider's error for none or several.
func single[T any](found []T, err error, what string) (T, error) {
	var none T
	switch {
	case api.IsGone(err) || err == nil && len(found) == 0:
		return none, fmt.Errorf("no matching %s found", what)
	case err != nil:
		return none, fmt.Errorf("reading %s: %w", what, err)
	case len(found) > 1:
		return none,
			fmt.Errorf("multiple %[1]ss matched; use additional constraints to reduce matches to a single %[1]s", what)
	}
	return found[0], nil
}

// conditions are what a function looks for, as filters of EC2: the arguments by the names of the filters, tags, and the
// filters that the caller passes as such.
func conditions(args property.Map, names map[string]string) []api.Filter {
	var filters []api.Filter
	for _, name := range standin.SortedKeys(names) {
		switch given := args.Get(name); {
		case given.IsString() && given.AsString() != "":
			filters = append(filters, api.Filter{Name: names[name], Values: []string{given.AsString()}})
		case given.IsBool() && given.AsBool():
			filters = append(filters, api.Filter{Name: names[name], Values: []string{"true"}})
		}
	}
	tags := textMap(args, "tags")
	for _, key := range standin.SortedKeys(tags) {
		filters = append(filters, api.Filter{Name: "tag:" + key, Values: []string{tags[key]}})
	}
	return append(filters, givenFilters(args)...)
}

func givenFilters(args property.Map) []api.Filter {
	var filters []api.Filter
	if list := args.Get("filters"); list.IsArray() {
		for _, item := range list.AsArray().All {
			m := item.AsMap()
			filters = append(filters, api.Filter{Name: standin.TextAt(m, "name"), Values: standin.TextsAt(m, "values")})
		}
	}
	return filters
}

// byID adds the ID that is looked for, if there is one, in the form of a list parameter.
func byID(args property.Map, parameter string, filters []api.Filter) api.Params {
	params := api.Params{}.Filters(filters...)
	if id := standin.TextAt(args, "id"); id != "" {
		params.List(parameter, []string{id})
	}
	return params
}

// echo adds the arguments that a function returns unchanged.
func echo(result standin.Values, args property.Map, names ...string) standin.Values {
	for _, name := range names {
		if given := args.Get(name); !given.IsNull() {
			result[name] = given
		}
	}
	return result
}

func getVpc(ctx context.Context, s *session, args property.Map) (standin.Values, error) {
	found, err := s.client.Vpcs(ctx, byID(args, "VpcId", conditions(args, map[string]string{
		"cidrBlock": "cidr", "default": "isDefault", "dhcpOptionsId": "dhcp-options-id", "state": "state",
	})))
	vpc, err := single(found, err, "EC2 VPC")
	if err != nil {
		return nil, err
	}
	table, err := s.client.MainRouteTable(ctx, vpc.ID)
	if err != nil {
		return nil, fmt.Errorf("reading EC2 VPC (%s): %w", vpc.ID, err)
	}
	associations := make([]property.Value, 0, len(vpc.Associations))
	for _, a := range vpc.Associations {
		associations = append(associations, standin.ObjectOf(standin.Values{
			"associationId": property.New(a.ID), "cidrBlock": property.New(a.CidrBlock), "state": property.New(a.State),
		}))
	}
	result := standin.Values{
		"arn":                   s.arn(vpc.OwnerID, "vpc", vpc.ID),
		"cidrBlock":             property.New(vpc.CidrBlock),
		"cidrBlockAssociations": standin.ListOf(associations...),
		"default":               property.New(vpc.IsDefault),
		"dhcpOptionsId":         property.New(vpc.DhcpOptionsID),
		"id":                    property.New(vpc.ID),
		"instanceTenancy":       property.New(vpc.InstanceTenancy),
		"mainRouteTableId":      property.New(table),
		"ownerId":               property.New(vpc.OwnerID),
		"state":                 property.New(vpc.State),
		"tags":                  standin.TextMapOf(vpc.Tags()),
	}
	for name := range vpcAttributes {
		on, err := s.client.VpcAttribute(ctx, vpc.ID, name)
		if err != nil {
			return nil, fmt.Errorf("reading EC2 VPC (%s) attribute %s: %w", vpc.ID, name, err)
		}
		result[name] = property.New(on)
	}
	return echo(result, args, "filters"), nil
}

func getSubnet(ctx context.Context, s *session, args property.Map) (standin.Values, error) {
	found, err := s.client.Subnets(ctx, byID(args, "SubnetId", conditions(args, map[string]string{
		"availabilityZone": "availabilityZone", "availabilityZoneId": "availabilityZoneId", "cidrBlock": "cidrBlock",
		"defaultForAz": "defaultForAz", "state": "state", "vpcId": "vpc-id",
	})))
	subnet, err := single(found, err, "EC2 Subnet")
	if err != nil {
		return nil, err
	}
	return echo(standin.Values{
		"arn":                     property.New(subnet.Arn),
		"availabilityZone":        property.New(subnet.AvailabilityZone),
		"availabilityZoneId":      property.New(subnet.AvailabilityZoneID),
		"availableIpAddressCount": standin.NumberOf(subnet.AvailableIPs),
		"cidrBlock":               property.New(subnet.CidrBlock),
		"defaultForAz":            property.New(subnet.DefaultForAz),
		"id":                      property.New(subnet.ID),
		"mapPublicIpOnLaunch":     property.New(subnet.MapPublicIPOnLaunch),
		"ownerId":                 property.New(subnet.OwnerID),
		"state":                   property.New(subnet.State),
		"tags":                    standin.TextMapOf(subnet.Tags()),
		"vpcId":                   property.New(subnet.VpcID),
	}, args, "filters"), nil
}

func getSecurityGroup(ctx context.Context, s *session, args property.Map) (standin.Values, error) {
	found, err := s.client.SecurityGroups(ctx, byID(args, "GroupId", conditions(args, map[string]string{
		"name": "group-name", "vpcId": "vpc-id",
	})))
	group, err := single(found, err, "EC2 Security Group")
	if err != nil {
		return nil, err
	}
	return echo(standin.Values{
		"arn":         s.arn(group.OwnerID, "security-group", group.ID),
		"description": property.New(group.Description),
		"id":          property.New(group.ID),
		"name":        property.New(group.Name),
		"tags":        standin.TextMapOf(group.Tags()),
		"vpcId":       property.New(group.VpcID),
	}, args, "filters"), nil
}
