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

// digestAuth signs requests and keeps the service's challenge for the next ones. The digest module's own transport
// keeps it too, but lets every request that starts before the first answer fetch a challenge of its own; here the first
// one fetches it and the others wait. It is also where each request must pass the rate limiter, challenges included.
type digestAuth struct {
	publicKey, privateKey string
	exchange              func(*http.Request, signature) (*answer, error)
	fetching              chan struct{} // holds an element while a request fetches the first challenge

	mu        sync.Mutex
	challenge *digest.Challenge
	count     int // how often challenge was used
}

func newDigestAuth(publicKey, privateKey string, exchange func(*http.Request, signature) (*answer, error)) *digestAuth {
	return &digestAuth{
		publicKey: publicKey, privateKey: privateKey, exchange: exchange, fetching: make(chan struct{}, 1),
	}
}

// send exchanges the request for an answer that is not a challenge, unless the credentials are refused.
func (a *digestAuth) send(req *http.Request) (*answer, error) {
	if a.publicKey == "" || a.privateKey == "" {
		return nil, ErrNoCredentials
	}
	var own *ownChallenge
	var kept *digest.Challenge // the one at hand that did not do
	for challenged := 1; ; challenged++ {
		used, ans, err := a.sendOnce(req, own)
		if err != nil {
			return ans, err
		}
		mine := own != nil && used == own.challenge
		if ans.status != http.StatusUnauthorized {
			if mine {
				a.replace(kept, used)
			}
			return ans, nil
		}
		fresh := findChallenge(ans)
		if fresh == nil {
			return ans, nil // a refusal that no signature can change
		}
		// A challenge that came just now, that no other request has used up, and that did not help either: the
		// credentials are refused.
		refused := mine && !fresh.Stale && !a.isShared(used)
		if refused || challenged == maxChallenges {
			return ans, nil
		}
		if !mine {
			kept = used
		}
		if fresh.Stale {
			// The nonce was good for several requests, so that this one is as well.
			a.replace(kept, fresh)
		}
		own = &ownChallenge{fresh, time.Now()}
	}
}

// ownChallenge is the one that a request got itself. No other request signs with it before, so that it is good
// even where the service takes each nonce once. Only a service that calls a nonce stale certainly does not.
type ownChallenge struct {
	challenge *digest.Challenge
	since     time.Time
}

// ownChallengeFor is for how long a request prefers its own challenge to the one at hand, which may be younger after a
// wait for the rate limit.
const ownChallengeFor = 5 * time.Second

// signature signs a request. It is asked for when the request goes, after the wait for the rate limit: that may be
// longer than a nonce lives.
type signature func(*http.Request) error

// sendOnce sends the request with its own challenge or the one at hand, which it returns. The request that fetches the
// first one goes unsigned.
func (a *digestAuth) sendOnce(
	req *http.Request, own *ownChallenge,
) (used *digest.Challenge, ans *answer, err error) {
	release, err := a.awaitChallenge(req.Context())
	if err != nil {
		return nil, nil, err
	}
	defer release()
	ans, err = a.exchange(req, func(req *http.Request) error {
		count := 1
		if own != nil && time.Since(own.since) < ownChallengeFor {
			used = own.challenge
		} else if used, count = a.use(); used == nil {
			return nil
		}
		return a.sign(req, used, count)
	})
	if err == nil && used == nil && ans.status == http.StatusUnauthorized {
		a.replace(nil, findChallenge(ans))
	}
	return used, ans, err
}

// awaitChallenge returns when there is a challenge, or when the caller must fetch the first one. All others wait until
// it calls release.
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

// isShared reports whether another request has signed with a challenge.
func (a *digestAuth) isShared(c *digest.Challenge) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.challenge != nil && a.challenge.Nonce == c.Nonce && a.count > 1
}

// use returns the kept challenge, if there is one, and how often it is used with this time.
func (a *digestAuth) use() (*digest.Challenge, int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count++
	return a.challenge, a.count
}

// replace keeps the fresh challenge, unless another request already replaced the one that was used. The first signature
// with it is for the request that got it.
func (a *digestAuth) replace(used, fresh *digest.Challenge) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.challenge == used {
		a.challenge, a.count = fresh, 1
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

// keys takes the credentials out of texts of the service.
func (a *digestAuth) keys() redactor { return newRedactor(a.privateKey, a.publicKey) }

// hint names what is wrong with the key, if it shows, without showing the key.
func (a *digestAuth) hint() string {
	return credential.Hint(
		credential.Named{Name: "publicKey", Value: a.publicKey},
		credential.Named{Name: "privateKey", Value: a.privateKey},
	)
}
