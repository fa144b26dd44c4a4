package tidbcloud

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testkit"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

func FuzzParseConnectionID(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"10684312905347001938/plc-abc123", "1/plc-1/2", "/plc-1", "1/", "", "/", "1//plc-1", "../plc-1", "1/plc-..",
		"1/plc-1:detachDomains", "1/plc-1\n", "1/plc-%2F",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, text string) {
		id, err := connections.parse(text)
		if err != nil {
			assert.Zero(t, id)
			return
		}
		assert.Equal(t, text, id.String())
		assert.Equal(t, id.own, url.PathEscape(id.own))
		assert.Equal(t, id.within, id.cluster())
		assert.False(t, strings.ContainsAny(id.within+id.own, "/:."))
	})
}

func FuzzParseAttachmentID(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"10684312905347001938/plc-abc123/ad-1", "1/plc-1", "1/plc-1/", "1/plc-1//x", "1/plc-1/x/y", "", "///",
		"1/plc-1/..",
		"1/plc-1/\x00",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, text string) {
		id, err := attachments.parse(text)
		if err != nil {
			assert.Zero(t, id)
			return
		}
		assert.Equal(t, text, id.String())
		assert.NotEmpty(t, id.own)
		assert.NotContains(t, id.own, "/")
		connection, err := connections.parse(id.within)
		require.NoError(t, err)
		assert.Equal(t, id.connection(), connection)
	})
}

func FuzzParseUnconfirmedID(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"1/unconfirmed", "1/unconfirmed,plc-1", "1/unconfirmed,plc-1,plc-2", "1/plc-1/unconfirmed",
		"1/plc-1/unconfirmed,ad-1", "unconfirmed",
		"1/unconfirmed,cf-1", "1/unconfirmed,", "1/unconfirmed,..", "../unconfirmed", "1/unconfirmed/x", "1/plc-1",
		"1/plc-1/ad-1", "1/unconfirmed,a/b", "",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, text string) {
		connection, isConnection := connections.unconfirmed(text)
		attachment, isAttachment := attachments.unconfirmed(text)
		changefeed, isChangefeed := changefeeds.unconfirmed(text)
		assert.False(t, (isConnection || isChangefeed) && isAttachment)
		assert.Equal(t, isConnection || isChangefeed || isAttachment, isUnconfirmed(text))
		if isConnection {
			assert.Equal(t, text, connection.String())
			_, err := connections.parse(text)
			require.Error(t, err, "the id of something that exists")
		}
		if isChangefeed {
			assert.Equal(t, text, changefeed.String())
			_, err := changefeeds.parse(text)
			require.Error(t, err, "the id of something that exists")
		}
		if isAttachment {
			assert.Equal(t, text, attachment.String())
			_, err := connections.parse(attachment.Within)
			require.NoError(t, err)
			_, err = attachments.parse(text)
			require.Error(t, err, "the id of something that exists")
		}
	})
}

// A state from any answer has the lists that the schema requires.
func FuzzObserve(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		`{"privateLinkConnectionId":"plc-1","state":"ACTIVE",` +
			`"awsEndpointService":{"name":"s","availabilityZoneIds":["b","a"]}}`,
		`{"alicloudEndpointService":{"name":"s"}}`, `{"awsEndpointService":{},"alicloudEndpointService":{}}`,
		`{"attachedDomains":[null,{"domains":null},{"domains":[null,{"name":"b"},{"name":"a"}]}]}`,
		`{"awsEndpointService":null,"attachedDomains":null}`, `null`, `{}`,
	} {
		target.Add([]byte(seed))
	}
	target.Fuzz(func(t *testing.T, body []byte) {
		var c tidbapi.PrivateLinkConnection
		if json.Unmarshal(body, &c) != nil {
			return
		}
		state := PrivateLinkConnectionState{AvailabilityZoneIDs: []string{}}
		state.observe(&c)
		assert.NotNil(t, state.AvailabilityZoneIDs)
		args := argsOf("1", &c, PrivateLinkConnectionArgs{})
		aws, alicloud := value(args.AwsEndpointService), value(args.AlicloudEndpointService)
		assert.Contains(t, []string{aws.Name, alicloud.Name}, c.EndpointServiceName())
		attachments := attachedDomains(&c)
		assert.Len(t, attachments, len(c.AttachedDomains))
		for _, a := range attachments {
			assert.NotNil(t, a.Domains)
		}
	})
}
