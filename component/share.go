package component

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

func runOf(ctx *pulumi.Context) any {
	if run := ctx.Context().Value(runKey{}); run != nil {
		return run
	}
	return ctx
}

// waitFor waits, at an update in a plugin, until a resource is made that everything in the next steps needs. If they waited for
// it side by side, each would need memory for as long as a network takes. A Go program that calls NewPrivateLink itself goes on
// at once, and gets each output as soon as it is known.
func (m *maker) waitFor(made pulumi.CustomResource) {
	if m.ctx.DryRun() || m.ctx.Context().Value(runKey{}) == nil {
		return
	}
	_, _, _ = await[pulumi.ID](m.ctx, made.ID()) // that it cannot be made is told to the next steps too
}

// ask calls a function of a provider, unless another link of the run has just asked it the same.
func ask[R any](m *maker, token string, call func() (*R, error), wanted ...string) (*R, error) {
	provider, known, err := m.providerOf(token)
	if err != nil || !known {
		return call()
	}
	q := question{run: runOf(m.ctx), provider: provider, token: token, wanted: strings.Join(wanted, "\n")}
	value, err := answers.get(m.ctx.Context(), q, func() (any, error) { return call() })
	result, _ := value.(*R)
	return result, err
}

// providerOf identifies the provider of a component's functions; the default one is empty.
func (m *maker) providerOf(token string) (reference string, known bool, err error) {
	provider := m.self.GetProvider(token)
	if provider == nil {
		return "", true, nil
	}
	urn, known, err := await[pulumi.URN](m.ctx, provider.URN())
	if err != nil || !known {
		return "", false, err
	}
	id, known, err := await[pulumi.ID](m.ctx, provider.ID())
	return string(urn) + "::" + string(id), known, err
}
