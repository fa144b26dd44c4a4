package tidbapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/feed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// States of a changefeed.
const (
	ChangefeedStateCreating      = "CREATING"
	ChangefeedStateCreateFailed  = "CREATE_FAILED"
	ChangefeedStateRunning       = "RUNNING"
	ChangefeedStateWarning       = "WARNING"
	ChangefeedStateRunningFailed = "RUNNING_FAILED"
	ChangefeedStatePaused        = "PAUSED"
	ChangefeedStateDeleted       = "DELETED"
)

// Modes of a start position.
const (
	StartFromNow  = "FROM_NOW"
	StartFromTSO  = "FROM_TSO"
	StartFromTime = "FROM_TIME"
)

// Types of networks that a Kafka sink is reached over.
const (
	KafkaNetworkPublic      = "PUBLIC"
	KafkaNetworkPrivateLink = "PRIVATE_LINK"
)

// sinkTypeKafka is the type of a sink that writes into Kafka.
const sinkTypeKafka = "KAFKA"

const changefeedsCollection = "changefeeds"

// Changefeed streams the rows of a cluster into a sink.
type Changefeed struct {
	ChangefeedID  string                 `json:"changefeedId"`
	ClusterID     string                 `json:"clusterId"`
	DisplayName   string                 `json:"displayName" text:"name"`
	State         string                 `json:"state" text:"word"`
	Sink          *ChangefeedSink        `json:"sink"`
	Filter        *feed.ChangefeedFilter `json:"filter"`
	StartPosition *StartPosition         `json:"startPosition"`
	Checkpoint    *Checkpoint            `json:"checkpoint"`
	// Error is why the changefeed does not write.
	Error      string `json:"error" text:"message"`
	CreateTime string `json:"createTime" text:"word"`
}

// ChangefeedSink is where the rows go. Kafka is nil for a sink of another type.
type ChangefeedSink struct {
	Type  string     `json:"type"`
	Kafka *KafkaSink `json:"kafka,omitempty"`
}

// KafkaSink is a sink that writes into Kafka. A password is sent; the service does not return it.
type KafkaSink struct {
	feed.Kafka

	// Network is the one of Kafka as the service has it.
	Network *KafkaNetwork `json:"network,omitempty"`
}

// KafkaNetwork is how the brokers are reached.
type KafkaNetwork struct {
	NetworkType string                 `json:"networkType"`
	PrivateLink *feed.KafkaPrivateLink `json:"privateLink,omitempty"`
	// PublicEndpoints are host:port, separated by commas.
	PublicEndpoints string `json:"publicEndpoints,omitempty"`
}

