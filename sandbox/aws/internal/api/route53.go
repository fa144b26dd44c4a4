package api

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
)

const (
	route53Path  = "/2013-04-01/"
	route53Space = "https://route53.amazonaws.com/doc/2013-04-01/"
)

// HostedZone is a hosted zone.
type HostedZone struct {
	ID              string `xml:"HostedZone>Id"`
	Name            string `xml:"HostedZone>Name"`
	CallerReference string `xml:"HostedZone>CallerReference"`
	Comment         string `xml:"HostedZone>Config>Comment"`
	Private         bool   `xml:"HostedZone>Config>PrivateZone"`
	Records         int    `xml:"HostedZone>ResourceRecordSetCount"`
	// NameServers is empty for a private zone.
	NameServers []string  `xml:"DelegationSet>NameServers>NameServer"`
	VPCs        []ZoneVPC `xml:"VPCs>VPC"`
}

// ZoneVPC is a VPC that a private zone is for.
type ZoneVPC struct {
	Region string `xml:"VPCRegion"`
	ID     string `xml:"VPCId"`
}

// RecordSet is the records of one name and type.
type RecordSet struct {
	Name    string           `xml:"Name"`
	Type    string           `xml:"Type"`
	TTL     int              `xml:"TTL,omitempty"`
	Records []ResourceRecord `xml:"ResourceRecords>ResourceRecord"`
}

// ResourceRecord is one record.
type ResourceRecord struct{ Value string }

func (c *Client) route53(ctx context.Context, operation, method, path string, body, out any) error {
	text := ""
	if body != nil {
		content, err := xml.Marshal(body)
		if err != nil {
			return err
		}
		text = xml.Header + string(content)
	}
	return c.do(ctx, call{
		service: Route53, operation: operation, method: method, path: route53Path + path, body: text,
	}, out)
}

// CreateHostedZone creates a hosted zone, a private one for a VPC if there is one, and returns its ID.
func (c *Client) CreateHostedZone(ctx context.Context, name, reference, comment string, vpc *ZoneVPC) (string, error) {
	type request struct {
		XMLName         xml.Name `xml:"CreateHostedZoneRequest"`
		Space           string   `xml:"xmlns,attr"`
		Name            string
		VPC             *ZoneVPC
		CallerReference string
		Comment         string `xml:"HostedZoneConfig>Comment"`
		Private         bool   `xml:"HostedZoneConfig>PrivateZone"`
	}
	var out HostedZone
	err := c.route53(ctx, "CreateHostedZone", http.MethodPost, "hostedzone", request{
		Space: route53Space, Name: name, VPC: vpc, CallerReference: reference, Comment: comment, Private: vpc != nil,
	}, &out)
	return CleanZoneID(out.ID), err
}

// CleanZoneID is the ID of a hosted zone without the path that some answers put before it.
func CleanZoneID(id string) string { return strings.TrimPrefix(id, "/hostedzone/") }

// HostedZone is the zone with the ID, which is without a path.
func (c *Client) HostedZone(ctx context.Context, id string) (HostedZone, error) {
	var out HostedZone
	err := c.route53(ctx, "GetHostedZone", http.MethodGet, "hostedzone/"+url.PathEscape(id), nil, &out)
	out.ID = CleanZoneID(out.ID)
	return out, err
}

// HostedZoneIDs are the IDs of all zones of the account.
func (c *Client) HostedZoneIDs(ctx context.Context) ([]string, error) {
	var ids []string
	for marker := ""; ; {
		var page struct {
			IDs       []string `xml:"HostedZones>HostedZone>Id"`
			Truncated bool     `xml:"IsTruncated"`
			Next      string   `xml:"NextMarker"`
		}
		path := "hostedzone"
		if marker != "" {
			path += "?marker=" + url.QueryEscape(marker)
		}
		if err := c.route53(ctx, "ListHostedZones", http.MethodGet, path, nil, &page); err != nil {
			return nil, err
		}
		for _, id := range page.IDs {
			ids = append(ids, CleanZoneID(id))
		}
		if !page.Truncated || page.Next == "" {
			return ids, nil
		}
		marker = page.Next
	}
}

// UpdateHostedZoneComment changes the comment.
func (c *Client) UpdateHostedZoneComment(ctx context.Context, id, comment string) error {
	type request struct {
		XMLName xml.Name `xml:"UpdateHostedZoneCommentRequest"`
		Space   string   `xml:"xmlns,attr"`
		Comment string
	}
	return c.route53(ctx, "UpdateHostedZoneComment", http.MethodPost, "hostedzone/"+url.PathEscape(id),
		request{Space: route53Space, Comment: comment}, nil)
}

// AssociateVPC associates a private zone with another VPC too.
func (c *Client) AssociateVPC(ctx context.Context, id string, vpc ZoneVPC) error {
	type request struct {
		XMLName xml.Name `xml:"AssociateVPCWithHostedZoneRequest"`
		Space   string   `xml:"xmlns,attr"`
		VPC     ZoneVPC
	}
	return c.route53(ctx, "AssociateVPCWithHostedZone", http.MethodPost,
		"hostedzone/"+url.PathEscape(id)+"/associatevpc",
		request{Space: route53Space, VPC: vpc}, nil)
}

