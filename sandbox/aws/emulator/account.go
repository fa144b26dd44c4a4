package emulator

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
)

// region is where the accounts' resources are.
const region = "us-east-1"

// Account is an AWS account of its own.
type Account struct {
	// ID has twelve digits.
	ID string
	// AccessKey and SecretKey are random: the emulator knows accounts by address, and checks no signature.
	AccessKey, SecretKey string

	url    string
	server *http.Server
	client *api.Client

	mu     sync.Mutex
	calls  []string
	refuse func(operation string, parameters url.Values) *Refusal

	// turn passes one request at a time. moto replaces the list of a zone's records without a lock: of two parallel
	// deletions, one would be lost.
	turn sync.Mutex
}

// Refusal is an error of a service.
type Refusal struct{ Code, Message string }

// Account creates an account that has only what every account has: a default VPC.
func (e *Emulator) Account() (*Account, error) {
	number, err := rand.Int(rand.Reader, big.NewInt(900_000_000_000))
	if err != nil {
		return nil, err
	}
	secret := make([]byte, 20)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	id := fmt.Sprint(100_000_000_000 + number.Int64())
	a := &Account{
		ID: id, AccessKey: "AKIA" + strings.ToUpper(hex.EncodeToString(secret[:8])),
		SecretKey: hex.EncodeToString(secret),
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is there at once
	if err != nil {
		return nil, err
	}
	a.url = "http://" + listener.Addr().String()
	a.server = &http.Server{Handler: a.recorded(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(e.url)
		r.Out.Header.Set("X-Moto-Account-Id", id)
	}}), ReadHeaderTimeout: time.Minute}
	go func() { _ = a.server.Serve(listener) }()
	a.client, err = api.NewClient(api.Config{
		Region: region, AccessKey: a.AccessKey, UserAgent: "sandbox",
		Endpoints: map[api.Service]string{api.EC2: a.url, api.Route53: a.url, api.STS: a.url},
	})
	return a, err
}

// Close ends the account's address.
func (a *Account) Close() error { return a.server.Close() }

// Env is the environment in which the stand-in, and other clients of AWS, use the account.
func (a *Account) Env() map[string]string {
	return map[string]string{
		"AWS_REGION": region, "AWS_ACCESS_KEY_ID": a.AccessKey, "AWS_SECRET_ACCESS_KEY": a.SecretKey,
		"AWS_ENDPOINT_URL": a.url,
	}
}

// Refuse rejects the calls for which the function returns a refusal. The parameters are those of EC2 and STS.
func (a *Account) Refuse(refuse func(operation string, parameters url.Values) *Refusal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refuse = refuse
}

// Calls are the calls so far that could have changed something: operations of EC2, as "CreateVpcEndpoint", and requests
// to Route 53, as "POST /2013-04-01/hostedzone".
func (a *Account) Calls() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.calls)
}

func (a *Account) recorded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		var parameters url.Values
		if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
			if parameters, err = url.ParseQuery(string(body)); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		if refusal := a.note(r, parameters); refusal != nil {
			writeRefusal(w, *refusal)
			return
		}
		a.turn.Lock()
		defer a.turn.Unlock()
		next.ServeHTTP(w, r)
	})
}

// note records a call, unless it is refused or only asks.
func (a *Account) note(r *http.Request, parameters url.Values) *Refusal {
	a.mu.Lock()
	defer a.mu.Unlock()
	operation := parameters.Get("Action")
	if a.refuse != nil && operation != "" {
		if refusal := a.refuse(operation, parameters); refusal != nil {
			return refusal
		}
	}
	switch {
	case strings.HasPrefix(operation, "Describe") || strings.HasPrefix(operation, "Get"):
	case operation != "":
		a.calls = append(a.calls, operation)
	case r.Method != http.MethodGet:
		a.calls = append(a.calls, r.Method+" "+r.URL.Path)
	}
	return nil
}

