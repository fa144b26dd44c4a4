package sandbox

import (
	"slices"
	"strings"
	"time"
)

// Answers that have less in them, or something else.
const (
	// BareCreations answers a creation, and any other change of a changefeed, with the id alone.
	BareCreations Dialect = "bare-creations"
	// AbridgedLists lists connections and changefeeds with id, cluster and name alone.
	AbridgedLists Dialect = "abridged-lists"
	// NoUniqueNames leaves the unique names out of attached domains.
	NoUniqueNames Dialect = "no-unique-names"
	// WholeDomains has the whole DNS domain for a unique name.
	WholeDomains Dialect = "whole-domains"
	// ShortNames cuts display names, and trims them.
	ShortNames Dialect = "short-names"
	// RegionNameOnly has a region's name alone, regions/aws-us-east-1.
	RegionNameOnly Dialect = "region-name-only"
	// PlainRegions has region ids without the provider, us-east-1.
	PlainRegions Dialect = "plain-regions"
	// NoCloudProvider leaves the cloud provider out.
	NoCloudProvider Dialect = "no-cloud-provider"
	// NoClusterPlan leaves clusterPlan out.
	NoClusterPlan Dialect = "no-cluster-plan"
	// NoServicePlan leaves servicePlan out.
	NoServicePlan Dialect = "no-service-plan"
	// NoServiceRegion leaves the region of endpoint services out.
	NoServiceRegion Dialect = "no-service-region"
	// ShuffledLists has zones and domains in another order each time.
	ShuffledLists Dialect = "shuffled-lists"
	// OtherTimes writes a time differently in each kind of answer.
	OtherTimes Dialect = "other-times"
)

// shortName is how many characters of a display name [ShortNames] keeps.
const shortName = 24

func contentDialects() []dialect {
	return slices.Concat(lesserContents(), clusterContents(), []dialect{
		{
			name: WholeDomains, about: "a unique name is answered as the whole DNS domain",
			edit: func(_ *speech, doc *document) {
				for _, a := range doc.attachments() {
					if a["type"] == domainConfluent {
						rewrite(a, "uniqueName", func(name string) string { return name + ".aws.confluent.cloud" })
					}
				}
			},
		},
		{
			name: ShortNames, about: "display names of connections and changefeeds are trimmed, and cut after 24 " +
				"characters",
			edit: func(_ *speech, doc *document) {
				for _, c := range slices.Concat(doc.connections(), doc.changefeeds()) {
					rewrite(c, "displayName", func(name string) string {
						runes := []rune(strings.TrimSpace(name))
						return string(runes[:min(len(runes), shortName)])
					})
				}
			},
		},
		{
			name: ShuffledLists, about: "zones, attachments, domains and changefeeds come in another order each time",
			edit: func(s *speech, doc *document) {
				if s.turn++; s.turn%2 == 0 {
					return
				}
				for _, o := range slices.Concat([]object{doc.root}, doc.connections(), doc.attachments(),
					doc.services()) {
					for _, key := range []string{
						"azIds", "availabilityZoneIds", "attachedDomains", "domains",
						"changefeeds",
					} {
						if array, ok := o[key].([]any); ok {
							slices.Reverse(array)
						}
					}
				}
			},
		},
		{
			name: OtherTimes, about: "GET has times with milliseconds and an offset, other answers without",
			edit: func(_ *speech, doc *document) {
				layout := "2006-01-02T15:04:05Z"
				if doc.op == opGetConnection || doc.op == opGetChangefeed {
					layout = "2006-01-02T15:04:05.000+00:00"
				}
				other := func(text string) string {
					at, err := time.Parse(time.RFC3339Nano, text)
					if err != nil {
						return text
					}
					return at.UTC().Format(layout)
				}
				for _, o := range slices.Concat(doc.connections(), doc.attachments(), doc.changefeeds()) {
					rewrite(o, "createTime", other)
					for _, key := range []string{"checkpoint", "startPosition"} {
						if position, ok := o[key].(object); ok {
							rewrite(position, "time", other)
						}
					}
				}
			},
		},
	})
}

func lesserContents() []dialect {
	return []dialect{
		{
			name:  BareCreations,
			about: "a creation, and any other change of a changefeed, is answered with the id alone",
			edit: func(_ *speech, doc *document) {
				switch doc.op {
				case opCreateConnection:
					only(doc.root, "privateLinkConnectionId")
				case opCreateChangefeed, opEditChangefeed, opStartChangefeed, opStopChangefeed:
					only(doc.root, "changefeedId")
				case opAttachDomains:
					if _, made := doc.root["attachDomainId"]; made {
						only(doc.root, "attachDomainId")
					}
				}
			},
		},
		{
			name: AbridgedLists, about: "lists have id, cluster and name of a connection or changefeed alone",
			edit: func(_ *speech, doc *document) {
				for _, c := range objects(doc.root, collections[doc.op]) {
					only(c, "privateLinkConnectionId", "changefeedId", "clusterId", "displayName")
				}
			},
		},
		{
			name: NoUniqueNames, about: "attached domains of Confluent are shown without their unique name",
			edit: func(_ *speech, doc *document) {
				for _, a := range doc.attachments() {
					if a["type"] == domainConfluent {
						delete(a, "uniqueName")
					}
				}
			},
		},
		{
			name: NoServiceRegion, about: "endpoint services are shown without their region",
			edit: func(_ *speech, doc *document) {
				for _, s := range doc.services() {
					delete(s, "region")
				}
			},
		},
	}
}

func clusterContents() []dialect {
	without := func(name Dialect, about, field string) dialect {
		return dialect{name: name, about: about, edit: func(_ *speech, doc *document) {
			for _, c := range doc.clusters() {
				delete(c, field)
			}
		}}
	}
	regions := func(name Dialect, about string, edit func(object)) dialect {
		return dialect{name: name, about: about, edit: func(_ *speech, doc *document) {
			for _, c := range doc.clusters() {
				if region, ok := c["region"].(object); ok {
					edit(region)
				}
			}
		}}
	}
	return []dialect{
		without(NoClusterPlan, "a cluster has servicePlan alone", "clusterPlan"),
		without(NoServicePlan, "a cluster has clusterPlan alone", "servicePlan"),
		regions(RegionNameOnly, "a region has a name alone, regions/aws-us-east-1",
			func(o object) { only(o, "name", "displayName") }),
		regions(PlainRegions, "the id of a region lacks the provider, us-east-1", func(o object) {
			provider, _ := o["cloudProvider"].(string)
			rewrite(o, "regionId", func(id string) string { return strings.TrimPrefix(id, provider+"-") })
			delete(o, "name")
		}),
		regions(NoCloudProvider, "a region lacks the cloud provider", func(o object) {
			delete(o, "cloudProvider")
			delete(o, "provider")
		}),
	}
}
