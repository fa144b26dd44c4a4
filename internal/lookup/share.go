// Package lookup is how a component asks services for what exists: through functions of its providers, each question once
// in a run.
package lookup

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// factsLast is how long an answer is shared. What is about to be created must have been checked just before, so that is
// only as long as the links of a run take to ask, all at the same time as a rule.
const factsLast = time.Minute

// answers are those of the process. A plugin builds all links of a run in one.
var answers = sharedAnswers{byQuestion: map[question]*sharedAnswer{}}

// question is what is asked in a run, and of which provider: another one may have other credentials.
type question struct {
	run                     any
	provider, token, wanted string
}

// sharedAnswers ask once what several links want to know at the same time. A hundred links of one TiDB Cloud cluster
// are checked against one look at the cluster, not against a hundred, of which the API allows a hundred in a minute.
type sharedAnswers struct {
	mu         sync.Mutex
	byQuestion map[question]*sharedAnswer
}

// sharedAnswer is an answer, once done is closed.
type sharedAnswer struct {
	done      chan struct{}
	at        time.Time
	value     any
	err       error
	abandoned bool // who asked was interrupted, so that err says nothing to anybody else
}

func (a *sharedAnswer) stale(now time.Time) bool {
	select {
	case <-a.done:
		return now.Sub(a.at) > factsLast
	default:
		return false
	}
}

// get returns the answer to a question, and asks unless somebody else does or just did. Errors are shared with those who
// wait for the same answer, and not kept.
func (s *sharedAnswers) get(ctx context.Context, q question, ask func() (any, error)) (any, error) {
	for {
		a, mine := s.join(q)
		if mine {
			s.answer(ctx, q, a, ask)
			return a.value, a.err
		}
		select {
		case <-a.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if !a.abandoned {
			return a.value, a.err
		}
	}
}

// join returns the answer that there is or will be, or one that the caller has to give.
func (s *sharedAnswers) join(q question) (a *sharedAnswer, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if a, ok := s.byQuestion[q]; ok && !a.stale(now) {
		return a, false
	}
	for other, a := range s.byQuestion {
		if other.run != q.run && a.stale(now) {
			delete(s.byQuestion, other)
		}
	}
	a = &sharedAnswer{done: make(chan struct{}), abandoned: true}
	s.byQuestion[q] = a
	return a, true
}

// answer asks. It lets nobody wait forever, whatever becomes of that.
func (s *sharedAnswers) answer(ctx context.Context, q question, a *sharedAnswer, ask func() (any, error)) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if (a.abandoned || a.err != nil) && s.byQuestion[q] == a {
			delete(s.byQuestion, q)
		}
		a.at = time.Now()
		close(a.done)
	}()
	a.value, a.err = ask()
	a.abandoned = a.err != nil && ctx.Err() != nil
}

type runKey struct{}

// WithRun says to which run, a preview or an update, belongs what is built in a context. Links of one run share their
// look-ups. Without it, as in a Go program that calls NewPrivateLink itself, those of one [pulumi.Context] do.
func WithRun(ctx context.Context, run string) context.Context {
	return context.WithValue(ctx, runKey{}, run)
}

// InPlugin reports whether a context is that of a component in a plugin, not in a Go program.
func InPlugin(ctx *pulumi.Context) bool { return ctx.Context().Value(runKey{}) != nil }

// RunOf returns what identifies the run that a context belongs to.
func RunOf(ctx *pulumi.Context) any {
	if run := ctx.Context().Value(runKey{}); run != nil {
		return run
	}
	return ctx
}

// A Component is what a component's look-ups go through.
type Component interface {
	GetProvider(moduleMember string) pulumi.ProviderResource
}

// Ask calls a function of a component's provider, unless another component of the run has just asked it the same.
func Ask[R any](ctx *pulumi.Context, self Component, token string, call func() (*R, error), wanted ...string) (*R, error) {
	provider, known, err := ProviderOf(ctx, self, token)
	if err != nil || !known {
		return call()
	}
	q := question{run: RunOf(ctx), provider: provider, token: token, wanted: strings.Join(wanted, "\n")}
	value, err := answers.get(ctx.Context(), q, func() (any, error) { return call() })
	result, _ := value.(*R)
	return result, err
}

// ProviderOf identifies the provider of a component's functions; the default one is empty.
func ProviderOf(ctx *pulumi.Context, self Component, token string) (reference string, known bool, err error) {
	provider := self.GetProvider(token)
	if provider == nil {
		return "", true, nil
	}
	urn, known, err := Await[pulumi.URN](ctx, provider.URN())
	if err != nil || !known {
		return "", false, err
	}
	id, known, err := Await[pulumi.ID](ctx, provider.ID())
	return string(urn) + "::" + string(id), known, err
}
