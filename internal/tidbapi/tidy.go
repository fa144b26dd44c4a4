package tidbapi

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// tidier is an answer with text in it. What the service says ends in messages, on terminals and in Pulumi's state, so
// that control characters and texts without end stop here.
type tidier interface {
	tidy(redact func(string) string)
}

// word makes a text fit to be shown that is one word in honest answers: a state, a type, a zone.
func word(s *string) { *s = clean(head(*s, utf8Max*maxWordLength), maxWordLength) }

func words(all []string) {
	for i := range all {
		word(&all[i])
	}
}

// name does the same for what people name. Programs are compared with it, so that its spaces stay as they are.
func name(s *string) {
	*s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, head(*s, utf8Max*maxNameLength))
}

// sentence does the same for what the service says to people.
func sentence(s *string, redact func(string) string) {
	*s = clean(head(redact(*s), utf8Max*maxMessageLength), maxMessageLength)
}

// utf8Max is how many bytes a rune may have.
const utf8Max = 4

func (z *PrivateLinkZones) tidy(func(string) string) {
	word(&z.AccountID)
	z.AccountID = paddedAccount(z.AccountID)
	words(z.AZIDs)
}

func (c *Cluster) tidy(func(string) string) {
	for _, s := range []*string{
		&c.State, &c.ClusterPlan, &c.ServicePlan,
		&c.Region.Name, &c.Region.RegionID, &c.Region.CloudProvider, &c.Region.Provider,
	} {
		word(s)
	}
	spell(&c.State, clusterStates)
	spell(&c.ClusterPlan, clusterPlans)
	spell(&c.ServicePlan, servicePlans)
	c.Region.complete()
	name(&c.DisplayName)
}

// tidy leaves the ids alone, which are compared: cleaned, one could look like another.
func (p *PrivateLinkConnection) tidy(redact func(string) string) {
	word(&p.State)
	word(&p.Type)
	word(&p.CreateTime)
	spell(&p.State, connectionStates)
	spell(&p.Type, connectionTypes)
	name(&p.DisplayName)
	sentence(&p.Message, redact)
	if s := p.AWSEndpointService; s != nil {
		word(&s.Region)
		word(&s.EndpointID)
		words(s.AvailabilityZoneIDs)
		name(&s.Name)
	}
	if s := p.AlicloudEndpointService; s != nil {
		word(&s.EndpointID)
		words(s.AvailabilityZoneIDs)
		name(&s.Name)
	}
	for i := range p.AttachedDomains {
		p.AttachedDomains[i].tidy(redact)
	}
	p.AttachedDomains = slices.DeleteFunc(p.AttachedDomains, AttachDomain.isDeleted)
}

func (d *AttachDomain) tidy(redact func(string) string) {
	word(&d.Type)
	word(&d.CreateTime)
	name(&d.UniqueName)
	spell(&d.Type, domainTypes)
	for i := range d.Domains {
		word(&d.Domains[i].State)
		spell(&d.Domains[i].State, domainStates)
		name(&d.Domains[i].Name)
		sentence(&d.Domains[i].Message, redact)
	}
	if d.Type == DomainTypeConfluent {
		d.UniqueName = plainUniqueName(d.UniqueName)
		if d.UniqueName == "" {
			d.UniqueName = nameOfDomains(d.Domains)
		}
	}
}

func (f *Changefeed) tidy(redact func(string) string) {
	word(&f.State)
	word(&f.CreateTime)
	spellState(&f.State)
	name(&f.DisplayName)
	if s := f.Sink; s != nil {
		spell(&s.Type, sinkTypes)
		s.Kafka.spell()
	}
	if f.Filter != nil {
		spell(&f.Filter.Mode, rules.TableModes)
	}
	if s := f.StartPosition; s != nil {
		spell(&s.Mode, startModes)
		word((*string)(&s.TSO))
		word(&s.Time)
	}
	sentence(&f.Error, redact)
	if c := f.Checkpoint; c != nil {
		word((*string)(&c.TSO))
		word(&c.Time)
	}
}

// spell corrects the words of a sink's vocabularies.
func (k *KafkaSink) spell() {
	if k == nil {
		return
	}
	if n := k.Network; n != nil {
		spell(&n.NetworkType, networkTypes)
	}
	if b := k.Broker; b != nil {
		spell(&b.KafkaVersion, rules.KafkaVersions)
		spell(&b.Compression, rules.KafkaCompressions)
	}
	if a := k.Authentication; a != nil {
		spell(&a.AuthType, rules.KafkaAuthTypes)
	}
	if d := k.DataFormat; d != nil {
		spell(&d.Protocol, rules.KafkaProtocols)
		if a := d.AvroConfig; a != nil {
			spell(&a.DecimalHandlingMode, rules.DecimalModes)
			spell(&a.BigintUnsignedHandlingMode, rules.BigintModes)
		}
	}
	if t := k.TopicPartitionConfig; t != nil {
		spell(&t.DispatchType, rules.TopicDispatchTypes)
		for i := range t.PartitionDispatchers {
			spell(&t.PartitionDispatchers[i].PartitionType, rules.PartitionTypes)
		}
	}
}

func (t *SchemaTables) tidy(func(string) string) {
	words(t.HandleKeyTables)
	words(t.NonHandleKeyTables)
	word(&t.GCSafePoint)
}
