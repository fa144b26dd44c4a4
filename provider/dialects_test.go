package provider_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// A life is a sequence of operations that succeeds in each dialect of TiDB Cloud.
type life struct {
	stack func(*testing.T, time.Duration, sandbox.Options) *stack
	whole func(*stack)
	apart []sandbox.Dialect // which the life does not meet, or only on a fast machine
	// young are the resources that TiDB Cloud may show late, with these dialects.
	young func(*stack) []*tracked
	late  []sandbox.Dialect
	lose  func(*sandbox.State) // deletes the first of the young ones by hand
	slots int                  // how many run in parallel
	lag   time.Duration        // how late things show at first
}

func lives() map[string]life {
	return map[string]life{
		"link": {
			stack: func(t *testing.T, patience time.Duration, o sandbox.Options) *stack {
				t.Helper()
				return newStackWith(t, patience, o)
			},
			whole: (*stack).lifeOfLink,
			apart: []sandbox.Dialect{
				sandbox.LingeringNames, sandbox.UniqueServices, sandbox.UniqueNames, sandbox.UniqueDomains,
				sandbox.StaleReads,
			},
			young: func(s *stack) []*tracked { return []*tracked{s.connection, s.attachment} },
			late:  []sandbox.Dialect{sandbox.LateGet, sandbox.LateList, sandbox.LateAttachments},
			lose:  func(w *sandbox.State) { clear(w.PrivateLinkConnections) },
			slots: 4, lag: 600 * time.Millisecond,
		},
		"changefeed": {
			stack: newFeedStack,
			whole: (*stack).lifeOfFeed,
			apart: []sandbox.Dialect{
				sandbox.LateGet, sandbox.LateList, sandbox.LateChanges, sandbox.LingeringNames, sandbox.ShuffledLists,
				sandbox.LateAttachments, sandbox.LateDomains, sandbox.LingeringDomains, sandbox.NoUniqueNames,
				sandbox.WholeDomains, sandbox.RegionNameOnly, sandbox.PlainRegions, sandbox.NoCloudProvider,
				sandbox.NoClusterPlan, sandbox.NoServicePlan, sandbox.NoServiceRegion, sandbox.UpperCaseClouds,
				sandbox.UniqueServices, sandbox.UniqueNames, sandbox.UniqueDomains, sandbox.StaleReads,
			},
			young: func(s *stack) []*tracked { return []*tracked{s.feed} },
			late:  []sandbox.Dialect{sandbox.LateGet, sandbox.LateList, sandbox.LateChanges},
			lose:  func(w *sandbox.State) { clear(w.Changefeeds) },
			slots: 24, lag: 150 * time.Millisecond,
		},
	}
}

// spoken is a stack whose TiDB Cloud speaks dialects, and in which a name is long enough to be cut.
func (l life) spoken(t *testing.T, o sandbox.Options) *stack {
	t.Helper()
	s := l.stack(t, max(spokenPatience, 8*o.Times.Lag), o)
	s.name = spokenName
	return s
}

// TestDialects takes each resource through its whole life in each dialect of TiDB Cloud, and in each combination of
// many dialects.
func TestDialects(t *testing.T) {
	t.Parallel()
	all := combinations()
	for _, d := range sandbox.Dialects() {
		all[string(d)] = []sandbox.Dialect{d}
	}
	eachLife(t, all, func(t *testing.T, l life, dialects []sandbox.Dialect) {
		t.Helper()
		// A busy machine may look so late that the lag is over: then the life starts again, with a longer lag.
		for lag := l.lag; ; lag *= 4 {
			s := l.spoken(t, sandbox.Options{Dialects: dialects, Times: sandbox.Times{Lag: lag}})
			l.whole(s)
			d := dialects[0]
			if len(dialects) > 1 || slices.Contains(l.apart, d) || s.box.DialectUses()[d] > 0 {
				return // of several, one may hide the other
			}
			require.Less(t, lag, 5*time.Second, "%s was not at work", d)
		}
	})
}

