// Package tidbapi is a client of the TiDB Cloud serverless API: clusters, their changefeeds, and the private link
// connections over which their dataflow services reach a service in another network.
//
// A [Client] signs its requests with HTTP digest authentication and keeps the challenge, so that a call costs one
// request instead of two. It stays below the rate limit of an API key, for the whole process, and repeats calls that
// may be repeated when the service is busy or unreachable. It never repeats a call that creates something: the caller
// finds out whether the call had its effect, see [OutcomeOf].
//
// Credentials appear in no error, no log and no formatted value of this package.
package tidbapi

import (
	"cmp"
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
	// DefaultEndpoint is where TiDB Cloud serves its serverless API.
	DefaultEndpoint = "https://serverless.tidbapi.com"

	// DefaultRequestsPerMinute is the documented limit of one API key.
	DefaultRequestsPerMinute = 100
)

// ErrNoCredentials is what every call returns when the client has no complete API key.
var ErrNoCredentials = errors.New("TiDB Cloud credentials are missing: " +
	"set publicKey (or the environment variable TIDBCLOUD_PUBLIC_KEY) and " +
	"privateKey (or TIDBCLOUD_PRIVATE_KEY) to an API key of your TiDB Cloud organization")

// Options are the address of TiDB Cloud and the API key. The zero value reaches the public service without credentials.
type Options struct {
	// PublicKey and PrivateKey are the two halves of an API key. Without them New succeeds, so that a program that
	// never calls TiDB Cloud needs no key, and every call returns ErrNoCredentials.
	PublicKey  string `json:"-"`
	PrivateKey string `json:"-"`

	// Endpoint is the address of the serverless API; empty means DefaultEndpoint. Plain http is accepted for
	// loopback addresses only.
	Endpoint string

	// RequestsPerMinute limits the requests of this process to Endpoint with PublicKey, over all clients; zero means
	// DefaultRequestsPerMinute. Clients that disagree get the lowest of their limits.
	RequestsPerMinute int

	UserAgent string

	// Transport sends single requests; nil means a transport of its own with the usual defaults. It is meant for
	// tests and for additional certificate authorities.
	Transport http.RoundTripper `json:"-"`

	// Backoff spaces the retries of failed requests; its zero value is right for the real service.
	Backoff Backoff

	// AttemptTimeout ends a single request that is not answered, or not to its end; zero means a minute.
	AttemptTimeout time.Duration
}

// Format keeps the credentials out of every fmt verb.
func (Options) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "tidbapi.Options{[redacted]}") }

// Client calls the TiDB Cloud serverless API. It is safe for concurrent use. Create one with New.
type Client struct {
	base    *url.URL
	auth    *digestAuth
	backoff Backoff
	limiter *limiter
	hidden  hidden
}

// Format keeps the credentials out of every fmt verb.
func (c *Client) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "tidbapi.Client{"+c.base.String()+"}")
}

// New returns a client, or an error that names what is wrong with the options. It sends nothing.
func New(opts Options) (*Client, error) {
	base, err := parseEndpoint(opts.Endpoint)
	if err != nil {
		return nil, err
	}
	if opts.RequestsPerMinute < 0 {
		return nil, fmt.Errorf("requestsPerMinute is %d: use a positive number, or leave it out for %d",
			opts.RequestsPerMinute, DefaultRequestsPerMinute)
	}
	limiter := sharedLimiter(base.String(), opts.PublicKey, cmp.Or(opts.RequestsPerMinute, DefaultRequestsPerMinute))
	return &Client{
		base: base, backoff: opts.Backoff.withDefaults(), limiter: limiter,
		auth: newDigestAuth(opts.PublicKey, opts.PrivateKey, newExchanger(opts, limiter).exchange),
	}, nil
}

// parseEndpoint rejects an address that would send credentials in clear or to an unexpected place. Its errors show only
// the scheme and host of the endpoint, since the rest may contain a password.
func parseEndpoint(endpoint string) (*url.URL, error) {
	const hint = "set serverlessEndpoint (or TIDBCLOUD_SERVERLESS_ENDPOINT) to an address such as " + DefaultEndpoint
	u, err := url.Parse(cmp.Or(endpoint, DefaultEndpoint))
	if err != nil || u.Hostname() == "" || u.Opaque != "" {
		return nil, errors.New("serverlessEndpoint is not an address with a scheme and a host: " + hint)
	}
	shown := u.Scheme + "://" + u.Host
	switch {
	case u.User != nil:
		return nil, fmt.Errorf("serverlessEndpoint %s contains a user name or password: %s, and set publicKey and "+
			"privateKey to the API key", shown, hint)
	case u.Path != "" && u.Path != "/":
		return nil, fmt.Errorf("serverlessEndpoint %s has a path behind the host: %s", shown, hint)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("serverlessEndpoint %s has a query or fragment: %s", shown, hint)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, fmt.Errorf("serverlessEndpoint %s is plain http, which is accepted for loopback addresses only: "+
			"use https://%s", shown, u.Host)
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("serverlessEndpoint %s has the scheme %q: %s", shown, u.Scheme, hint)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
