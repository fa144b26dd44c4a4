package sandbox

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Dialect is a way in which TiDB Cloud's API may answer that its published
// description leaves open. Dialects can be combined. [Dialects] lists them.
type Dialect string

// dialect is the functions of a dialect. All may be nil.
type dialect struct {
	name  Dialect
	about string
	// query changes what a request asks for.
	query func(operation, url.Values)
	// refuse refuses a request, or answers it in place of its handler.
	refuse func(*speech, operation, *request) (*answer, *failure)
	// edit changes a successful answer before it is written.
	edit func(*speech, *document)
	// status is the status of a successful answer; bodiless ones have no body.
	status   map[operation]int
	bodiless map[operation]bool
	// failure changes a failure, and errorBody the form of all of them.
	failure   func(operation, *failure) *failure
	errorBody func(*failure) any
	// challenge changes the challenge of the digest authentication.
	challenge func(string) string
}

// operation is a call of TiDB Cloud's API.
type operation string

const (
	opGetCluster       operation = "getCluster"
	opListClusters     operation = "listClusters"
	opGetZones         operation = "getAvailabilityZones"
	opListConnections  operation = "listConnections"
	opGetConnection    operation = "getConnection"
	opCreateConnection operation = "createConnection"
	opDeleteConnection operation = "deleteConnection"
	opAttachDomains    operation = "attachDomains"
	opDetachDomains    operation = "detachDomains"

	opListChangefeeds  operation = "listChangefeeds"
	opGetChangefeed    operation = "getChangefeed"
	opCreateChangefeed operation = "createChangefeed"
	opEditChangefeed   operation = "editChangefeed"
	opStartChangefeed  operation = "startChangefeed"
	opStopChangefeed   operation = "stopChangefeed"
	opDeleteChangefeed operation = "deleteChangefeed"
	opTestChangefeed   operation = "testChangefeed"
	opDescribeTables   operation = "describeSchemaTable"
)

// changes are the operations that change something.
func (op operation) changes() bool {
	return slices.Contains([]operation{
		opCreateConnection, opDeleteConnection, opAttachDomains, opDetachDomains,
		opCreateChangefeed, opEditChangefeed, opStartChangefeed, opStopChangefeed, opDeleteChangefeed,
	}, op)
}

// allDialects are in the order in which they take effect.
func allDialects() []dialect {
	return slices.Concat(lateDialects(), busyDialects(), uniqueDialects(), staleDialects(), goneDialects(),
		contentDialects(), wordDialects(), formDialects(), errorDialects(), digestDialects())
}

// Dialects lists the dialects that a sandbox knows.
func Dialects() []Dialect {
	var names []Dialect
	for _, d := range allDialects() {
		names = append(names, d.name)
	}
	return names
}

// About describes a dialect in one sentence.
func (d Dialect) About() string {
	for _, known := range allDialects() {
		if known.name == d {
			return known.about
		}
	}
	return ""
}

// ParseDialects reads names of dialects that are separated by commas.
func ParseDialects(names string) ([]Dialect, error) {
	var dialects []Dialect
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			dialects = append(dialects, Dialect(name))
		}
	}
	_, err := newSpeech(dialects, 0)
	return dialects, err
}

// speech is a server's record of its dialects. But for the first two fields, it is used with the world locked.
type speech struct {
	active []dialect
	uses   map[Dialect]*atomic.Int64

	world   *world
	lag     time.Duration
	current Dialect // the one that is at work

	windows  map[string]time.Time // until when something is refused
	lingers  map[string]time.Time // until when a deleted name is still taken
	graves   map[string]*grave
	detached map[string][]*AttachedDomain // by connection
	turn     int
	reads    int // of connections, for StaleReads
}

func newSpeech(names []Dialect, lag time.Duration) (*speech, error) {
	s := &speech{
		lag: lag, uses: map[Dialect]*atomic.Int64{}, windows: map[string]time.Time{}, lingers: map[string]time.Time{},
		graves: map[string]*grave{}, detached: map[string][]*AttachedDomain{},
	}
	for _, name := range names {
		if !slices.Contains(Dialects(), name) {
			return nil, fmt.Errorf("unknown dialect %q: use some of %v", name, Dialects())
		}
	}
	for _, d := range allDialects() {
		if slices.Contains(names, d.name) {
			s.active = append(s.active, d)
			s.uses[d.name] = new(atomic.Int64)
		}
	}
	return s, nil
}

// speaks reports whether a dialect is active.
func (s *speech) speaks(name Dialect) bool {
	return slices.ContainsFunc(s.active, func(d dialect) bool { return d.name == name })
}

// used counts an answer that a dialect changed.
func (s *speech) used() { s.uses[s.current].Add(1) }

// DialectUses reports how often each active dialect changed an answer, so that a
// test can see that it was at work.
func (s *Server) DialectUses() map[Dialect]int {
	uses := map[Dialect]int{}
	for name, n := range s.world.speech.uses {
		uses[name] = int(n.Load())
	}
	return uses
}

// within reports whether something that happened is still recent.
func (s *speech) within(since, now time.Time) bool {
	return s.lag < 0 || now.Before(since.Add(s.lag))
}

// busy reports whether a request comes too early: the first of its kind, and those soon after it.
func (s *speech) busy(op operation, rq *request) bool {
	key := s.windowKey(s.current, op, rq)
	if _, known := s.windows[key]; !known {
		s.windows[key] = rq.now
	}
	if s.within(s.windows[key], rq.now) {
		s.used()
		return true
	}
	return false
}

func (s *speech) windowKey(d Dialect, op operation, rq *request) string {
	return fmt.Sprint(d, " ", op, " ", rq.url.Path)
}

// accepted resets a refusal: the next request of its kind comes too early again.
func (s *speech) accepted(op operation, rq *request) {
	for _, d := range s.active {
		delete(s.windows, s.windowKey(d.name, op, rq))
	}
}
