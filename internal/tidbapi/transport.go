package tidbapi

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
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
	// maxAnswerSize is far above any valid answer: a page of a hundred connections has some 100 KiB. It is no higher
	// because three bytes of JSON, an empty element of a list, decode into some 200 bytes.
	maxAnswerSize = 1 << 20

	// defaultAttemptTimeout ends a single request that hangs. It does not include the wait for the rate limiter.
	defaultAttemptTimeout = 60 * time.Second
)

// answer is a response that was read to its end, or to the size limit.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	readErr error    // why the body is incomplete; nil when it is complete
	secrets redactor // of the client, which no text of the answer may show
}

// decode reads a successful answer.
func (a *answer) decode(req *http.Request, out any) error {
	if a.readErr != nil {
		return unreadable(req.Method, req.URL.Path, a.readErr, !errors.Is(a.readErr, errTooLarge))
	}
	mediaType, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	why := ""
	switch {
	case out == nil && mediaType != "text/html":
		return nil // The body does not matter, but a page means that something other than the service has answered.
	case out != nil && !bytes.Equal(bytes.TrimSpace(a.body), []byte("null")):
		// Null would change nothing, and would look like an empty list.
		err := reader{a.secrets}.read(a.body, out)
		if err == nil {
			return nil
		}
		why = " (" + err.Error() + ")"
	}
	kind := a.secrets.clean(cmp.Or(mediaType, "no content type"), maxExcerptLength)
	return unreadable(req.Method, req.URL.Path, fmt.Errorf("%q (%s) is not the JSON expected%s; check that "+
		"serverlessEndpoint is the TiDB Cloud serverless API", a.excerpt(), kind, why), false)
}

// excerpt is the beginning of an answer in an unknown form.
func (a *answer) excerpt() string { return a.secrets.clean(string(a.body), maxExcerptLength) }

var errTooLarge = fmt.Errorf("it is larger than %d MiB", maxAnswerSize>>20)

// exchanger sends single requests, each of them counted by the rate limiter.
type exchanger struct {
	client    *http.Client
	userAgent string
	limiter   *limiter
}

func newExchanger(opts Options, l *limiter) *exchanger {
	userAgent := cmp.Or(opts.UserAgent, "pulumi-tidbconfluent")
	return &exchanger{userAgent: userAgent, limiter: l, client: &http.Client{
		Transport: cmp.Or(opts.Transport, defaultTransport()),
		Timeout:   cmp.Or(max(opts.AttemptTimeout, 0), defaultAttemptTimeout),
		// The API has no redirects. Following one could hand a signed request to another host, so a redirect is an
		// answer like any other and becomes an error that names where it points.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// defaultTransport shares nothing with the rest of the program. It repeats a read request when a kept connection turns
// out to be closed. That request alone is not counted, and the service seldom sees it.
func defaultTransport() http.RoundTripper {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		return t.Clone()
	}
	return http.DefaultTransport
}

// exchange sends one request and reads the whole answer, whatever its status.
func (x *exchanger) exchange(req *http.Request, sign signature) (*answer, error) {
	ctx := req.Context()
	if err := x.limiter.wait(ctx); err != nil {
		return nil, fmt.Errorf("waiting for the rate limit before %s %s: %w", req.Method, req.URL.Path, err)
	}
	req = req.Clone(ctx)
	req.Body, _ = req.GetBody() // never fails for bytes
	req.Header.Set("User-Agent", x.userAgent)
	if err := sign(req); err != nil {
		return nil, err
	}
	res, err := x.client.Do(req)
	if err != nil {
		return nil, x.transportError(req, err)
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

// transportError is the error of a request without an answer. When the service was not reached, it names what to do.
func (x *exchanger) transportError(req *http.Request, err error) error {
	if wrapper, ok := errors.AsType[*url.Error](err); ok {
		err = wrapper.Err // without the method and address, which the wrapper repeats
	}
	err = x.tellTimeouts(req.Context(), err)
	outcome := reached(err)
	text := fmt.Sprintf("no answer from TiDB Cloud to %s %s: %v", req.Method, req.URL.Path, err)
	if outcome != Unknown {
		text += "; check that this machine reaches TiDB Cloud, and that serverlessEndpoint " +
			"(TIDBCLOUD_SERVERLESS_ENDPOINT), if set, is right"
	}
	return &callError{text, err, outcome, outcome != Refused}
}

// tellTimeouts distinguishes the end of the caller's context from the timeout of a single request.
func (x *exchanger) tellTimeouts(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("nothing more came within %s", x.client.Timeout)
	}
	return err
}

// reached is the outcome of a request without an answer: Refused when the configuration is wrong, as with a wrong host
// name or an untrusted certificate, and Undone when there was no connection. Anything later may have reached the
// service.
func reached(err error) Outcome {
	op, isOp := errors.AsType[*net.OpError](err)
	dns, unresolved := errors.AsType[*net.DNSError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case unresolved && dns.IsNotFound, untrusted, plain, errors.Is(err, http.ErrSchemeMismatch):
		return Refused
	case isOp && (op.Op == "dial" || op.Op == "proxyconnect"), unresolved:
		return Undone
	}
	return Unknown
}
