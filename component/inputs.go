package component

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// An input is what is known now of an input of the component. One that is given need not be known: at preview
// it may be the output of a resource that does not exist yet.
type input[T any] struct {
	given, known, secret bool
	// made says that it comes of resources of the program, which the run may change.
	made  bool
	value T
}

// inputs are those of the component's inputs that can be checked.
type inputs struct {
	tidbClusterID, environmentID, region input[string]

	networkID, networkName, dnsResolution input[string]
	zones                                 input[[]string]

	accessID, accessName input[string]

	kafkaID, kafkaName, availability, byokKeyID input[string]
	cku                                         input[int]
	deletionProtection                          input[bool]

	connectionName input[string]

	vpcs     []*vpcInputs
	vpcNames []string
}

// readInputs waits for the inputs. The engine calls a component of a plugin when its inputs are known, so there is
// nothing to wait for then; a Go program that calls NewPrivateLink itself may give outputs of resources on their way.
func readInputs(ctx *pulumi.Context, args *PrivateLinkArgs) (*inputs, error) {
	var in inputs
	r := reader{ctx: ctx}
	read(&r, "tidbClusterId", args.TidbClusterId, &in.tidbClusterID)
	read(&r, "environmentId", args.EnvironmentId, &in.environmentID)
	read(&r, "region", args.Region, &in.region)
	if n := args.Network; n != nil {
		read(&r, "network.id", n.Id, &in.networkID)
		read(&r, "network.displayName", n.DisplayName, &in.networkName)
		read(&r, "network.zones", n.Zones, &in.zones)
		read(&r, "network.dnsResolution", n.DnsResolution, &in.dnsResolution)
	}
	if p := args.PrivateLinkAccess; p != nil {
		read(&r, "privateLinkAccess.id", p.Id, &in.accessID)
		read(&r, "privateLinkAccess.displayName", p.DisplayName, &in.accessName)
	}
	if k := args.KafkaCluster; k != nil {
		read(&r, "kafkaCluster.id", k.Id, &in.kafkaID)
		read(&r, "kafkaCluster.displayName", k.DisplayName, &in.kafkaName)
		read(&r, "kafkaCluster.availability", k.Availability, &in.availability)
		read(&r, "kafkaCluster.cku", k.Cku, &in.cku)
		read(&r, "kafkaCluster.byokKeyId", k.ByokKeyId, &in.byokKeyID)
		read(&r, "kafkaCluster.deletionProtection", k.DeletionProtection, &in.deletionProtection)
	}
	if c := args.Connection; c != nil {
		read(&r, "connection.displayName", c.DisplayName, &in.connectionName)
	}
	for i := range args.VpcAccess {
		entry := &args.VpcAccess[i]
		in.vpcs = append(in.vpcs, readVpc(&r, fmt.Sprintf("vpcAccess[%d].", i), entry.vpc()))
		in.vpcNames = append(in.vpcNames, entry.name())
	}
	return &in, errors.Join(r.errs...)
}

// A reader collects what goes wrong while inputs are read.
type reader struct {
	ctx  *pulumi.Context
	errs []error
}

// required are the inputs without which nothing can be done, and what they are. The schema requires them too, but what a
// program gives may turn out to be nothing: a setting that is not there, or an output that is null.
var required = map[string]string{
	"tidbClusterId": "the id of the TiDB Cloud cluster",
	"environmentId": "the id of the Confluent environment",
	"networkId":     "the id of the Confluent network",
	"vpcId":         "the id of the VPC",
	"subnetIds":     "the ids of the VPC's subnets",
}

// read reads an input, and notes when a required one is missing.
func read[T any](r *reader, property string, from pulumi.Input, to *input[T]) {
	readOptional(r, property, from, to)
	if what, ok := required[property[strings.LastIndex(property, ".")+1:]]; ok && !to.given {
		r.errs = append(r.errs, fmt.Errorf("%s: it is missing, or null; give %s", property, what))
	}
}

func readOptional[T any](r *reader, property string, from pulumi.Input, to *input[T]) {
	if from == nil {
		return
	}
	result, err := internals.UnsafeAwaitOutput(r.ctx.Context(), pulumi.ToOutput(from))
	if err != nil {
		r.errs = append(r.errs, fmt.Errorf("%s: %w", property, err))
		return
	}
	to.given, to.known, to.secret, to.made = true, result.Known, result.Secret, len(result.Dependencies) > 0
	if !result.Known {
		return
	}
	switch value := reflect.ValueOf(result.Value); {
	case !value.IsValid(), value.Kind() == reflect.Pointer && value.IsNil():
		// An output that turned out to be nothing is the same as none.
		to.given = false
	case value.Kind() == reflect.Pointer:
		to.value, _ = value.Elem().Interface().(T)
	default:
		to.value, _ = result.Value.(T)
	}
}