// TestDialectsOfWhatSomebodyElseDeleted: the provider notices a deletion by hand in each dialect. It does not take what
// it cannot see for deleted.
func TestDialectsOfWhatSomebodyElseDeleted(t *testing.T) {
	t.Parallel()
	all := map[string]sandbox.Dialect{}
	for _, d := range sandbox.Dialects() {
		all[string(d)] = d
	}
	eachLife(t, all, func(t *testing.T, l life, d sandbox.Dialect) {
		t.Helper()
		s := l.spoken(t, sandbox.Options{Dialects: []sandbox.Dialect{d}})
		r := l.young(s)[0]
		s.must(s.up(r))
		s.restart()
		for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
			s.box.Inject(sandbox.Fault{Service: sandbox.ServiceTiDBCloud, Status: status, Times: -1})
			require.Error(t, s.refresh(r), "a refresh believes %d", status)
			s.box.ClearFaults()
			s.restart()
		}
		s.box.Update(l.lose)
		err := s.refresh(r)
		if d == sandbox.ErrorsAsText {
			// A page of a proxy proves nothing.
			require.Error(t, err)
			return
		}
		s.must(err)
		assert.Empty(t, r.id)
	})
}

// TestYoungOnesAreNotForgotten: the next command does not forget a resource whose creation was interrupted before TiDB
// Cloud showed it.
func TestYoungOnesAreNotForgotten(t *testing.T) {
	t.Parallel()
	eachLife(t, map[string]func(*stack, *tracked) error{
		"refresh": (*stack).refresh, "destroy": (*stack).destroy, "up": (*stack).up,
	}, func(t *testing.T, l life, next func(*stack, *tracked) error) {
		t.Helper()
		s := l.stack(t, spokenPatience,
			sandbox.Options{Dialects: l.late, Times: sandbox.Times{Lag: 2500 * time.Millisecond}})
		for _, r := range l.young(s) {
			s.timeout = 1
			require.Error(t, s.up(r))
			require.NotEmpty(t, r.id, "the creation ends before its effect shows")
			s.timeout = 0
			s.restart()
			s.must(next(s, r))
			s.restart()
			time.Sleep(100 * time.Millisecond) // what hides a new resource also hides its deletion
			s.must(s.up(r))
			s.assertInStep()
		}
		if s.feed.id != "" {
			s.assertFeed("RUNNING", "shop.*")
		}
		s.must(s.destroy(s.feed))
		s.destroyAll()
	})
}

// eachLife runs cases for each life.
func eachLife[T any](t *testing.T, cases map[string]T, run func(*testing.T, life, T)) {
	t.Helper()
	for name, l := range lives() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atOnce(t, l.slots, cases, func(t *testing.T, c T) {
				t.Helper()
				run(t, l, c)
			})
		})
	}
}

// atOnce runs many cases in parallel, more than there are processors: they mostly wait.
func atOnce[T any](t *testing.T, atOnce int, cases map[string]T, run func(*testing.T, T)) {
	t.Helper()
	var running sync.WaitGroup
	defer running.Wait()
	slots := make(chan struct{}, atOnce)
	for name, c := range cases {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			t.Run(name, func(t *testing.T) { run(t, c) })
		})
	}
}

