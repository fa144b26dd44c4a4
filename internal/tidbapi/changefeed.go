package tidbapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

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
	ChangefeedID  string            `json:"changefeedId"`
	ClusterID     string            `json:"clusterId"`
	DisplayName   string            `json:"displayName"`
	State         string            `json:"state"`
	Sink          *ChangefeedSink   `json:"sink"`
	Filter        *ChangefeedFilter `json:"filter"`
	StartPosition *StartPosition    `json:"startPosition"`
	Checkpoint    *Checkpoint       `json:"checkpoint"`
	// Error says why the changefeed does not write.
	Error string `json:"error"`
	// CreateTime is when it was created, in RFC 3339.
	CreateTime string `json:"createTime"`
}

// ChangefeedSink is where the rows go. Kafka is nil for a sink of another type.
type ChangefeedSink struct {
	Type  string     `json:"type"`
	Kafka *KafkaSink `json:"kafka,omitempty"`
}

// KafkaSink is a sink that writes into Kafka. A password is sent; the service does not give it back.
type KafkaSink struct {
	Network              *KafkaNetwork              `json:"network,omitempty"`
	Broker               *KafkaBroker               `json:"broker,omitempty"`
	Authentication       *KafkaAuthentication       `json:"authentication,omitempty"`
	DataFormat           *KafkaDataFormat           `json:"dataFormat,omitempty"`
	TopicPartitionConfig *KafkaTopicPartitionConfig `json:"topicPartitionConfig,omitempty"`
	ColumnSelectors      []KafkaColumnSelector      `json:"columnSelectors,omitempty"`
	OutputRawChangeEvent *bool                      `json:"outputRawChangeEvent,omitempty"`
}

// KafkaNetwork says how the brokers are reached.
type KafkaNetwork struct {
	NetworkType string            `json:"networkType"`
	PrivateLink *KafkaPrivateLink `json:"privateLink,omitempty"`
	// PublicEndpoints are host:port, separated by commas.
	PublicEndpoints string `json:"publicEndpoints,omitempty"`
}

// KafkaPrivateLink reaches the brokers over a private link connection.
type KafkaPrivateLink struct {
	PrivateLinkConnectionID string `json:"privateLinkConnectionId"`
	Port                    Int    `json:"port"`
}

// KafkaBroker says what the brokers understand.
type KafkaBroker struct {
	KafkaVersion string `json:"kafkaVersion,omitempty"`
	Compression  string `json:"compression,omitempty"`
}

// KafkaAuthentication says how to sign in to the brokers.
type KafkaAuthentication struct {
	AuthType   string `json:"authType,omitempty"`
	Username   string `json:"username,omitempty"`
	Password   string `json:"password,omitempty"`
	EnableTLS  *bool  `json:"enableTls,omitempty"`
	ServerName string `json:"serverName,omitempty"`
}

// KafkaDataFormat says what a message looks like.
type KafkaDataFormat struct {
	Protocol            string          `json:"protocol,omitempty"`
	EnableTidbExtension *bool           `json:"enableTidbExtension,omitempty"`
	AvroConfig          *AvroConfig     `json:"avroConfig,omitempty"`
	DebeziumConfig      *DebeziumConfig `json:"debeziumConfig,omitempty"`
}

// AvroConfig is about messages in AVRO.
type AvroConfig struct {
	DecimalHandlingMode        string                   `json:"decimalHandlingMode,omitempty"`
	BigintUnsignedHandlingMode string                   `json:"bigintUnsignedHandlingMode,omitempty"`
	ConfluentSchemaRegistry    *ConfluentSchemaRegistry `json:"confluentSchemaRegistry,omitempty"`
	AWSGlueSchemaRegistry      *AWSGlueSchemaRegistry   `json:"awsGlueSchemaRegistry,omitempty"`
}

// ConfluentSchemaRegistry is a schema registry that speaks Confluent's API.
type ConfluentSchemaRegistry struct {
	Endpoint       string `json:"endpoint"`
	EnableHTTPAuth *bool  `json:"enableHttpAuth,omitempty"`
	Username       string `json:"username,omitempty"`
	Password       string `json:"password,omitempty"`
}

