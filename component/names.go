package component

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// Confluent's provider repeats a creation whose answer was lost. Then there are two: one in the state, and one that shows in the
// bill alone. The component cannot keep the provider from it. It looks what has the names of its network and its Kafka cluster
// before it declares them, and again when one was made: what has the name now, and had it not before, was made with it. Each
// preview reports it too. Of accesses there is one: Confluent Cloud refuses the repetition, and the update fails.

// namesBefore are what had the names of the link's own parts before any of them was declared.
type namesBefore struct {
	networks, kafka namesakes
	// looked tells whether networks were looked for.
	looked bool
}

// lookForNames looks for what has the names of the link's own parts. That it cannot be found out is no reason to fail.
func (b *builder) lookForNames() error {
	environment := b.in.environmentID.value
	if !b.in.environmentID.known {
		return nil
	}
	var all sync.WaitGroup
	if name, known := nameOr(b.in.networkName, b.name); known && !b.in.networkID.given && nameLookUps.allow(lookup.RunOf(b.ctx), environment) {
		b.before.looked = true
		all.Go(func() { b.before.networks = b.networksCalled(environment, name) })
	}
	if name, known := nameOr(b.in.kafkaName, b.name); known && !b.in.kafkaID.given {
		all.Go(func() { b.before.kafka = b.kafkaClustersCalled(environment, name) })
	}
	all.Wait()
	return nil
}

// nameOr is a display name that may be left out.
func nameOr(given input[string], name string) (string, bool) {
	if !given.given {
		return name, true
	}
	return given.value, given.known
}

// watchForDuplicates looks, when an update has made a resource, whether it made another one with it.
func (b *builder) watchForDuplicates(
	p planned, network pulumi.StringInput, before namesakes, latest func(environment, name string) namesakes,
) {
	if b.ctx.DryRun() || !before.known || before.several {
		return
	}
	environment := b.in.environmentID.value
	p.made.ID().ApplyT(func(id pulumi.ID) string {
		_, name, known := b.inState(p)
		if !known || slices.Contains(before.ids(), string(id)) {
			return "" // it exists already
		}
		on, _, err := await[string](b.ctx, network.ToStringOutput())
		if err != nil {
			return ""
		}
		found := latest(environment, name).on(on)
		if found.several && len(before.list) > 0 {
			return "" // as many as before, or more
		}
		found.list = slices.DeleteFunc(found.list, func(one namesake) bool { return slices.Contains(before.ids(), one.id) })
		b.warnOfDuplicates(p.of, environment, name, string(id), found)
		return ""
	})
}

// warnOfDuplicates reports what else has the name of an existing resource of the link.
func (m *maker) warnOfDuplicates(of kind, environment, name, id string, found namesakes) {
	ids := found.ids()
	others := slices.DeleteFunc(slices.Clone(ids), func(other string) bool { return other == id })
	which, other := strings.Join(others, ", "), anID
	switch {
	case found.several:
		which = "at least one more, which this shows: " + of.command("list", "--environment", environment)
	case len(others) == 0 || !slices.Contains(ids, id):
		return
	default:
		other = others[0]
	}
	m.warn("environment %s has more than one %s %q: %s, which is the link's, and %s; Confluent's provider repeats a creation whose "+
		"answer was lost, so the other one may have been made with it; it is in no state, and %s; if nothing uses it, delete it: %s; "+
		"if it belongs to something else, give this link another %s", environment, of.name, name, id, which, of.price,
		of.command("delete", other, "--environment", environment), of.input)
}

// networksCalledNow finds the networks of a name, whatever was found before.
func (m *maker) networksCalledNow(environment, name string) namesakes {
	found, err := calledNow(environment, name, m.findNetwork)
	if err != nil {
		return namesakes{}
	}
	return *found
}

// kafkaClustersCalledNow finds the Kafka clusters of a name, whatever was found before.
func (m *maker) kafkaClustersCalledNow(environment, name string) namesakes {
	provider, _, err := lookup.ProviderOf(m.ctx, m.self, getKafkas)
	if err != nil {
		return namesakes{}
	}
	all, err := listings.get(listingOf{lookup.RunOf(m.ctx), provider, environment},
		func() (*confluentcloud.GetKafkaClustersResult, error) { return m.listKafkaClusters(environment) })
	if err != nil {
		found, err := calledNow(environment, name, m.findKafkaCluster)
		if err != nil {
			return namesakes{}
		}
		return *found
	}
	return m.kafkaClustersIn(all, nil, environment, name)
}

// listingDelay is how long a listing waits for others that want the same one.
const listingDelay = 200 * time.Millisecond

// listings are those of the process.
var listings = sharedListings{under: map[listingOf]*listing{}}

// sharedListings list once for several that want a listing which begins after they ask.
type sharedListings struct {
	mu    sync.Mutex
	under map[listingOf]*listing
}

// listingOf is what is listed in a run, with a provider.
type listingOf struct {
	run                   any
	provider, environment string
}

type listing struct {
	done chan struct{}
	all  *confluentcloud.GetKafkaClustersResult
	err  error
}

func (s *sharedListings) get(
	q listingOf, list func() (*confluentcloud.GetKafkaClustersResult, error),
) (*confluentcloud.GetKafkaClustersResult, error) {
	s.mu.Lock()
	l, joined := s.under[q]
	if !joined {
		l = &listing{done: make(chan struct{})}
		s.under[q] = l
	}
	s.mu.Unlock()
	if joined {
		<-l.done
		return l.all, l.err
	}
	defer close(l.done)
	time.Sleep(listingDelay)
	s.mu.Lock()
	delete(s.under, q) // whoever comes now wants a later one
	s.mu.Unlock()
	l.all, l.err = list()
	return l.all, l.err
}

// mostNameLookUps is for how many networks of an environment a run looks for others of the name. Each look-up lists all of the
// environment's networks, of which Confluent Cloud's quota allows far fewer.
const mostNameLookUps = 40

// nameLookUps are those of the process.
var nameLookUps = lookUpBudget{left: map[lookUpsOf]*lookUpsLeft{}}

type lookUpsOf struct {
	run         any
	environment string
}

type lookUpsLeft struct {
	left  int
	since time.Time
}

// lookUpBudget limits look-ups in each run and environment.
type lookUpBudget struct {
	mu   sync.Mutex
	left map[lookUpsOf]*lookUpsLeft
}

func (l *lookUpBudget) allow(run any, environment string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	for of, left := range l.left {
		if of.run != run && now.Sub(left.since) > declarationsLast {
			delete(l.left, of)
		}
	}
	of := lookUpsOf{run, environment}
	if l.left[of] == nil {
		l.left[of] = &lookUpsLeft{mostNameLookUps, now}
	}
	l.left[of].left--
	return l.left[of].left >= 0
}