func writeRefusal(w http.ResponseWriter, refusal Refusal) {
	type response struct {
		XMLName   xml.Name `xml:"Response"`
		Code      string   `xml:"Errors>Error>Code"`
		Message   string   `xml:"Errors>Error>Message"`
		RequestID string
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(http.StatusBadRequest)
	_ = xml.NewEncoder(w).Encode(response{Code: refusal.Code, Message: refusal.Message, RequestID: "refused"})
}

// NewVpc creates a VPC in which names are resolved, as an interface endpoint needs it, and returns its ID.
func (a *Account) NewVpc(ctx context.Context, cidrBlock string) (string, error) {
	id, err := a.client.Create(ctx, "CreateVpc", api.Params{"CidrBlock": cidrBlock})
	if err != nil {
		return "", err
	}
	return id, a.SetDNS(ctx, id, true, true)
}

// SetDNS turns the switches of a VPC on or off.
func (a *Account) SetDNS(ctx context.Context, vpcID string, support, hostnames bool) error {
	for name, on := range map[string]bool{"EnableDnsSupport": support, "EnableDnsHostnames": hostnames} {
		if err := a.client.EC2(ctx, "ModifyVpcAttribute",
			api.Params{"VpcId": vpcID, name + ".Value": fmt.Sprint(on)}); err != nil {
			return err
		}
	}
	return nil
}

// NewSubnet creates a subnet in a zone, by its AZ ID such as use1-az1, and returns the subnet's ID.
func (a *Account) NewSubnet(ctx context.Context, vpcID, cidrBlock, zoneID string) (string, error) {
	return a.client.Create(ctx, "CreateSubnet", api.Params{
		"VpcId": vpcID, "CidrBlock": cidrBlock, "AvailabilityZoneId": zoneID,
	})
}

// NewPrivateZone creates a private hosted zone for a VPC and returns its ID.
func (a *Account) NewPrivateZone(ctx context.Context, name, vpcID string) (string, error) {
	return a.client.CreateHostedZone(ctx, name, name+"@"+vpcID, "", &api.ZoneVPC{ID: vpcID, Region: region})
}

// Delete deletes a VPC endpoint, security group or hosted zone, without its owner.
func (a *Account) Delete(ctx context.Context, id string) error {
	switch {
	case strings.HasPrefix(id, "vpce-"):
		return a.client.EC2(ctx, "DeleteVpcEndpoints", api.Params{"VpcEndpointId.1": id})
	case strings.HasPrefix(id, "sg-"):
		return a.client.EC2(ctx, "DeleteSecurityGroup", api.Params{"GroupId": id})
	}
	return a.client.DeleteHostedZone(ctx, id)
}

// Existing are the resources in the account that not every account has, such as "VPC vpc-0123456789abcdef0".
func (a *Account) Existing(ctx context.Context) ([]string, error) {
	vpcs, err := a.client.Vpcs(ctx, nil)
	if err != nil {
		return nil, err
	}
	var found, own []string
	for _, vpc := range vpcs {
		if !vpc.IsDefault {
			found, own = append(found, "VPC "+vpc.ID), append(own, vpc.ID)
		}
	}
	inside, err := a.inside(ctx, own)
	if err != nil {
		return nil, err
	}
	zones, err := a.client.HostedZoneIDs(ctx)
	for _, zone := range zones {
		found = append(found, "hosted zone "+zone)
	}
	found = append(found, inside...)
	slices.Sort(found)
	return found, err
}

// inside are the resources in VPCs.
func (a *Account) inside(ctx context.Context, vpcs []string) ([]string, error) {
	var found []string
	subnets, err := a.client.Subnets(ctx, nil)
	if err != nil {
		return nil, err
	}
	for _, subnet := range subnets {
		if slices.Contains(vpcs, subnet.VpcID) {
			found = append(found, "subnet "+subnet.ID)
		}
	}
	groups, err := a.client.SecurityGroups(ctx, nil)
	if err != nil {
		return nil, err
	}
	for _, group := range groups {
		if group.Name != "default" {
			found = append(found, "security group "+group.ID)
		}
	}
	endpoints, err := a.client.VpcEndpoints(ctx, nil)
	for _, endpoint := range endpoints {
		found = append(found, "VPC endpoint "+endpoint.ID)
	}
	return found, err
}
