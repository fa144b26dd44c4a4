package component

import (
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// check rejects inputs that are wrong whatever the services answer. It reports all of them at once.
func check(in *args.Set) error {
	var p args.Problems
	in.Text("tidbClusterId").Check(&p, rules.TiDBClusterID.Check)
	in.Text("environmentId").Check(&p, rules.EnvironmentID.Check)
	in.Text("region").Check(&p, rules.Region)
	in.Text("network.id").Check(&p, rules.NetworkID.Check)
	in.List("network.zones").Check(&p, rules.Zones)
	in.Text("network.dnsResolution").Check(&p, dnsResolutions.Check)
	in.Text("privateLinkAccess.id").Check(&p, rules.PrivateLinkAccessID.Check)
	in.Text("kafkaCluster.id").Check(&p, rules.KafkaClusterID.Check)
	in.Text("kafkaCluster.availability").Check(&p, availabilities.Check)
	in.Text("kafkaCluster.byokKeyId").Check(&p, rules.ByokKeyID.Check)
	in.Number("kafkaCluster.cku").Check(&p, func(cku int) error { return rules.CKU(leastAvailability(in), cku) })
	for _, part := range []string{"network", "privateLinkAccess", "kafkaCluster", "connection"} {
		in.Text(part+".displayName").Check(&p, rules.DisplayName)
	}
	for _, part := range []string{"network", "privateLinkAccess", "kafkaCluster"} {
		in.CheckExisting(&p, part)
	}
	in.Text("privateLinkAccess.id").CheckOnNetwork(&p, in.Text("network.id"))
	in.Text("kafkaCluster.id").CheckOnNetwork(&p, in.Text("network.id"))
	vpcaccess.CheckList(&p, in)
	return p.Err()
}

// leastAvailability is the availability with the lowest minimum of CKUs that the inputs allow for.
func leastAvailability(in *args.Set) string {
	availability := in.Text("kafkaCluster.availability")
	switch {
	case !availability.Given:
		return rules.MultiZone
	case !availability.Known, availabilities.Check(availability.Plain) != nil:
		return rules.SingleZone
	}
	return availability.Plain
}
