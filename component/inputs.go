package component

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// An input is what is known now of an input of the component. One that is given need not be known: at preview
// it may be the output of a resource that does not exist yet.
type input[T any] struct {
	given, known, secret bool
	// made says that it comes of resources of the program, which the run may change.
	made  bool
	value T
	// elements is how many elements a list has, where the program says so.
	elements int
}

// inputs are those of the component's inputs that can be checked.
type inputs struct {
	read *args.Set

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

// readInputs waits for the inputs.
func readInputs(ctx *pulumi.Context, link *PrivateLinkArgs, opts ...pulumi.ResourceOption) (*inputs, error) {
	read, err := args.Read(ctx, link, opts...)
	in := &inputs{
		read:          read,
		tidbClusterID: of[string](read, "tidbClusterId"), environmentID: of[string](read, "environmentId"), region: of[string](read, "region"),
		networkID: of[string](read, "network.id"), networkName: of[string](read, "network.displayName"),
		dnsResolution: of[string](read, "network.dnsResolution"), zones: of[[]string](read, "network.zones"),
		accessID: of[string](read, "privateLinkAccess.id"), accessName: of[string](read, "privateLinkAccess.displayName"),
		kafkaID: of[string](read, "kafkaCluster.id"), kafkaName: of[string](read, "kafkaCluster.displayName"),
		availability: of[string](read, "kafkaCluster.availability"), byokKeyID: of[string](read, "kafkaCluster.byokKeyId"),
		cku: of[int](read, "kafkaCluster.cku"), deletionProtection: of[bool](read, "kafkaCluster.deletionProtection"),
		connectionName: of[string](read, "connection.displayName"),
	}
	for i := range link.VpcAccess {
		in.vpcs = append(in.vpcs, vpcInputsOf(read, fmt.Sprintf("vpcAccess[%d].", i)))
		in.vpcNames = append(in.vpcNames, link.VpcAccess[i].name())
	}
	return in, err
}

func of[T any](read *args.Set, path string) input[T] {
	v := args.Get[T](read, path)
	return input[T]{v.Given, v.Known, v.Secret, v.Made, v.Value, v.Elements}
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
