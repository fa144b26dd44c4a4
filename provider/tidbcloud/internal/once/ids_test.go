package once

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// TestIDsThatShapeAPathAreRefused: an ID that could change a path, or the ID of a resource in Pulumi's state, is
// treated like a missing one.
func TestIDsThatShapeAPathAreRefused(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"../plc-1", "plc-1/..", "plc-1?x=y", "plc-1:detachDomains", "plc-", "plc-\x00", "plc-1\n", "unconfirmed",
		"plc-1,plc-2",
		"plc-" + strings.Repeat("a", 200), "%2e%2e",
	} {
		s := &cloud{onCreate: func(_ int, w http.ResponseWriter, _ func()) {
			replyJSON(w, map[string]any{"privateLinkConnectionId": id, "attachDomainId": id + "/"})
		}, connections: []tidbapi.PrivateLinkConnection{existing("plc-1", nil)}}
		l := newLab(t, s)
		var uncertain *UncertainError
		_, err := l.connection().Create(t.Context())
		require.ErrorAs(t, err, &uncertain, "%q", id)
		require.ErrorContains(t, err, "is not a TiDB Cloud ID")
		assert.Equal(t, []string{"plc-1"}, uncertain.Before)
		_, err = l.attachment(tidbapi.AttachDomain{}).Create(t.Context())
		require.ErrorAs(t, err, &uncertain, "%q", id)
		assert.Less(t, len(err.Error()), 1000)
		for _, r := range l.calls() {
			assert.Regexp(t, `^(GET|POST) /v1beta1/clusters/1001/privateLinkConnections`+
				`(\?pageSize=100|/plc-1|/plc-1:attachDomains)?$`, r)
		}
	}
}

// TestIDsThatShapeAPathAreNotFound: a search after a lost answer does not take over a resource with such an ID either.
func TestIDsThatShapeAPathAreNotFound(t *testing.T) {
	t.Parallel()
	s := &cloud{}
	s.onCreate = func(_ int, w http.ResponseWriter, _ func()) {
		s.connections = append(s.connections, existing("plc-../1", nil))
		replyError(w, 500, 13, "lost")
	}
	_, err := newLab(t, s).connection().Create(t.Context())
	var uncertain *UncertainError
	require.ErrorAs(t, err, &uncertain)
	assert.Equal(t, 1, s.created)
}

func TestAttachNeverAttachesTwice(t *testing.T) {
	t.Parallel()
	d := tidbapi.AttachDomain{Type: tidbapi.DomainTypeConfluent, UniqueName: "domnprzqrog.us-east-1"}
	others := []tidbapi.AttachDomain{
		{AttachDomainID: "ad-other-name", Type: d.Type, UniqueName: "domother.us-east-1"},
		{AttachDomainID: "ad-other-type", Type: tidbapi.DomainTypeTiDBCloudManaged, UniqueName: d.UniqueName},
	}
	for name, tc := range map[string]struct {
		fail  func(s *cloud, w http.ResponseWriter, act func())
		posts int
	}{
		"attached, then server error": {func(s *cloud, w http.ResponseWriter, act func()) {
			act()
			s.connections[0].AttachedDomains = append(s.connections[0].AttachedDomains, others...)
			replyError(w, 500, 13, "lost")
		}, 1},
		"others attached meanwhile": {func(s *cloud, w http.ResponseWriter, _ func()) {
			s.connections[0].AttachedDomains = append(s.connections[0].AttachedDomains, others...)
			replyError(w, 500, 13, "lost")
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &cloud{connections: []tidbapi.PrivateLinkConnection{existing("plc-1", nil)}}
			s.onCreate = func(n int, w http.ResponseWriter, act func()) {
				if n == 1 {
					tc.fail(s, w, act)
				}
			}
			l := newLab(t, s)
			got, err := l.attachment(d).Create(t.Context())
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprintf("ad-%d", tc.posts), got.AttachDomainID)
			assert.Equal(t, d.UniqueName, got.UniqueName)
			assert.Equal(t, tc.posts, s.created)
			assert.Len(t, s.connections[0].AttachedDomains, 3)
		})
	}
}
