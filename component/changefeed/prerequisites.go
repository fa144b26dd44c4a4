package changefeed

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// kafkaCluster is what the other steps need to know of the Kafka cluster.
type kafkaCluster struct {
	host, crn pulumi.StringOutput
	port      pulumi.IntOutput
}

// prerequisites looks up both clusters, the connection and the tables, in parallel, and checks them.
func (b *builder) prerequisites() (kafkaCluster, error) {
	tidb := lookup.Start(func() error {
		_, _, _, err := preflight.TiDBCluster(&b.Maker, preflight.Purpose{
			Has: "changefeeds over a private link", Reaches: "reach Confluent Cloud over a private link",
			Awaits: "a new changefeed",
		}, b.checkRegion)
		return err
	})
	var connection *tidbcloud.LookupPrivateLinkConnectionResult
	linked := lookup.Start(func() (err error) {
		connection, err = b.connection()
		return err
	})
	tables := lookup.Start(func() error { b.warnOfTables(); return nil })
	found := preflight.LookUp[confluentcloud.LookupKafkaClusterResultOutput](
		&b.Maker, b.In.Text("kafkaClusterId"), confluentcloud.LookupKafkaCluster, preflight.KafkaByID)
	kafka, known, kafkaErr := lookup.Await[confluentcloud.LookupKafkaClusterResult](b.Ctx, found)
	tidbErr, linkedErr := tidb(), linked()
	_ = tables()
	if tidbErr != nil {
		return kafkaCluster{}, tidbErr
	}
	if kafkaErr != nil {
		return kafkaCluster{}, fmt.Errorf("kafkaClusterId: looking up Kafka cluster %s: %w; check the ID, "+
			"environmentId, and that the Confluent Cloud API key has access to it", b.In.Text("kafkaClusterId").Plain,
			lookup.Unwrap(kafkaErr))
	}
	if linkedErr != nil {
		// The connection of an existing changefeed may be gone: the user must be able to create another one.
		b.Transient = append(b.Transient, linkedErr.Error())
	}
	if known {
		if err := b.checkKafka(kafka); err != nil {
			return kafkaCluster{}, err
		}
	}
	if known && connection != nil {
		b.checkDomains(kafka, connection)
	}
	endpoint := found.BootstrapEndpoint()
	return kafkaCluster{
		host: endpoint.ApplyT(hostOf).(pulumi.StringOutput), port: endpoint.ApplyT(portOf).(pulumi.IntOutput),
		crn: found.RbacCrn(),
	}, nil
}

// hostOf and portOf take a bootstrap endpoint apart. They are empty without one.
func hostOf(reported string) string {
	host, _, _ := net.SplitHostPort(rules.BootstrapEndpoint(reported))
	return rules.PrivateHost(host)
}

func portOf(reported string) int {
	_, text, _ := net.SplitHostPort(rules.BootstrapEndpoint(reported))
	port, _ := strconv.Atoi(text)
	return port
}

// checkKafka checks what does not change by itself.
func (b *builder) checkKafka(k confluentcloud.LookupKafkaClusterResult) error {
	if err := preflight.SameEnvironment(&b.Maker, "kafkaClusterId", "Kafka cluster", k); err != nil {
		return err
	}
	var p args.Problems
	if k.Dedicated == nil {
		p.Add("kafkaClusterId", fmt.Errorf("Kafka cluster %s is not Dedicated, but a private link connection reaches "+
			"only Dedicated clusters; use the ID of a Dedicated cluster", k.Id))
		return p.Err()
	}
	if hostOf(k.BootstrapEndpoint) == "" || portOf(k.BootstrapEndpoint) == 0 {
		p.Add("kafkaClusterId", fmt.Errorf("Kafka cluster %s has no bootstrap endpoint, so it is not ready; run "+
			"pulumi again when it is", k.Id))
	}
	b.In.Number("topics.partitions").Check(&p, func(n int) error { return rules.Partitions(n, k.Dedicated.Cku) })
	return p.Err()
}

