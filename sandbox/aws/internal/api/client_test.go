package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answered is a client of a server that has one answer, and the last request with its body.
func answered(t *testing.T, status int, answer string) (*Client, *http.Request, *string) {
	t.Helper()
	var request http.Request
	var body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		request, body = *r, string(content)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(server.Close)
	endpoints := map[Service]string{EC2: server.URL, Route53: server.URL + "/", STS: server.URL}
	client, err := NewClient(Config{Region: "us-east-1", AccessKey: "AKIA", Endpoints: endpoints})
	require.NoError(t, err)
	return client, &request, &body
}

func TestCheckEndpoint(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"http://127.0.0.1:5000", "http://localhost:1/", "http://[::1]:5000"} {
		assert.NoError(t, CheckEndpoint(good), good)
	}
	for _, bad := range []string{
		"", "127.0.0.1:5000", "https://127.0.0.1:5000", "http://10.0.0.1", "http://ec2.us-east-1.amazonaws.com",
		"http://127.0.0.1.example.com", "http://user@127.0.0.1", "http://0.0.0.0:5000", "ftp://127.0.0.1",
	} {
		assert.Error(t, CheckEndpoint(bad), bad)
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	client, request, body := answered(t, http.StatusOK, `<CreateVpcEndpointResponse xmlns="x">
		<vpcEndpoint><vpcEndpointId>vpce-1</vpcEndpointId></vpcEndpoint></CreateVpcEndpointResponse>`)
	id, err := client.Create(t.Context(), "CreateVpcEndpoint", Params{"VpcId": "vpc-1"}.
		List("SubnetId", []string{"subnet-1", "subnet-2"}).Tags("vpc-endpoint", map[string]string{"a": "b c"}))
	require.NoError(t, err)
	assert.Equal(t, "vpce-1", id)
	assert.Equal(t, "POST", request.Method)
	assert.Equal(t,
		"Action=CreateVpcEndpoint&SubnetId.1=subnet-1&SubnetId.2=subnet-2&"+
			"TagSpecification.1.ResourceType=vpc-endpoint&"+
			"TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b+c&Version=2016-11-15&VpcId=vpc-1", *body)
	assert.Contains(t, request.Header.Get("Authorization"), "Credential=AKIA/")
	assert.Contains(t, request.Header.Get("Authorization"), "/us-east-1/ec2/aws4_request")
}

func TestAnswerWithoutID(t *testing.T) {
	t.Parallel()
	client, _, _ := answered(t, http.StatusOK, "<CreateVpcResponse/>")
	_, err := client.Create(t.Context(), "CreateVpc", nil)
	assert.ErrorContains(t, err, "the ID in the answer of CreateVpc")
}

func TestErrors(t *testing.T) {
	t.Parallel()
	const failure = `<Error><Code>InvalidVpcID.NotFound</Code><Message>The vpc ID 'x' does not exist</Message></Error>`
	for name, answer := range map[string]string{
		"EC2":      `<Response><Errors>` + failure + `</Errors><RequestID>r-1</RequestID></Response>`,
		"Route 53": `<ErrorResponse xmlns="x">` + failure + `<RequestId>r-1</RequestId></ErrorResponse>`,
	} {
		client, _, _ := answered(t, http.StatusBadRequest, answer)
		_, err := client.Vpcs(t.Context(), nil)
		require.EqualError(t, err, "operation error EC2: DescribeVpcs, https response error StatusCode: 400, "+
			"RequestID: r-1, "+
			"api error InvalidVpcID.NotFound: The vpc ID 'x' does not exist", name)
		assert.True(t, IsGone(err), name)
		assert.False(t, HasCode(err, "DependencyViolation"), name)
	}
	client, _, _ := answered(t, http.StatusInternalServerError, "oops")
	_, err := client.Vpcs(t.Context(), nil)
	assert.ErrorContains(t, err, "StatusCode: 500")
	assert.False(t, IsGone(err))
	client, _, _ = answered(t, http.StatusOK, "no XML")
	_, err = client.Vpcs(t.Context(), nil)
	assert.ErrorContains(t, err, "DescribeVpcs: decoding the answer")
}

func TestDeletedEndpointsDoNotCount(t *testing.T) {
	t.Parallel()
	client, _, _ := answered(t, http.StatusOK,
		`<R><vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><state>deleted</state></item>
		<item><vpcEndpointId>vpce-2</vpcEndpointId><state>Available</state></item></vpcEndpointSet></R>`)
	found, err := client.VpcEndpoints(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "vpce-2", found[0].ID)
}

func TestRecordSets(t *testing.T) {
	t.Parallel()
	client, request, body := answered(t, http.StatusOK,
		`<R><ChangeInfo><Id>/change/C1</Id></ChangeInfo><ResourceRecordSets><ResourceRecordSet>
		<Name>\052.a.example.</Name><Type>CNAME</Type><TTL>60</TTL><ResourceRecords>
		<ResourceRecord><Value>b</Value></ResourceRecord>
		</ResourceRecords></ResourceRecordSet></ResourceRecordSets><IsTruncated>false</IsTruncated></R>`)
	sets, err := client.RecordSets(t.Context(), "Z1")
	require.NoError(t, err)
	want := RecordSet{Name: "*.a.example.", Type: "CNAME", TTL: 60, Records: []ResourceRecord{{"b"}}}
	assert.Equal(t, []RecordSet{want}, sets)

	want.Records = append(want.Records, ResourceRecord{"c"})
	change, err := client.ChangeRecordSet(t.Context(), "Z1", "UPSERT", want)
	require.NoError(t, err)
	assert.Equal(t, "C1", change)
	assert.Equal(t, "/2013-04-01/hostedzone/Z1/rrset/", request.URL.Path)
	assert.Contains(t, *body,
		`<ChangeBatch><Changes><Change><Action>UPSERT</Action><ResourceRecordSet><Name>*.a.example.</Name>`+
			`<Type>CNAME</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>b</Value></ResourceRecord>`+
			`<ResourceRecord><Value>c</Value></ResourceRecord></ResourceRecords>`)
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	assert.Equal(t, Params{
		"IpPermissions.1.IpProtocol": "tcp", "IpPermissions.1.FromPort": "443", "IpPermissions.1.ToPort": "444",
		"IpPermissions.1.Ipv6Ranges.1.CidrIpv6": "::/0", "IpPermissions.1.Ipv6Ranges.1.Description": "d",
		"IpPermissions.2.IpProtocol": "-1", "IpPermissions.2.Groups.1.GroupId": "sg-1",
	}, Params{}.Permissions([]Rule{
		{Protocol: "tcp", From: 443, To: 444, Source: IPv6, Value: "::/0", Description: "d"},
		{Protocol: "-1", Source: Group, Value: "sg-1"},
	}))
}
