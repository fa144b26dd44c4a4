package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/icholy/digest"
)

const (
	// biggestAnswer is larger than any answer here.
	biggestAnswer = 4 << 20
	patience      = 30 * time.Second
	userAgent     = "pulumi-tidbconfluent-probe"
)

// A key signs requests. Without a name nothing is signed.
type key struct{ name, secret string }

// An answer has all values of a response: it never leaves the program.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// A service is one of the two APIs at an address.
type service struct {
	url    string
	key    key
	digest bool
	// pause is the wait before each request, so that other programs with the same key are not slowed down.
	pause time.Duration
	// base sends requests; nil means the default.
	base http.RoundTripper
}

// get sends the only kind of request that this program has: one that reads.
func (s service) get(ctx context.Context, path string, as key) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience+s.pause)
	defer cancel()
	select {
	case <-time.After(s.pause):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	base := s.base
	if base == nil {
		base = http.DefaultTransport
	}
	client := &http.Client{
		Transport: readOnly{base},
		// A redirect could take a signed request to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	switch {
	case as.name == "":
	case s.digest:
		client.Transport = &digest.Transport{Username: as.name, Password: as.secret, Transport: client.Transport}
	default:
		req.SetBasicAuth(as.name, as.secret)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, biggestAnswer))
	return &answer{resp.StatusCode, resp.Header, body}, err
}

// readOnly refuses every request that could change or order anything, whatever the rest of the program does.
type readOnly struct{ http.RoundTripper }

// RoundTrip sends a request that reads.
func (r readOnly) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet || req.Body != nil && req.Body != http.NoBody {
		return nil, fmt.Errorf("the probe sends no %s", req.Method)
	}
	return r.RoundTripper.RoundTrip(req)
}