// AWSGlueSchemaRegistry is a schema registry of AWS Glue.
type AWSGlueSchemaRegistry struct {
	Region          string `json:"region"`
	Name            string `json:"name"`
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// DebeziumConfig is about messages in Debezium's format.
type DebeziumConfig struct {
	DisableOutputOldValue *bool `json:"disableOutputOldValue,omitempty"`
	DisableSchema         *bool `json:"disableSchema,omitempty"`
}

// KafkaTopicPartitionConfig says into which topics and partitions the rows go.
type KafkaTopicPartitionConfig struct {
	DispatchType         string                     `json:"dispatchType,omitempty"`
	DefaultTopic         string                     `json:"defaultTopic,omitempty"`
	TopicPrefix          string                     `json:"topicPrefix,omitempty"`
	Separator            string                     `json:"separator,omitempty"`
	TopicSuffix          string                     `json:"topicSuffix,omitempty"`
	ReplicationFactor    *Int                       `json:"replicationFactor,omitempty"`
	PartitionNum         *Int                       `json:"partitionNum,omitempty"`
	PartitionDispatchers []KafkaPartitionDispatcher `json:"partitionDispatchers,omitempty"`
}

// KafkaPartitionDispatcher says into which partition the rows of some tables go.
type KafkaPartitionDispatcher struct {
	PartitionType string   `json:"partitionType,omitempty"`
	Matcher       []string `json:"matcher,omitempty"`
	IndexName     string   `json:"indexName,omitempty"`
	Columns       []string `json:"columns,omitempty"`
}

// KafkaColumnSelector says which columns of some tables are written.
type KafkaColumnSelector struct {
	Matcher []string `json:"matcher,omitempty"`
	Columns []string `json:"columns,omitempty"`
}

// ChangefeedFilter says which tables and events a changefeed takes.
type ChangefeedFilter struct {
	FilterRule      []string          `json:"filterRule,omitempty"`
	Mode            string            `json:"mode,omitempty"`
	EventFilterRule []EventFilterRule `json:"eventFilterRule,omitempty"`
	CaseSensitive   *bool             `json:"caseSensitive,omitempty"`
}

// EventFilterRule leaves events of some tables out.
type EventFilterRule struct {
	Matcher     []string `json:"matcher,omitempty"`
	IgnoreEvent []string `json:"ignoreEvent,omitempty"`
}

// StartPosition says at which change a new changefeed begins.
type StartPosition struct {
	Mode string `json:"mode,omitempty"`
	TSO  Text   `json:"tso,omitempty"`
	Time string `json:"time,omitempty"`
}

// String is the position as people write it.
func (s *StartPosition) String() string { return string(s.TSO) + s.Time }

// Checkpoint is how far a changefeed is: all changes before it are in the sink.
type Checkpoint struct {
	TSO  Text   `json:"tso"`
	Time string `json:"time"`
}

// Int is a whole number, which the service may send as a string.
type Int int64

// UnmarshalJSON reads a number, or a string that holds one.
func (n *Int) UnmarshalJSON(data []byte) error {
	text := Text("")
	if err := text.UnmarshalJSON(data); err != nil || text == "" {
		return err
	}
	value, err := strconv.ParseInt(string(text), 10, 64)
	*n = Int(value)
	return err
}

// Text is a string of digits, which the service may send as a number.
type Text string

// UnmarshalJSON reads a string, or a number with all its digits.
func (t *Text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] != '"' {
		var number json.Number
		err := json.Unmarshal(data, &number)
		*t = Text(number)
		return err
	}
	var text string
	err := json.Unmarshal(data, &text)
	*t = Text(text)
	return err
}

// SchemaTables are the tables that filter rules take.
type SchemaTables struct {
	// HandleKeyTables have a primary key, or a unique key without NULL; NonHandleKeyTables have none.
	HandleKeyTables    []string `json:"handleKeyTables"`
	NonHandleKeyTables []string `json:"nonHandleKeyTables"`
	// GCSafePoint is the time before which no changefeed can start, in RFC 3339.
	GCSafePoint string `json:"gcSafePoint"`
}

// isDeleted reports whether the changefeed is only shown, and does not exist any more.
func (f Changefeed) isDeleted() bool { return f.State == ChangefeedStateDeleted }

// IsLike reports whether one changefeed could be taken for the other: same name, same way to the brokers.
func (f Changefeed) IsLike(other Changefeed) bool {
	return rules.IsSameName(other.DisplayName, f.DisplayName) && f.WritesWhere(other)
}

// WritesWhere reports whether two changefeeds reach their brokers the same way.
func (f Changefeed) WritesWhere(other Changefeed) bool { return f.target() == other.target() }

// target is how the brokers are reached; empty where the service did not say.
func (f Changefeed) target() string {
	if f.Sink == nil || f.Sink.Kafka == nil || f.Sink.Kafka.Network == nil {
		return ""
	}
	network := f.Sink.Kafka.Network
	if link := network.PrivateLink; link != nil {
		return fmt.Sprintf("%s:%d", link.PrivateLinkConnectionID, link.Port)
	}
	return network.PublicEndpoints
}