// DisassociateVPC is the opposite of [Client.AssociateVPC].
func (c *Client) DisassociateVPC(ctx context.Context, id string, vpc ZoneVPC) error {
	type request struct {
		XMLName xml.Name `xml:"DisassociateVPCFromHostedZoneRequest"`
		Space   string   `xml:"xmlns,attr"`
		VPC     ZoneVPC
	}
	return c.route53(ctx, "DisassociateVPCFromHostedZone", http.MethodPost,
		"hostedzone/"+url.PathEscape(id)+"/disassociatevpc",
		request{Space: route53Space, VPC: vpc}, nil)
}

// DeleteHostedZone deletes a zone that holds no records but its own.
func (c *Client) DeleteHostedZone(ctx context.Context, id string) error {
	return c.route53(ctx, "DeleteHostedZone", http.MethodDelete, "hostedzone/"+url.PathEscape(id), nil, nil)
}

// RecordSets are all records of a zone.
func (c *Client) RecordSets(ctx context.Context, zoneID string) ([]RecordSet, error) {
	var sets []RecordSet
	for query := ""; ; {
		var page struct {
			Sets      []RecordSet `xml:"ResourceRecordSets>ResourceRecordSet"`
			Truncated bool        `xml:"IsTruncated"`
			NextName  string      `xml:"NextRecordName"`
			NextType  string      `xml:"NextRecordType"`
		}
		err := c.route53(ctx, "ListResourceRecordSets", http.MethodGet,
			"hostedzone/"+url.PathEscape(zoneID)+"/rrset"+query, nil, &page)
		if err != nil {
			return nil, err
		}
		for _, set := range page.Sets {
			// How Route 53 writes an asterisk.
			set.Name = strings.ReplaceAll(set.Name, `\052`, "*")
			sets = append(sets, set)
		}
		if !page.Truncated || page.NextName == "" {
			return sets, nil
		}
		query = "?" + url.Values{"name": {page.NextName}, "type": {page.NextType}}.Encode()
	}
}

// ChangeRecordSet does an action, CREATE, UPSERT or DELETE, and returns the ID of the change.
func (c *Client) ChangeRecordSet(ctx context.Context, zoneID, action string, set RecordSet) (string, error) {
	type request struct {
		XMLName xml.Name  `xml:"ChangeResourceRecordSetsRequest"`
		Space   string    `xml:"xmlns,attr"`
		Action  string    `xml:"ChangeBatch>Changes>Change>Action"`
		Set     RecordSet `xml:"ChangeBatch>Changes>Change>ResourceRecordSet"`
	}
	var out struct {
		ID string `xml:"ChangeInfo>Id"`
	}
	err := c.route53(ctx, "ChangeResourceRecordSets", http.MethodPost, "hostedzone/"+url.PathEscape(zoneID)+"/rrset/",
		request{Space: route53Space, Action: action, Set: set}, &out)
	return strings.TrimPrefix(out.ID, "/change/"), err
}

// ChangeStatus is PENDING or INSYNC.
func (c *Client) ChangeStatus(ctx context.Context, id string) (string, error) {
	var out struct {
		Status string `xml:"ChangeInfo>Status"`
	}
	err := c.route53(ctx, "GetChange", http.MethodGet, "change/"+url.PathEscape(id), nil, &out)
	return out.Status, err
}

// ZoneTags are the tags of a hosted zone.
func (c *Client) ZoneTags(ctx context.Context, id string) (map[string]string, error) {
	var out struct {
		Tags []zoneTag `xml:"ResourceTagSet>Tags>Tag"`
	}
	err := c.route53(ctx, "ListTagsForResource", http.MethodGet, "tags/hostedzone/"+url.PathEscape(id), nil, &out)
	tags := map[string]string{}
	for _, tag := range out.Tags {
		tags[tag.Key] = tag.Value
	}
	return tags, err
}

type zoneTag struct{ Key, Value string }

// SetZoneTags adds tags to a hosted zone and removes others.
func (c *Client) SetZoneTags(ctx context.Context, id string, add map[string]string, remove []string) error {
	type request struct {
		XMLName xml.Name  `xml:"ChangeTagsForResourceRequest"`
		Space   string    `xml:"xmlns,attr"`
		Add     []zoneTag `xml:"AddTags>Tag"`
		Remove  []string  `xml:"RemoveTagKeys>Key"`
	}
	body := request{Space: route53Space, Remove: remove}
	for key, value := range add {
		body.Add = append(body.Add, zoneTag{key, value})
	}
	return c.route53(ctx, "ChangeTagsForResource", http.MethodPost, "tags/hostedzone/"+url.PathEscape(id), body, nil)
}
