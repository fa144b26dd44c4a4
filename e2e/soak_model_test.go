package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// soakLink is a link of the program, as it is now.
type soakLink struct {
	cluster      string // the name of a seeded TiDB cluster
	cku          int
	availability string
	network      string // display names; empty means left out
	connection   string
}

// soakMostLinks keeps commands short, so that a run has many of them.
const soakMostLinks = 6

// soakModel chooses what happens next. All its choices come from its seed, so that the seed determines the whole run.
type soakModel struct {
	random *rand.Rand
	links  map[string]*soakLink
	feeds  map[string]*soakFeed
	// before are the changefeeds before this step.
	before map[string]*soakFeed
	made   int
}

// soakStep is some changes and faults, and a command after them.
type soakStep struct {
	// what happens, in words.
	what []string
	// behind are changes in the services, without Pulumi.
	behind []func(*sandbox.State)
	faults []soakFault
	// refresh means that the command refreshes first; otherwise it does not know of changes that were made without
	// Pulumi.
	refresh bool
	// replace are the resources that the command replaces.
	replace []string
	program string
}

// soakFault is a fault with its name.
type soakFault struct {
	what string
	sandbox.Fault
}

func (s soakStep) String() string {
	text := strings.Join(s.what, ", ")
	if s.refresh {
		text += ", refresh"
	}
	for _, f := range s.faults {
		text += "; " + f.what
	}
	return text
}

func newSoakModel(seed uint64) *soakModel {
	return &soakModel{
		random: rand.New(rand.NewPCG(seed, seed)), links: map[string]*soakLink{},
		feeds: map[string]*soakFeed{},
	}
}

func pick[T any](m *soakModel, from ...T) T { return from[m.random.IntN(len(from))] }

// next chooses a step: up to three changes, without Pulumi or in the program, and up to three faults.
func (m *soakModel) next() soakStep {
	var step soakStep
	m.before = map[string]*soakFeed{}
	for name, feed := range m.feeds {
		was := *feed
		m.before[name] = &was
	}
	for range 1 + m.random.IntN(3) {
		behind, feed := m.random.IntN(4) == 0, m.random.IntN(2) == 0
		switch {
		case len(m.feeds) > 0 && behind && feed:
			m.behindFeed(&step)
		case len(m.links) > 0 && behind:
			m.behind(&step)
		case len(m.links) > 0 && feed:
			step.what = append(step.what, m.changeFeed(&step))
		default:
			step.what = append(step.what, m.change())
		}
	}
	for range m.random.IntN(4) {
		step.faults = append(step.faults, m.fault())
	}
	step.refresh = step.refresh || m.random.IntN(4) == 0
	step.program = m.program()
	return step
}

// change changes the program.
func (m *soakModel) change() string {
	if len(m.links) == 0 || len(m.links) < soakMostLinks && m.random.IntN(3) == 0 {
		return m.add()
	}
	name := m.anyLink()
	link := m.links[name]
	what := m.random.IntN(7)
	if what > 2 && m.hasNative(name) {
		// The others replace the connection or the Kafka cluster.
		what = 1
	}
	switch what {
	case 0:
		delete(m.links, name)
		maps.DeleteFunc(m.feeds, func(_ string, f *soakFeed) bool { return f.link == name })
		return "remove " + name
	case 1:
		link.cku = max(link.cku, 2) + 1
		return fmt.Sprintf("resize %s to %d", name, link.cku)
	case 2:
		link.network = m.name("network")
		return "rename the network of " + name
	case 3:
		link.connection = m.name("connection")
		return "rename the connection of " + name
	case 4:
		link.connection = ""
		return "leave the name of the connection of " + name + " out"
	case 5:
		link.cluster = m.clusterBeside(link.cluster)
		return "move " + name + " to " + link.cluster
	default:
		link.availability = map[string]string{
			"MULTI_ZONE":  "SINGLE_ZONE",
			"SINGLE_ZONE": "MULTI_ZONE",
		}[link.availability]
		return "make " + name + " " + link.availability
	}
}

func (m *soakModel) add() string {
	name := m.name("link")
	m.links[name] = &soakLink{
		cluster:      pick(m, "EssentialUSEast1", "EssentialUSEast1B", "EssentialUSWest2"),
		cku:          2,
		availability: pick(m, "MULTI_ZONE", "SINGLE_ZONE"),
	}
	return "add " + name
}

func (m *soakModel) name(what string) string {
	m.made++
	return fmt.Sprintf("%s%d", what, m.made)
}

// clusterBeside is another cluster in the same region and the same account, or the one in another region.
func (m *soakModel) clusterBeside(cluster string) string {
	return pick(m, slices.DeleteFunc([]string{"EssentialUSEast1", "EssentialUSEast1B", "EssentialUSWest2"},
		func(other string) bool { return other == cluster })...)
}

func (m *soakModel) anyLink() string { return pick(m, slices.Sorted(maps.Keys(m.links))...) }