// checkRegion checks that the region of the TiDB Cloud cluster has changefeeds.
func (b *builder) checkRegion(c tidbcloud.GetClusterResult, name string, p *args.Problems) {
	outdated, err := rules.ChangefeedRegion(c.Region)
	if err == nil || len(*p) > 0 {
		return
	}
	err = fmt.Errorf("%s %w; if TiDB Cloud has added the region since, use the resource tidbcloud.Changefeed, which "+
		"does not check it", name, err)
	if outdated {
		b.Warn("tidbClusterId: %v", err)
		return
	}
	b.Transient.Add("tidbClusterId", err)
}

// connection looks up the private link connection, and checks it.
func (b *builder) connection() (*tidbcloud.LookupPrivateLinkConnectionResult, error) {
	cluster, id := b.In.Text("tidbClusterId"), b.In.Text("privateLinkConnectionId")
	if !cluster.Known || !id.Known {
		return nil, nil
	}
	wanted := &tidbcloud.LookupPrivateLinkConnectionArgs{ClusterId: cluster.Plain, PrivateLinkConnectionId: id.Plain}
	c, err := lookup.Ask(b.Component, tidbcloud.LookupPrivateLinkConnection, wanted)
	if err != nil {
		return nil, fmt.Errorf("privateLinkConnectionId: looking up connection %s of TiDB Cloud cluster %s: %w; use "+
			"the ID of a connection of that cluster", id.Plain, cluster.Plain, lookup.Unwrap(err))
	}
	if c.PrivateLinkConnectionId == "" {
		return nil, nil // a provider whose configuration is not known yet
	}
	if !strings.EqualFold(c.State, "ACTIVE") {
		return nil, fmt.Errorf("privateLinkConnectionId: connection %s is %s, but must be ACTIVE; wait until it is, "+
			"or repair it, then run pulumi again", id.Plain, c.State)
	}
	return c, nil
}

// checkDomains checks that TiDB Cloud can resolve the name of the Kafka cluster.
func (b *builder) checkDomains(
	k confluentcloud.LookupKafkaClusterResult, c *tidbcloud.LookupPrivateLinkConnectionResult,
) {
	var domains []string
	for _, attached := range c.AttachedDomains {
		for _, domain := range attached.Domains {
			domains = append(domains, domain.Name)
		}
	}
	if err := rules.ServerName(hostOf(k.BootstrapEndpoint), domains); err != nil {
		b.Transient.Add("kafkaClusterId", fmt.Errorf("%w; use a Kafka cluster on the network that connection %s "+
			"leads to, or attach the network's domains to it", err, c.PrivateLinkConnectionId))
	}
}

// warnOfTables warns, at preview, of tables that the changefeed leaves out. A failed look-up does not stop anything:
// TiDB Cloud may not describe the tables of a cluster that is not active.
func (b *builder) warnOfTables() {
	cluster, list := b.In.Text("tidbClusterId"), b.In.List("tables")
	if !b.Ctx.DryRun() || !cluster.Known || list.Given && !list.Known {
		return
	}
	wanted := &tidbcloud.GetChangefeedTablesArgs{ClusterId: cluster.Plain, FilterRules: list.Plain}
	found, err := lookup.Ask(b.Component, tidbcloud.GetChangefeedTables, wanted)
	if err != nil || len(found.TablesWithoutKey) == 0 {
		return
	}
	keyless := slices.Sorted(slices.Values(found.TablesWithoutKey))
	const shown = 10
	more := ""
	if len(keyless) > shown {
		more = fmt.Sprintf(" and %d more", len(keyless)-shown)
		keyless = keyless[:shown]
	}
	b.Warn("tables: %s%s have neither a primary key nor a unique key without NULL, so the changefeed leaves them "+
		"out; add a key to each, or exclude them with a rule that begins with !", strings.Join(keyless, ", "), more)
}
