package tidbapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	// maxAnswerSize is far above any honest answer: a page of a hundred connections has some 100 KiB. It is no higher
	// because three bytes of JSON, an empty element of a list, decode into some 200 bytes.
	maxAnswerSize = 1 << 20

	// defaultAttemptTimeout ends a single request that hangs. It does not include the wait for the rate limiter.
	defaultAttemptTimeout = 60 * time.Second
)

// message is a request in a form that can be sent any number of times.
type message struct {
	method string
	url    *url.URL
	body   []byte
}

func (m message) request(ctx context.Context) (*http.Request, error) {
	// bytes.Reader lets net/http rewind the body by itself where it repeats a request on a fresh connection.
	req, err := http.NewRequestWithContext(ctx, m.method, m.url.String(), bytes.NewReader(m.body))
	if err != nil {
		return nil, fmt.Errorf("cannot build the request %s %s: %w", m.method, m.url.Path, err)
	}
	req.Header.Set("Accept", "application/json")
	if len(m.body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// answer is a response that was read to its end, or to the size limit.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	readErr error // why the body is incomplete; nil when it is complete

	redact func(string) string // takes the credentials out of a text; nil leaves it alone
}

// decode reads a successful answer. Its errors are answerErrors: the service did what it was asked.
func (a *answer) decode(m message, out any) error {
	fail := func(err error, transient bool) error {
		return &answerError{method: m.method, path: m.url.Path, err: err, transient: transient}
	}
	if a.readErr != nil {
		return fail(a.readErr, !errors.Is(a.readErr, errTooLarge))
	}
	if out == nil {
		// The body does not matter, but a page shows that something else than the service has answered.
		if mediaType, _, _ := mime.ParseMediaType(a.header.Get("Content-Type")); mediaType == "text/html" {
			return fail(fmt.Errorf("%s is not the JSON expected; check that serverlessEndpoint is the TiDB Cloud "+
				"serverless API", a.describe()), false)
		}
		return nil
	}
	if bytes.Equal(bytes.TrimSpace(a.body), []byte("null")) {
		// It would leave everything as it is, and an empty list would be believed.
		return fail(fmt.Errorf("%s is not the JSON expected; check that serverlessEndpoint is the TiDB Cloud "+
			"serverless API", a.describe()), false)
	}
	if err := unmarshal(a.body, out); err != nil {
		return fail(fmt.Errorf("%s is not the JSON expected (%w); check that serverlessEndpoint is the TiDB Cloud "+
			"serverless API", a.describe(), err), false)
	}
	return nil
}

// describe says what came instead of JSON.
func (a *answer) describe() string {
	mediaType, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if mediaType == "" {
		mediaType = "no content type"
	}
	return fmt.Sprintf("%q (%s)", a.excerpt(), a.clean(mediaType, maxExcerptLength))
}

var errTooLarge = fmt.Errorf("it is larger than %d MiB", maxAnswerSize>>20)

// exchanger sends single requests, each of them counted by the rate limiter.
type exchanger struct {
	client    *http.Client
	userAgent string
	patience  time.Duration // with one request
	limiter   *limiter
}

func newExchanger(opts Options, l *limiter) *exchanger {
	rt := opts.Transport
	if rt == nil {
		rt = defaultTransport()
	}
	return &exchanger{
		userAgent: opts.UserAgent,
		patience:  opts.AttemptTimeout,
		limiter:   l,
		client: &http.Client{
			Transport: rt,
			// The API has no redirects. Following one could hand a signed request to another host, so a redirect is
			// an answer like any other and becomes an error that names where it points.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// defaultTransport shares nothing with the rest of the program. By itself it repeats a request that reads, once a kept
// connection turns out to be closed: the one exception to each request being
// counted, and one that the service seldom sees.
func defaultTransport() http.RoundTripper {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		return t.Clone()
	}
	return http.DefaultTransport
}

// exchange sends one request and reads the whole answer, whatever its status.
func (x *exchanger) exchange(ctx context.Context, m message, sign signature) (*answer, error) {
	if err := x.limiter.wait(ctx); err != nil {
		return nil, fmt.Errorf("waiting for the rate limit before %s %s: %w", m.method, m.url.Path, err)
	}
	attempt, cancel := context.WithTimeout(ctx, x.patience)
	defer cancel()
	req, err := m.request(attempt)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", x.userAgent)
	if sign != nil {
		authorization, err := sign()
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", authorization)
	}
	res, err := x.client.Do(req)
	if err != nil {
		return nil, x.transportError(ctx, m, err)
	}
	defer res.Body.Close()
	ans := &answer{status: res.StatusCode, header: res.Header}
	ans.body, ans.readErr = x.readBounded(ctx, res.Body)
	if ans.status == http.StatusTooManyRequests {
		x.limiter.pause(retryAfter(ans))
	}
	return ans, nil
}

// readBounded reads at most maxAnswerSize bytes.
func (x *exchanger) readBounded(ctx context.Context, r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxAnswerSize+1))
	switch {
	case err != nil:
		return body, fmt.Errorf("the connection broke while it was read: %w", x.tellTimeouts(ctx, err))
	case len(body) > maxAnswerSize:
		return body[:maxAnswerSize], errTooLarge
	}
	return body, nil
}

// transportError is a request without an answer.
type transportError struct {
	method, path string
	err          error
	notSent      bool // the request certainly never reached the service
	permanent    bool // another try would fail the same way
}

// Error says which request failed, why, and what to do when the service was not reached.
func (e *transportError) Error() string {
	text := fmt.Sprintf("no answer from TiDB Cloud to %s %s: %v", e.method, e.path, e.err)
	if e.notSent || e.permanent {
		text += "; see that this machine reaches TiDB Cloud, and that serverlessEndpoint " +
			"(TIDBCLOUD_SERVERLESS_ENDPOINT), if set, is right"
	}
	return text
}

// Unwrap returns the cause.
func (e *transportError) Unwrap() error { return e.err }

func (x *exchanger) transportError(ctx context.Context, m message, err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err // without the wrapper's repetition of method and address
	}
	err = x.tellTimeouts(ctx, err)
	return &transportError{
		method: m.method, path: m.url.Path, err: err, notSent: neverSent(err), permanent: neverWorks(err),
	}
}

// tellTimeouts keeps apart the end of the caller's context and the end of a single request's patience, so that nobody
// takes the one for the other.
func (x *exchanger) tellTimeouts(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("nothing more came within %s", x.patience)
	}
	return err
}

// neverSent recognizes failures to connect at all. Anything later may have reached the service.
func neverSent(err error) bool {
	var oe *net.OpError
	var dns *net.DNSError
	return (errors.As(err, &oe) && oe.Op == "dial") || errors.As(err, &dns)
}
