package tidbapi

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/icholy/digest"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/credential"
)

// maxChallenges bounds how often one call may be challenged: once to learn the nonce, once more when a kept nonce went
// stale, and a few times for a nonce that other requests used up in between.
const maxChallenges = 8

// challenge is a challenge of the service, with the number of requests that signed with it. The first signature is for
// the request that got it.
type challenge struct {
	*digest.Challenge
	since time.Time
	count int // guarded by digestAuth.mu
}

// digestAuth signs requests and keeps the service's challenge for the next ones. The digest module's own transport
// keeps it too, but there every request that starts before the first answer fetches a challenge of its own. Here the
// first one fetches it and the others wait. Each request passes the rate limiter here too, challenges included.
type digestAuth struct {
	publicKey, privateKey string
	exchange              func(*http.Request, signature) (*answer, error)
	fetching              chan struct{} // has an element while a request fetches the first challenge

	mu        sync.Mutex
	challenge *challenge
}

func newDigestAuth(publicKey, privateKey string, exchange func(*http.Request, signature) (*answer, error)) *digestAuth {
	return &digestAuth{
		publicKey: publicKey, privateKey: privateKey, exchange: exchange, fetching: make(chan struct{}, 1),
	}
}

// send exchanges the request for an answer that is not a challenge, unless the credentials are refused.
//
// A request prefers the challenge that it got itself, its own, to the kept one. No other request signs with it first,
// so it is good even if the service accepts each nonce once. Only a service that reports a stale nonce certainly
// accepts nonces several times.
func (a *digestAuth) send(req *http.Request) (*answer, error) {
	if a.publicKey == "" || a.privateKey == "" {
		return nil, ErrNoCredentials
	}
	var own, kept *challenge // kept is the kept challenge that was refused
	for challenged := 1; ; challenged++ {
		used, fresh, ans, err := a.sendOnce(req, own)
		if err != nil {
			return nil, err
		}
		mine := own != nil && used == own
		if mine && ans.status != http.StatusUnauthorized {
			a.replace(kept, used)
		}
		// A request's own challenge, which no other request has used, did not help: the credentials are refused.
		refused := mine && fresh != nil && !fresh.Stale && !a.isShared(used)
		if fresh == nil || refused || challenged == maxChallenges {
			return ans, nil
		}
		if !mine {
			kept = used
		}
		if fresh.Stale {
			// The service accepts a nonce for several requests, so this one is good too.
			a.replace(kept, fresh)
		}
		own = fresh
	}
}

// ownChallengeFor is how long a request prefers its own challenge to the kept one, which may be younger after a wait
// for the rate limit.
const ownChallengeFor = 5 * time.Second

// signature signs a request. It is called when the request is sent, after the wait for the rate limit, which may be
// longer than the life of a nonce.
type signature func(*http.Request) error

// sendOnce sends the request with its own challenge or the kept one. It returns the one that it used, and the new one
// in the answer. The request that fetches the first one is unsigned.
func (a *digestAuth) sendOnce(
	req *http.Request, own *challenge,
) (used, fresh *challenge, ans *answer, err error) {
	release, err := a.awaitChallenge(req.Context())
	if err != nil {
		return nil, nil, nil, err
	}
	defer release()
	ans, err = a.exchange(req, func(req *http.Request) error {
		count := 1
		if own != nil && time.Since(own.since) < ownChallengeFor {
			used = own
		} else if used, count = a.use(); used == nil {
			return nil
		}
		return a.sign(req, used.Challenge, count)
	})
	if err != nil || ans.status != http.StatusUnauthorized {
		return used, nil, ans, err
	}
	if c := findChallenge(ans); c != nil {
		fresh = &challenge{c, time.Now(), 1}
	}
	if used == nil {
		a.replace(nil, fresh)
	}
	return used, fresh, ans, nil
}

// awaitChallenge returns when there is a challenge, or when the caller must fetch the first one. All others wait until
// the caller calls release.
func (a *digestAuth) awaitChallenge(ctx context.Context) (release func(), err error) {
	select {
	case a.fetching <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	release = func() { <-a.fetching }
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.challenge != nil {
		release()
		return func() {}, nil
	}
	return release, nil
}

// isShared reports whether another request has signed with a challenge that a request got.
func (a *digestAuth) isShared(c *challenge) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return c.count > 1
}

// use returns the kept challenge, if there is one, and how often it is used, this time included.
func (a *digestAuth) use() (*challenge, int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.challenge == nil {
		return nil, 0
	}
	a.challenge.count++
	return a.challenge, a.challenge.count
}

// replace keeps the new challenge, unless another request already replaced the one that was used.
func (a *digestAuth) replace(used, fresh *challenge) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.challenge == used {
		a.challenge = fresh
	}
}

func (a *digestAuth) sign(req *http.Request, challenge *digest.Challenge, count int) error {
	credentials, err := digest.Digest(challenge, digest.Options{
		Method: req.Method, URI: req.URL.RequestURI(), GetBody: req.GetBody,
		Count: count, Username: a.publicKey, Password: a.privateKey,
	})
	if err != nil {
		return fmt.Errorf("cannot sign %s %s: %w", req.Method, req.URL.Path, err)
	}
	req.Header.Set("Authorization", credentials.String())
	return nil
}

// hint names a visible fault of the key, without showing the key.
func (a *digestAuth) hint() string {
	return credential.Hint(
		credential.Named{Name: "publicKey", Value: a.publicKey},
		credential.Named{Name: "privateKey", Value: a.privateKey},
	)
}
