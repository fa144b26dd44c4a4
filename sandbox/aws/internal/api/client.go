// Package api is the part of the EC2, Route 53 and STS APIs that the stand-in provider calls.
//
// It talks to an emulator on this machine and to nothing else: an address that is not a loopback address is refused. No
// request is signed, because an emulator checks no signature; it reads the access key, which names the account, from
// the Authorization header. So the secret key is neither sent nor kept.
package api

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	attemptTimeout = time.Minute
	maxBody        = 16 << 20
)

// Service is one of the services, under the name that its requests are scoped to.
type Service string

// The services.
const (
	EC2     Service = "ec2"
	Route53 Service = "route53"
	STS     Service = "sts"
)

// Services are all that are called.
var Services = []Service{EC2, Route53, STS}

// title is the service's name in errors.
func (s Service) title() string {
	return map[Service]string{EC2: "EC2", Route53: "Route 53", STS: "STS"}[s]
}

// Config has the addresses of the services and the caller's credentials.
type Config struct {
	Region    string
	AccessKey string
	Token     string // of a session; empty for none
	Endpoints map[Service]string
	UserAgent string
}

// Client calls the services. It is safe for concurrent use.
type Client struct {
	cfg  Config
	http *http.Client
}

// NewClient checks the configuration and returns a client, without calling anything.
func NewClient(cfg Config) (*Client, error) {
	for _, service := range Services {
		if err := CheckEndpoint(cfg.Endpoints[service]); err != nil {
			return nil, fmt.Errorf("the endpoint of %s: %w", service.title(), err)
		}
	}
	// No proxy, whatever the environment has: the emulator is on this machine.
	return &Client{cfg: cfg, http: &http.Client{Timeout: attemptTimeout, Transport: &http.Transport{}}}, nil
}

// CheckEndpoint accepts an http address of this machine only. Any other address could be AWS itself, which a stand-in
// must not call.
func CheckEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	switch {
	case endpoint == "":
		return errors.New("it is not given, and the stand-in for aws does not talk to AWS; " +
			"start an emulator and set AWS_ENDPOINT_URL to its address")
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "http":
		return errors.New("it is not an address like http://127.0.0.1:port")
	case !loopback(u.Hostname()):
		return fmt.Errorf("%s is not a loopback address, and the stand-in for aws talks to an emulator on this "+
			"machine only", endpoint)
	}
	return nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Region is the region of the calls.
func (c *Client) Region() string { return c.cfg.Region }

// call is one request.
type call struct {
	service   Service
	operation string
	method    string
	path      string
	body      string
	form      bool // the body is a form, not XML
}

// do sends the call and decodes a successful answer into out unless that is nil.
func (c *Client) do(ctx context.Context, req call, out any) error {
	target := strings.TrimRight(c.cfg.Endpoints[req.service], "/") + req.path
	httpReq, err := http.NewRequestWithContext(ctx, req.method, target, strings.NewReader(req.body))
	if err != nil {
		return err
	}
	c.addHeaders(httpReq, req)
	resp, err := c.http.Do(httpReq)
	if err != nil {
		return fmt.Errorf("operation error %s: %s: %w", req.service.title(), req.operation, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return fmt.Errorf("operation error %s: %s: %w", req.service.title(), req.operation, err)
	case len(answer) > maxBody:
		return fmt.Errorf("operation error %s: %s: the answer is larger than %d MiB", req.service.title(),
			req.operation, maxBody>>20)
	case resp.StatusCode >= http.StatusMultipleChoices:
		return newError(req, resp.StatusCode, answer)
	case out == nil:
		return nil
	}
	if err := xml.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("operation error %s: %s: decoding the answer: %w", req.service.title(), req.operation, err)
	}
	return nil
}

func (c *Client) addHeaders(httpReq *http.Request, req call) {
	now := time.Now().UTC()
	httpReq.Header.Set("User-Agent", c.cfg.UserAgent)
	httpReq.Header.Set("X-Amz-Date", now.Format("20060102T150405Z"))
	httpReq.Header.Set("Authorization", fmt.Sprintf(
		"AWS4-HMAC-SHA256 Credential=%s/%s/%s/%s/aws4_request, SignedHeaders=host;x-amz-date, Signature=none",
		c.cfg.AccessKey, now.Format("20060102"), c.cfg.Region, req.service))
	if c.cfg.Token != "" {
		httpReq.Header.Set("X-Amz-Security-Token", c.cfg.Token)
	}
	switch {
	case req.form:
		httpReq.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	case req.body != "":
		httpReq.Header.Set("Content-Type", "application/xml")
	}
}

// query calls an operation of the services that take forms: EC2 and STS.
func (c *Client) query(ctx context.Context, service Service, operation string, params Params, out any) error {
	version := map[Service]string{EC2: "2016-11-15", STS: "2011-06-15"}[service]
	form := url.Values{"Action": {operation}, "Version": {version}}
	for name, value := range params {
		form.Set(name, value)
	}
	return c.do(ctx, call{
		service: service, operation: operation, method: http.MethodPost, path: "/", body: form.Encode(), form: true,
	}, out)
}

// Params are the parameters of an operation of EC2.
type Params map[string]string

// List adds the members of a list, which are numbered from one.
func (p Params) List(name string, members []string) Params {
	for i, member := range members {
		p[fmt.Sprintf("%s.%d", name, i+1)] = member
	}
	return p
}

// Tags adds the tags that a new resource of a type gets.
func (p Params) Tags(resourceType string, tags map[string]string) Params {
	if len(tags) == 0 {
		return p
	}
	p["TagSpecification.1.ResourceType"] = resourceType
	return p.tagList("TagSpecification.1.Tag", tags)
}

func (p Params) tagList(name string, tags map[string]string) Params {
	i := 0
	for key, value := range tags {
		i++
		p[fmt.Sprintf("%s.%d.Key", name, i)] = key
		p[fmt.Sprintf("%s.%d.Value", name, i)] = value
	}
	return p
}

// Filter asks for what has one of the values.
type Filter struct {
	Name   string
	Values []string
}

// Filters adds filters.
func (p Params) Filters(filters ...Filter) Params {
	for i, filter := range filters {
		prefix := fmt.Sprintf("Filter.%d", i+1)
		p[prefix+".Name"] = filter.Name
		p.List(prefix+".Value", filter.Values)
	}
	return p
}