// combinations are dialects that one service could have together.
func combinations() map[string][]sandbox.Dialect {
	const (
		late     = "late-get,late-list,late-changes,late-attachments,late-states,late-domains"
		spelling = "lower-case-words,upper-case-clouds,numeric-ids,numbers-as-text,null-lists,short-names," +
			"region-name-only,digest-in-lower-case"
		lacking = "bare-creations,abridged-lists,no-unique-names,no-service-region,no-cloud-provider," +
			"no-service-plan,no-totals,no-content"
		different = "title-case-words,whole-domains,shuffled-lists,other-times,small-pages,other-statuses," +
			"snake-case,envelopes,digest-quoted"
	)
	all := map[string][]sandbox.Dialect{}
	for _, names := range []string{
		late, spelling, lacking, different,
		late + ",busy-aborted,gone-forbidden,errors-as-words",
		late + ",silent-creations,errors-with-own-codes",
		spelling + ",busy-precondition,lingering-domains,lingering-names,gone-deleted,errors-in-envelope",
		lacking + ",busy-conflict,gone-bad-request,errors-with-own-codes-as-text,late-get,late-list",
		different + ",busy-terse,gone-410,errors-as-words,late-attachments,late-changes",
		"busy-aborted,errors-with-own-codes", "busy-precondition,errors-with-own-codes",
		"busy-precondition,errors-as-text",
		"busy-precondition,errors-as-words", "busy-precondition,errors-in-envelope", "busy-aborted,errors-as-text",
		"gone-deleted,prefixed-words", "gone-forbidden,errors-with-own-codes", "gone-bad-request,errors-as-text",
		"digest-once,digest-after-bearer", "silent-creations,short-names,abridged-lists",
	} {
		dialects, err := sandbox.ParseDialects(names)
		if err != nil {
			panic(err)
		}
		all[names] = dialects
	}
	return all
}

// spokenPatience is many times longer than any lag or refusal.
const spokenPatience = 4 * time.Second

// spokenName is longer than the names that some dialects show.
const spokenName = "from TiDB Cloud to Confluent Cloud, for orders "

// lifeOfLink creates, changes nothing, refreshes, changes nothing, and destroys.
func (s *stack) lifeOfLink() {
	s.t.Helper()
	both := []*tracked{s.connection, s.attachment}
	for _, r := range both {
		s.must(s.up(r))
	}
	s.assertInStep()
	for range 2 {
		s.restart()
		for _, r := range both {
			s.mustBeUnchanged(r)
		}
		s.restart()
		for _, r := range both {
			before := *r
			s.must(s.refresh(r))
			assert.Equal(s.t, before, *r, "a refresh finds a change without a cause")
		}
	}
	s.invokeAll()
	s.restart()
	s.destroyAll()
	assert.Empty(s.t, s.box.Difference())
}

// mustBeUnchanged requires an up of the same program to do nothing.
func (s *stack) mustBeUnchanged(r *tracked) {
	s.t.Helper()
	checked, err := s.server.Check(p.CheckRequest{Urn: urn(r.token), State: r.inputs, Inputs: s.given(r)})
	s.must(err)
	assert.Equal(s.t, r.inputs, checked.Inputs)
	diff, err := s.server.Diff(p.DiffRequest{
		ID: r.id, Urn: urn(r.token), State: r.properties, Inputs: checked.Inputs, OldInputs: r.inputs,
	})
	s.must(err)
	assert.False(s.t, diff.HasChanges, "%v", diff.DetailedDiff)
}

// invokeAll requires the functions to report the facts in any form of the answer.
func (s *stack) invokeAll() {
	s.t.Helper()
	cluster := s.invoked("getCluster")
	for key, want := range map[string]string{
		"state": "ACTIVE", "region": "us-east-1", "cloudProvider": "aws", "regionId": "aws-us-east-1",
		"clusterId": s.box.Seed().EssentialUSEast1,
	} {
		assert.Equal(s.t, want, cluster.Get(key).AsString(), key)
	}
	plans := strings.ToLower(cluster.Get("clusterPlan").AsString() + cluster.Get("servicePlan").AsString())
	assert.Contains(s.t, []string{"essential", "essentialessential"}, plans)
	zones := s.invoked("getPrivateLinkZones")
	assert.Equal(s.t, "111122223333", zones.Get("accountId").AsString())
	assert.Equal(s.t, 3, zones.Get("availabilityZoneIds").AsArray().Len())
	connection := s.invoked("getPrivateLinkConnection")
	assert.Equal(s.t, "AWS_ENDPOINT_SERVICE", connection.Get("type").AsString())
	assert.Contains(s.t, []string{"ACTIVE", "AVAILABLE"}, connection.Get("state").AsString())
	assert.Equal(s.t, serviceName, connection.Get("endpointServiceName").AsString())
	assert.Equal(s.t, 1, connection.Get("attachedDomains").AsArray().Len())
}

