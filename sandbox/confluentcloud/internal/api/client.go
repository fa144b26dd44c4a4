// Package api is the part of the Confluent Cloud REST API that the stand-in provider calls: environments, networks,
// PrivateLink Access and Kafka clusters.
//
// It calls as the real provider does (same requests, same retries, same reading of a 403), so a server that satisfies
// one satisfies the other. Where the real provider would panic on an answer, this package returns an error that names
// the missing part.
package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// DefaultEndpoint is the real service.
	DefaultEndpoint = "https://api.confluent.cloud"
	// MinRetries is both the least and the default number of retries.
	MinRetries = 4

	attemptTimeout = time.Minute
	maxBody        = 16 << 20
	maxRetryWait   = 30 * time.Second
)

// Config has the address of the API and the caller's credentials.
type Config struct {
	Endpoint  string // scheme and host; empty means DefaultEndpoint
	Key       string // Cloud API key; with Key and Secret empty, calls go out without credentials
	Secret    string
	Retries   int           // additional tries of a failed call
	RetryWait time.Duration // before the first retry, doubled for each further one; zero means one second
	UserAgent string
}

// Client calls the API. It is safe for concurrent use.
type Client struct {
	cfg  Config
	http *http.Client
}

// NewClient checks the endpoint and returns a client for it, without calling it.
func NewClient(cfg Config) (*Client, error) {
	if cfg.Endpoint == "" {
		cfg.Endpoint = DefaultEndpoint
	}
	if err := CheckEndpoint(cfg.Endpoint); err != nil {
		return nil, err
	}
	cfg.Endpoint = strings.TrimRight(cfg.Endpoint, "/")
	if cfg.RetryWait <= 0 {
		cfg.RetryWait = time.Second
	}
	return &Client{cfg: cfg, http: &http.Client{Timeout: attemptTimeout}}, nil
}

// CheckEndpoint accepts an https address, and an http address of this machine only, because every call carries the
// Cloud API secret.
func CheckEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil {
		return errors.New("the endpoint is not an address like https://host or http://127.0.0.1:port")
	}
	switch {
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && Loopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return fmt.Errorf("the endpoint %s would carry the Cloud API secret in clear; use https, or http on a "+
			"loopback address",
			endpoint)
	}
	return fmt.Errorf("the endpoint %s is neither https nor http", endpoint)
}

// Loopback reports whether a host is this machine.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// call is one request of the API.
type call struct {
	method string
	path   string
	query  url.Values
	body   any // nil for none
	// conflict means that the API's description of this operation declares 409.
	conflict bool
	// listing means that the call is for all objects of a kind.
	listing bool
}

// do sends the call, retries as the real provider does, and decodes a successful answer into out unless that is nil.
func (c *Client) do(ctx context.Context, req call, out any) error {
	var body []byte
	if req.body != nil {
		var err error
		if body, err = json.Marshal(req.body); err != nil {
			return fmt.Errorf("encoding the request: %w", err)
		}
	}
	status, header, answer, err := c.retry(ctx, req, body)
	if err != nil {
		return c.scrubbed(err)
	}
	if status >= http.StatusMultipleChoices {
		return c.scrubbed(newError(req, status, answer))
	}
	if record, ok := ctx.Value(recordKey{}).(*[]byte); ok {
		*record = answer
	}
	if out == nil {
		return nil
	}
	if mediaType, _, _ := mime.ParseMediaType(header.Get("Content-Type")); mediaType != "application/json" {
		return fmt.Errorf("%s %s was answered with content type %q, not application/json",
			req.method, req.path, header.Get("Content-Type"))
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return c.scrubbed(fmt.Errorf("%s %s: decoding the answer: %w", req.method, req.path, err))
	}
	return nil
}

type recordKey struct{}

// Recording keeps the body of the next successful answer.
func Recording(ctx context.Context, body *[]byte) context.Context {
	return context.WithValue(ctx, recordKey{}, body)
}

// target is the address of a call.
func (c *Client) target(req call) string {
	target := c.cfg.Endpoint + req.path
	if len(req.query) > 0 {
		target += "?" + req.query.Encode()
	}
	return target
}

// attempt sends the call once.
func (c *Client) attempt(ctx context.Context, req call, body []byte) (int, http.Header, []byte, error) {
	httpReq, err := http.NewRequestWithContext(ctx, req.method, c.target(req), bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	httpReq.Header.Set("Accept", "application/json")
	httpReq.Header.Set("User-Agent", c.cfg.UserAgent)
	if body != nil {
		httpReq.Header.Set("Content-Type", "application/json")
	}
	if c.cfg.Key != "" || c.cfg.Secret != "" {
		httpReq.SetBasicAuth(c.cfg.Key, c.cfg.Secret)
	}
	resp, err := c.http.Do(httpReq)
	if err != nil {
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return 0, nil, nil, err
	}
	if len(answer) > maxBody {
		return 0, nil, nil, fmt.Errorf("the answer is larger than %d MiB", maxBody>>20)
	}
	return resp.StatusCode, resp.Header, answer, nil
}

// As is a client with another key, in front of the same API or, where a Kafka cluster is asked, of that cluster's own.
// It calls once and repeats nothing, because the caller polls.
func (c *Client) As(endpoint, key, secret string) *Client {
	cfg := c.cfg
	cfg.Key, cfg.Secret, cfg.Retries = key, secret, 0
	if endpoint != "" {
		cfg.Endpoint = strings.TrimRight(endpoint, "/")
	}
	return &Client{cfg: cfg, http: c.http}
}

// Works reports whether a call with the client's key is authorized. 401 and 403 mean that the key has not arrived yet.
func (c *Client) Works(ctx context.Context, path string) (bool, error) {
	err := c.do(ctx, call{method: http.MethodGet, path: path}, nil)
	var refused *Error
	if errors.As(err, &refused) &&
		(refused.Status == http.StatusUnauthorized || refused.Status == http.StatusForbidden) {
		return false, nil
	}
	return err == nil, err
}

// scrubbed keeps the credentials out of an error, in case a server echoes what it was sent.
func (c *Client) scrubbed(err error) error {
	text := err.Error()
	clean := c.scrub(text)
	if clean == text {
		return err
	}
	var apiErr *Error
	if errors.As(err, &apiErr) {
		hidden := *apiErr
		hidden.line, hidden.detail = c.scrub(apiErr.line), c.scrub(apiErr.detail)
		hidden.body = []byte(c.scrub(string(apiErr.body)))
		return &hidden
	}
	return errors.New(clean)
}

func (c *Client) scrub(text string) string {
	token := base64.StdEncoding.EncodeToString([]byte(c.cfg.Key + ":" + c.cfg.Secret))
	for _, secret := range []string{token, c.cfg.Secret, c.cfg.Key} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[hidden]")
		}
	}
	return text
}
