// Package tidbapi is a client of the TiDB Cloud serverless API: clusters, and the private link connections that let
// a cluster's dataflow services reach a service in somebody else's network.
//
// A [Client] signs its requests with HTTP digest authentication and keeps the challenge, so that a call costs one
// request instead of two. It keeps below the rate limit of an API key, for the whole process, and repeats what may be
// repeated when the service is busy or unreachable. It never repeats a call that creates something: its caller finds
// out whether the call had its effect, see [OutcomeOf].
//
// Credentials appear in no error, no log and no formatted value of this package.
package tidbapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

const (
	// DefaultEndpoint is where TiDB Cloud serves its serverless API.
	DefaultEndpoint = "https://serverless.tidbapi.com"

	// DefaultRequestsPerMinute is the documented limit of one API key.
	DefaultRequestsPerMinute = 100

	// apiVersion is the first element of every path.
	apiVersion = "v1beta1"

	defaultUserAgent = "pulumi-tidbconfluent"
)

// ErrNoCredentials is what every call returns when the client has no complete API key.
var ErrNoCredentials = errors.New("TiDB Cloud credentials are missing: " +
	"set publicKey (or the environment variable TIDBCLOUD_PUBLIC_KEY) and " +
	"privateKey (or TIDBCLOUD_PRIVATE_KEY) to an API key of your TiDB Cloud organization")

// Options say how to reach TiDB Cloud, and as whom. The zero value reaches the public service without credentials.
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

	// UserAgent is sent with every request.
	UserAgent string

	// Transport sends single requests; nil means a transport of its own with the usual defaults. It is meant for
	// tests and for additional certificate authorities.
	Transport http.RoundTripper `json:"-"`

	// Backoff paces the retries of failed requests; its zero value is right for the real service.
	Backoff Backoff

	// AttemptTimeout ends a single request that is not answered, or not to its end; zero means a minute.
	AttemptTimeout time.Duration
}

// Format keeps the credentials out of every fmt verb.
func (o Options) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, o.String()) }

// String describes the options without the credentials.
func (o Options) String() string {
	return fmt.Sprintf("tidbapi.Options{Endpoint: %s, credentials: %s}", safeEndpoint(o.Endpoint), o.credentialState())
}

// GoString is String: also %#v shows no credentials.
func (o Options) GoString() string { return o.String() }

// LogValue keeps the credentials out of structured logs.
func (o Options) LogValue() slog.Value { return slog.StringValue(o.String()) }

func (o Options) credentialState() string {
	if o.PublicKey == "" || o.PrivateKey == "" {
		return "[missing]"
	}
	return "[redacted]"
}

// Client calls the TiDB Cloud serverless API. It is safe for concurrent use. Make one with New.
type Client struct {
	base        *url.URL
	description string // what String says: settled in New, where the credentials are at hand
	auth        *digestAuth
	backoff     Backoff
	limiter     *limiter
}

// New returns a client, or says what is wrong with the options. It sends nothing.
func New(opts Options) (*Client, error) {
	base, err := parseEndpoint(opts.Endpoint)
	if err != nil {
		return nil, err
	}
	if opts.RequestsPerMinute < 0 {
		return nil, fmt.Errorf("requestsPerMinute is %d: use a positive number, or leave it out for %d",
			opts.RequestsPerMinute, DefaultRequestsPerMinute)
	}
	if opts.RequestsPerMinute == 0 {
		opts.RequestsPerMinute = DefaultRequestsPerMinute
	}
	if opts.AttemptTimeout <= 0 {
		opts.AttemptTimeout = defaultAttemptTimeout
	}
	if opts.UserAgent == "" {
		opts.UserAgent = defaultUserAgent
	}
	opts.Endpoint = base.String()
	limiter := limiters.get(opts.Endpoint, opts.PublicKey, opts.RequestsPerMinute)
	return &Client{
		base:        base,
		description: "tidbapi.Client" + strings.TrimPrefix(opts.String(), "tidbapi.Options"),
		auth: &digestAuth{
			publicKey:  opts.PublicKey,
			privateKey: opts.PrivateKey,
			exchange:   newExchanger(opts, limiter).exchange,
		},
		backoff: opts.Backoff.withDefaults(),
		limiter: limiter,
	}, nil
}

// Format keeps the credentials out of every fmt verb.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, c.description) }

// String describes the client without the credentials.
func (c *Client) String() string { return c.description }

// GoString is String: also %#v shows no credentials.
func (c *Client) GoString() string { return c.description }

// LogValue keeps the credentials out of structured logs.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.description) }