// invoked is what a function returns.
func (s *stack) invoked(function string) property.Map {
	s.t.Helper()
	args := map[string]any{"clusterId": s.box.Seed().EssentialUSEast1}
	if function == "getPrivateLinkConnection" {
		args["privateLinkConnectionId"] = s.connection.properties.Get("privateLinkConnectionId").AsString()
	}
	resp, err := s.server.Invoke(p.InvokeRequest{
		Token: tokens.Type("tidbconfluent:tidbcloud:" + function),
		Args:  object(args),
	})
	s.must(err)
	require.Empty(s.t, resp.Failures)
	return resp.Return
}

// Where each nonce is good for one request, parallel requests do not use each other's nonces.
func TestManyCallsWithNoncesForOne(t *testing.T) {
	t.Parallel()
	s := lives()["link"].spoken(t, sandbox.Options{Dialects: []sandbox.Dialect{sandbox.DigestOnce}})
	var calls sync.WaitGroup
	for range 40 {
		calls.Go(func() { assert.NoError(t, s.invoke("getCluster")) })
	}
	calls.Wait()
	s.box.RevokeCredentials(s.box.Credentials())
	before := len(s.box.Calls())
	require.ErrorContains(t, s.invoke("getCluster"), "check publicKey")
	assert.LessOrEqual(t, len(s.box.Calls())-before, 2, "a wrong key is found out at once")
}

// A change that is always refused for now ends with its timeout, in the service's words. One whose refusal may be final
// ends sooner.
func TestBusyForEver(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		dialects string
		timeout  float64
		parts    []string
	}{
		{"busy-aborted", 2, []string{
			"TiDB Cloud has refused it for 2s, and it timed out",
			"another operation is in progress on the cluster", "run the same command again",
		}},
		{"busy-precondition,errors-as-words", 2, []string{
			"and it timed out",
			"the resource is not ready yet, please try again later",
		}},
		// Twice the patience, though there is time for more.
		{"busy-terse", 25, []string{
			"TiDB Cloud has refused it for 1s: ", "failed precondition",
			"run the same command again",
		}},
	} {
		t.Run(test.dialects, func(t *testing.T) {
			t.Parallel()
			dialects, err := sandbox.ParseDialects(test.dialects)
			require.NoError(t, err)
			s := newStackWith(t, 500*time.Millisecond, sandbox.Options{
				Dialects: dialects,
				Times:    sandbox.Times{Lag: never},
			})
			s.timeout = test.timeout
			s.wantError(s.up(s.connection), test.parts...)
			assert.Empty(t, s.connection.id, "nothing was made")
			assert.Empty(t, s.existing())
		})
	}
}

// A name that was just freed may still be taken when the replacement is created.
func TestLingeringNames(t *testing.T) {
	t.Parallel()
	// So long that a busy machine still meets the taken name.
	s := newStackWith(t, 5*spokenPatience, sandbox.Options{
		Dialects: []sandbox.Dialect{sandbox.LingeringNames, sandbox.LingeringDomains},
		Times:    sandbox.Times{Lag: 2 * time.Second},
	})
	s.name = spokenName
	s.must(s.up(s.connection))
	s.must(s.up(s.attachment))
	for range 2 {
		s.must(s.replace(s.attachment, true))
		s.must(s.destroy(s.attachment))
		s.must(s.replace(s.connection, true))
		s.must(s.up(s.attachment))
		s.assertInStep()
	}
	for d, n := range s.box.DialectUses() {
		assert.Positive(t, n, d)
	}
	s.destroyAll()
}