// check refuses, without asking any service, what can only be wrong. It names everything at once.
func (in *inputs) check() error {
	var p problems
	ruled(&p, "tidbClusterId", in.tidbClusterID, rules.TiDBClusterID.Check)
	ruled(&p, "environmentId", in.environmentID, rules.EnvironmentID.Check)
	ruled(&p, "region", in.region, rules.Region)
	ruled(&p, "network.id", in.networkID, rules.NetworkID.Check)
	ruled(&p, "network.zones", in.zones, rules.Zones)
	ruled(&p, "network.dnsResolution", in.dnsResolution, rules.DNSResolution)
	ruled(&p, "privateLinkAccess.id", in.accessID, rules.PrivateLinkAccessID.Check)
	ruled(&p, "kafkaCluster.id", in.kafkaID, rules.KafkaClusterID.Check)
	ruled(&p, "kafkaCluster.availability", in.availability, rules.Availability)
	ruled(&p, "kafkaCluster.byokKeyId", in.byokKeyID, rules.ByokKeyID.Check)
	ruled(&p, "kafkaCluster.cku", in.cku, func(cku int) error { return rules.CKU(in.leastAvailability(), cku) })
	in.checkNames(&p)
	in.checkCombinations(&p)
	in.checkEntries(&p)
	return p.err()
}

// leastAvailability is the availability with the lowest minimum of CKUs that the inputs allow for.
func (in *inputs) leastAvailability() string {
	switch {
	case !in.availability.given:
		return rules.MultiZone
	case !in.availability.known, rules.Availability(in.availability.value) != nil:
		return rules.SingleZone
	}
	return in.availability.value
}

func (in *inputs) checkNames(p *problems) {
	ruled(p, "network.displayName", in.networkName, notEmpty)
	ruled(p, "privateLinkAccess.displayName", in.accessName, notEmpty)
	ruled(p, "kafkaCluster.displayName", in.kafkaName, notEmpty)
	ruled(p, "connection.displayName", in.connectionName, notEmpty)
}

func notEmpty(name string) error {
	if strings.TrimSpace(name) == "" {
		return errors.New("it is empty; give a name, or leave it out to have one derived")
	}
	return nil
}

// checkCombinations refuses inputs that contradict each other. Whether an id is given decides, known or not.
func (in *inputs) checkCombinations(p *problems) {
	only := func(part string, id input[string], others map[string]bool) {
		var given []string
		for _, name := range sortedKeys(others) {
			if others[name] {
				given = append(given, name)
			}
		}
		if id.given && len(given) > 0 {
			p.add(part+".id", givenBeside(id, given...))
		}
	}
	only("network", in.networkID, map[string]bool{
		"displayName": in.networkName.given, "zones": in.zones.given, "dnsResolution": in.dnsResolution.given,
	})
	only("privateLinkAccess", in.accessID, map[string]bool{"displayName": in.accessName.given})
	only("kafkaCluster", in.kafkaID, map[string]bool{
		"displayName": in.kafkaName.given, "availability": in.availability.given, "cku": in.cku.given,
		"byokKeyId": in.byokKeyID.given, "deletionProtection": in.deletionProtection.given,
	})
	onNetwork := func(part string, id input[string]) {
		if id.given && !in.networkID.given {
			p.add(part+".id", onNewNetwork(id))
		}
	}
	onNetwork("privateLinkAccess", in.accessID)
	onNetwork("kafkaCluster", in.kafkaID)
}

func givenBeside(id input[string], others ...string) error {
	return fmt.Errorf("%s, an existing one, is given beside %s, which only a new one has; leave out one or the other",
		id.show(), strings.Join(others, ", "))
}

func onNewNetwork(id input[string]) error {
	return fmt.Errorf("%s, an existing one, cannot be on a network that is yet to be made; "+
		"give the id of its network as network.id", id.show())
}

// show is the value for a message.
func (in input[T]) show() string {
	if !in.known {
		return "an id that is not known yet"
	}
	return fmt.Sprint(in.value)
}

// redact takes the values of secret inputs out of a message.
func (in *inputs) redact(err error) error {
	if err == nil {
		return nil
	}
	err = redacted(err, in.secrets())
	if number := fmt.Sprintf("kafkaCluster.cku: %d ", in.cku.value); in.cku.secret && strings.Contains(err.Error(), number) {
		// A number is in many texts; the one about this input begins with it.
		return errors.New(strings.ReplaceAll(err.Error(), number, "kafkaCluster.cku: [secret] "))
	}
	return err
}

// redacted takes secrets out of a message.
func redacted(err error, secrets []string) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	// A secret may begin with another one, and stand in quotes, with other characters for some of its own.
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	for _, secret := range secrets {
		if secret != "" {
			quoted := strconv.Quote(secret)
			text = strings.NewReplacer(secret, "[secret]", quoted[1:len(quoted)-1], "[secret]").Replace(text)
		}
	}
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

// secrets are the values of secret inputs.
func (in *inputs) secrets() []string {
	secrets := secretsOf(
		in.tidbClusterID, in.environmentID, in.region, in.networkID, in.networkName, in.dnsResolution, in.accessID,
		in.accessName, in.kafkaID, in.kafkaName, in.availability, in.byokKeyID, in.connectionName,
	)
	if in.zones.secret {
		secrets = append(secrets, in.zones.value...)
	}
	for _, vpc := range in.vpcs {
		secrets = append(secrets, vpc.secrets()...)
	}
	return secrets
}

func secretsOf(inputs ...input[string]) []string {
	var secrets []string
	for _, i := range inputs {
		if i.secret {
			secrets = append(secrets, i.value)
		}
	}
	return secrets
}