// GetChangefeed returns one changefeed.
func (c *Client) GetChangefeed(ctx context.Context, clusterID, id string) (*Changefeed, error) {
	k, err := changefeedCall(call{method: http.MethodGet}, clusterID, id)
	if err != nil {
		return nil, err
	}
	var f Changefeed
	if err := c.do(ctx, k, &f); err != nil {
		return nil, err
	}
	if f.ChangefeedID != id {
		return nil, k.about(f.ChangefeedID, id)
	}
	if f.isDeleted() {
		return nil, errDeleted
	}
	return &f, nil
}

// EditChangefeed replaces the name, the sink and the filter of a changefeed as a whole, and returns what it is now. The
// service wants it PAUSED.
func (c *Client) EditChangefeed(ctx context.Context, f Changefeed) (*Changefeed, error) {
	k := call{method: http.MethodPatch, body: changefeedBody(f), bodiless: true}
	k, err := changefeedCall(k, f.ClusterID, f.ChangefeedID)
	if err != nil {
		return nil, err
	}
	var edited Changefeed
	if err := c.do(ctx, k, &edited); err != nil {
		return nil, err
	}
	switch {
	case edited.ChangefeedID != f.ChangefeedID && edited.ChangefeedID != "":
		return nil, k.about(edited.ChangefeedID, f.ChangefeedID)
	case edited.Sink == nil || edited.State == "":
		// The answer does not show what came of it.
		return c.GetChangefeed(ctx, f.ClusterID, f.ChangefeedID)
	}
	return &edited, nil
}

// StartChangefeed resumes a changefeed at its checkpoint. What the answer shows is of no use: the state changes later.
func (c *Client) StartChangefeed(ctx context.Context, clusterID, id string) error {
	return c.orderChangefeed(ctx, call{method: http.MethodPost, verb: "start", body: struct{}{}}, clusterID, id)
}

// StopChangefeed pauses a changefeed.
func (c *Client) StopChangefeed(ctx context.Context, clusterID, id string) error {
	return c.orderChangefeed(ctx, call{method: http.MethodPost, verb: "stop", body: struct{}{}}, clusterID, id)
}

// DeleteChangefeed deletes a changefeed. When an earlier try had its effect but lost its answer, the error of the next
// one may be IsNotFound.
func (c *Client) DeleteChangefeed(ctx context.Context, clusterID, id string) error {
	return c.orderChangefeed(ctx, call{method: http.MethodDelete}, clusterID, id)
}

func (c *Client) orderChangefeed(ctx context.Context, k call, clusterID, id string) error {
	k, err := changefeedCall(k, clusterID, id)
	if err != nil {
		return err
	}
	return c.do(ctx, k, nil)
}

func changefeedCall(k call, clusterID, id string) (call, error) {
	k.path = []string{"clusters", clusterID, changefeedsCollection, id}
	if err := requireID("cluster ID", clusterID); err != nil {
		return k, err
	}
	return k, requireID("changefeed ID", id)
}

// changefeedBody has the fields that a client may set, and no others.
func changefeedBody(f Changefeed) map[string]any {
	return map[string]any{
		"displayName": f.DisplayName,
		"sink":        ChangefeedSink{Type: sinkTypeKafka, Kafka: f.Sink.Kafka},
		"filter":      f.Filter,
	}
}

// ListChangefeeds returns all changefeeds of a cluster, of every type of sink, without those that are only shown.
func (c *Client) ListChangefeeds(ctx context.Context, clusterID string) ([]Changefeed, error) {
	all, err := listAll[Changefeed](ctx, c, clusterID, changefeedsCollection, "changefeeds")
	return slices.DeleteFunc(all, Changefeed.isDeleted), err
}

// DescribeSchemaTables returns the tables that filter rules take.
func (c *Client) DescribeSchemaTables(ctx context.Context, clusterID string, rules []string) (*SchemaTables, error) {
	if err := requireID("cluster ID", clusterID); err != nil {
		return nil, err
	}
	var tables SchemaTables
	k := call{
		method: http.MethodPost,
		path:   []string{"clusters", clusterID, changefeedsCollection},
		verb:   "describeSchemaTable",
		body:   map[string]any{"filterRules": rules},
	}
	err := c.do(ctx, k, &tables)
	return &tables, err
}

// CreateChangefeed asks once for a changefeed, and returns at once. It may exist in spite of an error: see [OutcomeOf].
func (c *Client) CreateChangefeed(ctx context.Context, f Changefeed) (*Changefeed, error) {
	if err := requireID("cluster ID", f.ClusterID); err != nil {
		return nil, err
	}
	body := changefeedBody(f)
	body["startPosition"] = f.StartPosition
	k := call{method: http.MethodPost, path: []string{"clusters", f.ClusterID, changefeedsCollection}, body: body}
	return create(ctx, c, k, func(f *Changefeed) error { return CheckNewID(f.ChangefeedID, rules.ChangefeedID) })
}