// behind makes a change without Pulumi. It concerns a connection, chosen by its position among the existing ones: the
// names in the services are random.
func (m *soakModel) behind(step *soakStep) {
	place := m.random.IntN(soakMostLinks)
	whats := []string{"vanish", "lose its domains", "fail", "fail its domains"}
	if m.hasNative("") {
		whats = whats[:2] // the others replace the domains while a changefeed may use them
	}
	what := pick(m, whats...)
	step.refresh = true
	step.what = append(step.what, fmt.Sprintf("let connection %d %s", place, what))
	step.behind = append(step.behind, func(s *sandbox.State) {
		ids := slices.Sorted(maps.Keys(s.PrivateLinkConnections))
		if len(ids) == 0 {
			return
		}
		id := ids[place%len(ids)]
		connection := s.PrivateLinkConnections[id]
		switch what {
		case "vanish":
			delete(s.PrivateLinkConnections, id)
		case "fail":
			connection.State, connection.Message = sandbox.StateFailed, "the endpoint was rejected"
		case "lose its domains":
			connection.Domains = nil
		default:
			for _, d := range connection.Domains {
				d.State, d.Message = sandbox.StateFailed, "no such zone"
			}
		}
	})
}

// soakCalls are the calls that faults hit: all calls to TiDB Cloud, and those to Confluent Cloud that read. Confluent's
// provider handles its own creations, and loses one with its answer.
var soakCalls = []sandbox.Fault{
	{Service: sandbox.ServiceTiDBCloud, Method: http.MethodGet, Path: "/v1beta1/clusters/*"},
	{Service: sandbox.ServiceTiDBCloud, Method: http.MethodGet, Path: "/v1beta1/clusters/*/privateLinkConnections"},
	{Service: sandbox.ServiceTiDBCloud, Method: http.MethodGet, Path: "/v1beta1/clusters/*/privateLinkConnections/*"},
	{
		Service: sandbox.ServiceTiDBCloud, Method: http.MethodGet,
		Path: "/v1beta1/clusters/*/privateLinkConnections:getAvailabilityZones",
	},
	{Service: sandbox.ServiceTiDBCloud, Method: http.MethodPost, Path: "/v1beta1/clusters/*/privateLinkConnections"},
	{
		Service: sandbox.ServiceTiDBCloud, Method: http.MethodDelete,
		Path: "/v1beta1/clusters/*/privateLinkConnections/*",
	},
	{
		Service: sandbox.ServiceTiDBCloud, Method: http.MethodPost,
		Path: "/v1beta1/clusters/*/privateLinkConnections/*:attachDomains",
	},
	{
		Service: sandbox.ServiceTiDBCloud, Method: http.MethodPost,
		Path: "/v1beta1/clusters/*/privateLinkConnections/*:detachDomains",
	},
	{Service: sandbox.ServiceConfluent, Method: http.MethodGet},
}

// fault chooses a fault. Most end within the client's patience, some outlast it.
func (m *soakModel) fault() soakFault {
	f := pick(m, append(soakFeedCalls(), soakCalls...)...)
	f.Skip, f.Times = m.random.IntN(3), pick(m, 1, 1, 2, 5)
	var how string
	if f.Service == sandbox.ServiceConfluent {
		f.Status, f.Times = pick(m, 429, 500, 503), 1
		how = fmt.Sprint(f.Status)
	} else {
		switch m.random.IntN(6) {
		case 0:
			f.Drop, how = true, "dropped"
		case 1:
			f.Drop, f.Run, how = true, true, "dropped afterwards"
		case 2:
			f.Status, f.Run, how = 500, true, "500 afterwards"
		case 3:
			f.Status, f.Run, f.Body, how = 200, true, `{"privateLinkConnectionId": "plc-`, "cut off"
		case 4:
			f.Delay, how = time.Duration(m.random.IntN(300))*time.Millisecond, "slow"
		default:
			f.Status = pick(m, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504)
			how = fmt.Sprint(f.Status)
			if f.Status == 429 {
				f.Header = http.Header{"Retry-After": {"1"}}
			}
		}
	}
	return soakFault{fmt.Sprintf("%s %s %s: %s ×%d after %d", f.Service, f.Method, f.Path, how, f.Times, f.Skip), f}
}

// program is the program with the links as they are.
func (m *soakModel) program() string {
	if len(m.links) == 0 {
		return "resources: {}\n"
	}
	program := "resources:\n"
	for _, name := range slices.Sorted(maps.Keys(m.links)) {
		l := m.links[name]
		inputs := fmt.Sprintf(`tidbClusterId: "{{.%s}}", kafkaCluster: {cku: %d, availability: %s}`, l.cluster, l.cku,
			l.availability)
		if l.network != "" {
			inputs += fmt.Sprintf(", network: {displayName: %s}", l.network)
		}
		if l.connection != "" {
			inputs += fmt.Sprintf(", connection: {displayName: %s}", l.connection)
		}
		program += privateLink(name, inputs)
	}
	return program + m.feedProgram()
}

// TestSoakModel: the seed determines the whole run, and a run has everything in it.
func TestSoakModel(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	first, second := newSoakModel(7), newSoakModel(7)
	for range 300 {
		step, again := first.next(), second.next()
		assert.Equal(t, step.String(), again.String())
		assert.Equal(t, step.program, again.program)
		all.WriteString(step.String() + "\n")
	}
	for _, what := range []string{
		"add link", "remove link", "resize link", "rename the network", "rename the connection", "leave the name",
		"move link", "make link", "add feed", "remove feed", "edit the tables", "to topic", "pause feed",
		"rotate the key",
		"replace feed", "rename feed", "let changefeed", "/changefeeds/*:stop",
		"vanish", "lose its domains", "fail its domains", "refresh", "dropped ×", "dropped afterwards",
		"500 afterwards", "cut off",
		"slow", ": 404 ×", ": 429 ×", ":attachDomains", ":detachDomains", "DELETE", "getAvailabilityZones",
		"confluent GET",
	} {
		assert.Contains(t, all.String(), what)
	}
}