// parseEndpoint refuses what would send credentials in clear or to an unexpected place. Its errors repeat no more of
// the endpoint than scheme and host, since the rest may hold a password.
func parseEndpoint(endpoint string) (*url.URL, error) {
	if endpoint == "" {
		endpoint = DefaultEndpoint
	}
	const hint = "set serverlessEndpoint (or TIDBCLOUD_SERVERLESS_ENDPOINT) to an address such as " + DefaultEndpoint
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" || u.Opaque != "" {
		return nil, errors.New("serverlessEndpoint is not an address with a scheme and a host: " + hint)
	}
	shown := u.Scheme + "://" + u.Host
	switch {
	case u.User != nil:
		return nil, fmt.Errorf("serverlessEndpoint %s contains a user name or password: %s, and give the API key as "+
			"publicKey and privateKey", shown, hint)
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

// safeEndpoint is the part of an endpoint, possibly a wrong one, that can be shown.
func safeEndpoint(endpoint string) string {
	u, err := parseEndpoint(endpoint)
	if err != nil {
		return "[invalid]"
	}
	return u.String()
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// call is one API call, to be sent as often as it takes.
type call struct {
	method string
	path   []string // elements behind the API version, unescaped
	verb   string   // custom verb behind the last element, such as attachDomains
	query  url.Values
	body   any
	// bodiless says that an answer without a body will do.
	bodiless bool
}

// about is unfit of an answer that shows something else than what was asked for.
func (k call) about(id, wanted string) error {
	return k.unfit(fmt.Errorf("it is about %q instead of %s", clean(head(id, maxWordLength), maxWordLength), wanted))
}

// unfit is an answer of success that does not tell what was asked. Taking it over would lose what is known already.
func (k call) unfit(err error) error {
	return &answerError{method: k.method, path: k.plainPath(), err: err}
}

// plainPath is the path as messages show it.
func (k call) plainPath() string {
	return "/" + strings.Join(append([]string{apiVersion}, k.path...), "/")
}

// once sends a call a single time and decodes the answer into out.
func (c *Client) once(ctx context.Context, k call, out any) error {
	target, err := buildURL(c.base, k.path, k.verb, k.query)
	if err != nil {
		return err
	}
	msg := message{method: k.method, url: target}
	if k.body != nil {
		if msg.body, err = json.Marshal(k.body); err != nil {
			return fmt.Errorf("cannot encode the body of %s %s: %w", k.method, target.Path, err)
		}
	}
	ans, err := c.auth.send(ctx, msg)
	if err != nil {
		return err
	}
	ans.redact = c.auth.redact
	if ans.status < 200 || ans.status > 299 {
		refusal := newError(msg, ans)
		refusal.hint = c.auth.hint()
		return refusal
	}
	if k.bodiless && ans.readErr == nil && len(bytes.TrimSpace(ans.body)) == 0 {
		return nil
	}
	if err := ans.decode(msg, out); err != nil {
		return c.auth.scrub(err)
	}
	if t, ok := out.(tidier); ok {
		t.tidy(c.auth.redact)
	}
	return nil
}

// create sends a call that must not be repeated blindly. check rejects an answer without an ID that can be used.
func create[T any](ctx context.Context, c *Client, k call, check func(*T) error) (*T, error) {
	var created T
	if err := c.once(ctx, k, &created); err != nil {
		return nil, err
	}
	if err := check(&created); err != nil {
		return nil, k.unfit(err)
	}
	return &created, nil
}

// CheckNewID rejects the ID of something new that is missing or malformed. It would end in the path of a request, or in
// Pulumi's state.
func CheckNewID(id string, form rules.ID) error {
	if id == "" {
		return errors.New("it contains no id")
	}
	if form.Check(id) != nil {
		return fmt.Errorf("the id %q in it is none that TiDB Cloud gives "+
			"out", clean(head(id, maxWordLength), maxWordLength))
	}
	return nil
}

// buildURL escapes every path element, so that no id can reach into another path or call another verb.
func buildURL(base *url.URL, elements []string, verb string, query url.Values) (*url.URL, error) {
	escaped := []string{apiVersion}
	for _, e := range elements {
		if e == "" || e == "." || e == ".." {
			return nil, fmt.Errorf("%q cannot be part of an API path: give the id as TiDB Cloud shows it", e)
		}
		// The colon is legal in a path element, but here it would start a custom verb.
		escaped = append(escaped, strings.ReplaceAll(url.PathEscape(e), ":", "%3A"))
	}
	raw := "/" + strings.Join(escaped, "/")
	if verb != "" {
		raw += ":" + verb
	}
	path, err := url.PathUnescape(raw)
	if err != nil {
		return nil, fmt.Errorf("cannot build the API path %s: %w", raw, err)
	}
	u := *base
	u.Path, u.RawPath, u.RawQuery = path, raw, query.Encode()
	return &u, nil
}