// Endpoints are the public endpoints one by one, in alphabetical order: theirs means nothing.
func (n KafkaNetwork) Endpoints() []string {
	all := strings.FieldsFunc(n.PublicEndpoints, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	slices.Sort(all)
	return all
}

// StartPosition is where a new changefeed begins.
type StartPosition struct {
	Mode string `json:"mode,omitempty" text:"word"`
	TSO  string `json:"tso,omitempty" text:"word"`
	Time string `json:"time,omitempty" text:"word"`
}

// String is the position as people write it.
func (s *StartPosition) String() string { return s.TSO + s.Time }

// Checkpoint is how far a changefeed is: all changes before it are in the sink.
type Checkpoint struct {
	TSO  string `json:"tso" text:"word"`
	Time string `json:"time" text:"word"`
}

// SchemaTables are the tables that filter rules include.
type SchemaTables struct {
	// HandleKeyTables have a primary key, or a unique key without NULL; NonHandleKeyTables have none.
	HandleKeyTables    []string `json:"handleKeyTables" text:"word"`
	NonHandleKeyTables []string `json:"nonHandleKeyTables" text:"word"`
	// GCSafePoint is the time before which no changefeed can start, in RFC 3339.
	GCSafePoint string `json:"gcSafePoint" text:"word"`
}

func (f Changefeed) itemID() string { return f.ChangefeedID }

func (f Changefeed) isDeleted() bool { return f.State == ChangefeedStateDeleted }

// statesOfTiCDC are the states that TiCDC itself has for the same.
var statesOfTiCDC = map[string]string{
	"NORMAL": ChangefeedStateRunning, "STOPPED": ChangefeedStatePaused, "FAILED": ChangefeedStateRunningFailed,
	"REMOVED": ChangefeedStateDeleted,
}

func (f *Changefeed) complete() {
	if known, ok := statesOfTiCDC[PlainState(f.State)]; ok {
		f.State = known
	}
}

// IsLike reports whether two changefeeds have the same name and reach their brokers the same way.
func (f Changefeed) IsLike(other Changefeed) bool {
	return rules.IsSameName(other.DisplayName, f.DisplayName) && f.WritesWhere(other)
}

// WritesWhere reports whether two changefeeds reach their brokers the same way.
func (f Changefeed) WritesWhere(other Changefeed) bool { return f.target() == other.target() }

// target is how the brokers are reached; empty where the service does not show it.
func (f Changefeed) target() string {
	if f.Sink == nil || f.Sink.Kafka == nil || f.Sink.Kafka.Network == nil {
		return ""
	}
	network := f.Sink.Kafka.Network
	if link := network.PrivateLink; link != nil {
		return link.String()
	}
	return strings.Join(network.Endpoints(), ",")
}

// Uses reports whether a changefeed writes over a private link connection.
func (f Changefeed) Uses(connectionID string) bool {
	return strings.HasPrefix(f.target(), connectionID+":")
}

// GetChangefeed returns one changefeed.
func (c *Client) GetChangefeed(ctx context.Context, clusterID, id string) (*Changefeed, error) {
	return get[Changefeed](ctx, c, changefeeds(clusterID, id))
}

// ListChangefeeds returns all existing changefeeds of a cluster, of every type of sink.
func (c *Client) ListChangefeeds(ctx context.Context, clusterID string) ([]Changefeed, error) {
	return list(ctx, c, changefeeds(clusterID), "changefeeds", func(p page) []Changefeed { return p.Changefeeds })
}

// CreateChangefeed asks once for a changefeed, and returns at once. It may exist in spite of an error: see [OutcomeOf].
func (c *Client) CreateChangefeed(ctx context.Context, f Changefeed) (*Changefeed, error) {
	body := changefeedBody(f)
	body["startPosition"] = f.StartPosition
	return create[Changefeed](ctx, c, post(changefeeds(f.ClusterID), "", body), rules.ChangefeedID)
}

// EditChangefeed replaces the name, the sink and the filter of a changefeed as a whole, and returns what it is now. The
// service requires it PAUSED.
func (c *Client) EditChangefeed(ctx context.Context, f Changefeed) (*Changefeed, error) {
	path := changefeeds(f.ClusterID, f.ChangefeedID)
	k := call{method: http.MethodPatch, path: path, body: changefeedBody(f), bodiless: true}
	edited, err := request(ctx, c, k, func(answer Changefeed) error {
		if answer.ChangefeedID == "" {
			return nil
		}
		return isAbout[Changefeed](f.ChangefeedID)(answer)
	})
	if err == nil && (edited.ChangefeedID == "" || edited.Sink == nil || edited.State == "") {
		// The answer does not show the result.
		return get[Changefeed](ctx, c, path)
	}
	return edited, err
}

// StartChangefeed resumes a changefeed at its checkpoint. The answer does not show the new state, which comes later.
func (c *Client) StartChangefeed(ctx context.Context, clusterID, id string) error {
	return c.do(ctx, post(changefeeds(clusterID, id), "start", struct{}{}), nil)
}

// StopChangefeed pauses a changefeed.
func (c *Client) StopChangefeed(ctx context.Context, clusterID, id string) error {
	return c.do(ctx, post(changefeeds(clusterID, id), "stop", struct{}{}), nil)
}

// DeleteChangefeed deletes a changefeed. When an earlier try had its effect but lost its answer, the error of the next
// one may be IsNotFound.
func (c *Client) DeleteChangefeed(ctx context.Context, clusterID, id string) error {
	return c.do(ctx, call{method: http.MethodDelete, path: changefeeds(clusterID, id)}, nil)
}

// DescribeSchemaTables returns the tables that filter rules include.
func (c *Client) DescribeSchemaTables(ctx context.Context, clusterID string, rules []string) (*SchemaTables, error) {
	k := post(changefeeds(clusterID), "describeSchemaTable", map[string]any{"filterRules": rules})
	return request[SchemaTables](ctx, c, k, nil)
}

// changefeeds is the path of a cluster's changefeeds, or of one of them.
func changefeeds(clusterID string, id ...string) []string {
	return append([]string{"clusters", clusterID, changefeedsCollection}, id...)
}

// changefeedBody has only the fields that a client may set.
func changefeedBody(f Changefeed) map[string]any {
	return map[string]any{
		"displayName": f.DisplayName,
		"sink":        ChangefeedSink{Type: sinkTypeKafka, Kafka: f.Sink.Kafka},
		"filter":      f.Filter,
	}
}
