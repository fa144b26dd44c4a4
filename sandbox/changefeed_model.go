package sandbox

import (
	"encoding/json"
	"time"
)

// States of a changefeed in addition to [StateCreating], [StatePaused] and [StateDeleted].
const (
	StateRunning       = "RUNNING"
	StateWarning       = "WARNING"
	StateRunningFailed = "RUNNING_FAILED"
	StateCreateFailed  = "CREATE_FAILED"
)

// Changefeed is a TiDB Cloud changefeed.
type Changefeed struct {
	ID          string
	ClusterID   string
	DisplayName string
	State       string
	// Error is why the state is WARNING, RUNNING_FAILED or CREATE_FAILED.
	Error         string
	Sink          ChangefeedSink
	Filter        ChangefeedFilter
	StartPosition StartPosition
	// Checkpoint is the TSO up to which every change is in the sink.
	Checkpoint uint64    `json:"-"`
	CreatedAt  time.Time `json:"-"`
	UpdatedAt  time.Time `json:"-"`

	// order is the operation in progress; empty for none. turn counts the orders.
	order string
	turn  int
	// revision counts the edits.
	revision int
	// provisioned means that only the connection is left of the creation.
	provisioned bool
	// failingSince is when writing began to fail; zero while it does not.
	failingSince time.Time
}

// MarshalJSON leaves out the passwords.
func (c *Changefeed) MarshalJSON() ([]byte, error) {
	type plain Changefeed
	shown := plain(*c)
	shown.Sink = c.Sink.hideSecrets("")
	return json.Marshal(shown)
}

// ChangefeedSink is where a changefeed writes to. It has the form of the API, as do the types in it.
type ChangefeedSink struct {
	Type  string     `json:"type"`
	Kafka *KafkaSink `json:"kafka,omitempty"`
	MySQL *MySQLSink `json:"mysql,omitempty"`
}

// KafkaSink is a Kafka cluster, and how a changefeed writes to it.
type KafkaSink struct {
	Network              *SinkNetwork          `json:"network"`
	Broker               *KafkaBroker          `json:"broker"`
	Authentication       *KafkaAuthentication  `json:"authentication"`
	DataFormat           *DataFormat           `json:"dataFormat"`
	TopicPartitionConfig *TopicPartitionConfig `json:"topicPartitionConfig"`
	ColumnSelectors      []ColumnSelector      `json:"columnSelectors"`
	OutputRawChangeEvent bool                  `json:"outputRawChangeEvent"`
}

// SinkNetwork is how a sink is reached: over a private link connection, or at public endpoints.
type SinkNetwork struct {
	NetworkType     string           `json:"networkType"`
	PrivateLink     *SinkPrivateLink `json:"privateLink,omitempty"`
	PublicEndpoints string           `json:"publicEndpoints,omitempty"`
	PublicEndpoint  string           `json:"publicEndpoint,omitempty"`
}

// SinkPrivateLink names a private link connection, and the port of the brokers behind it.
type SinkPrivateLink struct {
	PrivateLinkConnectionID string `json:"privateLinkConnectionId"`
	Port                    int64  `json:"port"`
}

// KafkaBroker specifies what the brokers understand.
type KafkaBroker struct {
	KafkaVersion string `json:"kafkaVersion"`
	Compression  string `json:"compression"`
}

// KafkaAuthentication is how a changefeed signs in.
type KafkaAuthentication struct {
	AuthType   string `json:"authType"`
	Username   string `json:"username,omitempty"`
	Password   string `json:"password,omitempty"`
	EnableTLS  bool   `json:"enableTls"`
	ServerName string `json:"serverName,omitempty"`
}

// DataFormat is the protocol of the messages.
type DataFormat struct {
	Protocol            string          `json:"protocol"`
	EnableTiDBExtension bool            `json:"enableTidbExtension"`
	AvroConfig          *AvroConfig     `json:"avroConfig,omitempty"`
	DebeziumConfig      *DebeziumConfig `json:"debeziumConfig,omitempty"`
}

// AvroConfig is about the protocol AVRO.
type AvroConfig struct {
	DecimalHandlingMode        string                   `json:"decimalHandlingMode"`
	BigintUnsignedHandlingMode string                   `json:"bigintUnsignedHandlingMode"`
	ConfluentSchemaRegistry    *ConfluentSchemaRegistry `json:"confluentSchemaRegistry,omitempty"`
	AWSGlueSchemaRegistry      *GlueSchemaRegistry      `json:"awsGlueSchemaRegistry,omitempty"`
}

// ConfluentSchemaRegistry is a schema registry of Confluent's kind.
type ConfluentSchemaRegistry struct {
	Endpoint       string `json:"endpoint"`
	EnableHTTPAuth bool   `json:"enableHttpAuth"`
	Username       string `json:"username,omitempty"`
	Password       string `json:"password,omitempty"`
}

// GlueSchemaRegistry is a schema registry of AWS Glue.
type GlueSchemaRegistry struct {
	Region          string `json:"region"`
	Name            string `json:"name"`
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey,omitempty"`
}

// DebeziumConfig is about the protocol DEBEZIUM.
type DebeziumConfig struct {
	DisableOutputOldValue bool `json:"disableOutputOldValue"`
	DisableSchema         bool `json:"disableSchema"`
}

// TopicPartitionConfig specifies which topics and partitions the changes of a table go to.
type TopicPartitionConfig struct {
	DispatchType         string                `json:"dispatchType"`
	DefaultTopic         string                `json:"defaultTopic"`
	TopicPrefix          string                `json:"topicPrefix"`
	Separator            string                `json:"separator"`
	TopicSuffix          string                `json:"topicSuffix"`
	ReplicationFactor    int64                 `json:"replicationFactor"`
	PartitionNum         int64                 `json:"partitionNum"`
	PartitionDispatchers []PartitionDispatcher `json:"partitionDispatchers"`
}

// PartitionDispatcher specifies by what the changes of some tables are spread over partitions.
type PartitionDispatcher struct {
	PartitionType string   `json:"partitionType"`
	Matcher       []string `json:"matcher"`
	IndexName     string   `json:"indexName"`
	Columns       []string `json:"columns"`
}

// ColumnSelector specifies which columns of some tables are written.
type ColumnSelector struct {
	Matcher []string `json:"matcher"`
	Columns []string `json:"columns"`
}

// MySQLSink is a MySQL server.
type MySQLSink struct {
	Network        *SinkNetwork         `json:"network"`
	Authentication *MySQLAuthentication `json:"authentication"`
}

// MySQLAuthentication is how a changefeed signs in to a MySQL server.
type MySQLAuthentication struct {
	UserName  string `json:"userName"`
	Password  string `json:"password,omitempty"`
	EnableTLS bool   `json:"enableTls"`
}

// ChangefeedFilter specifies which changes a changefeed writes.
type ChangefeedFilter struct {
	FilterRule      []string      `json:"filterRule"`
	Mode            string        `json:"mode"`
	EventFilterRule []EventFilter `json:"eventFilterRule"`
	CaseSensitive   bool          `json:"caseSensitive"`
}

// EventFilter leaves out some events of some tables.
type EventFilter struct {
	Matcher     []string `json:"matcher"`
	IgnoreEvent []string `json:"ignoreEvent"`
}

// StartPosition is where a changefeed begins.
type StartPosition struct {
	Mode string     `json:"mode"`
	TSO  string     `json:"tso,omitempty"`
	Time *time.Time `json:"time,omitempty"`
}

// hideSecrets returns the sink with mask in place of each secret.
func (s ChangefeedSink) hideSecrets(mask string) ChangefeedSink {
	if s.MySQL != nil {
		s.MySQL = clone(s.MySQL)
		if s.MySQL.Authentication = clone(s.MySQL.Authentication); s.MySQL.Authentication != nil {
			hide(&s.MySQL.Authentication.Password, mask)
		}
	}
	if s.Kafka == nil {
		return s
	}
	s.Kafka = clone(s.Kafka)
	if s.Kafka.Authentication = clone(s.Kafka.Authentication); s.Kafka.Authentication != nil {
		hide(&s.Kafka.Authentication.Password, mask)
	}
	if s.Kafka.DataFormat = clone(s.Kafka.DataFormat); s.Kafka.DataFormat != nil {
		s.Kafka.DataFormat.AvroConfig = s.Kafka.DataFormat.AvroConfig.hideSecrets(mask)
	}
	return s
}

func (a *AvroConfig) hideSecrets(mask string) *AvroConfig {
	if a = clone(a); a == nil {
		return nil
	}
	if a.ConfluentSchemaRegistry = clone(a.ConfluentSchemaRegistry); a.ConfluentSchemaRegistry != nil {
		hide(&a.ConfluentSchemaRegistry.Password, mask)
	}
	if a.AWSGlueSchemaRegistry = clone(a.AWSGlueSchemaRegistry); a.AWSGlueSchemaRegistry != nil {
		hide(&a.AWSGlueSchemaRegistry.SecretAccessKey, mask)
	}
	return a
}

func hide(secret *string, mask string) {
	if *secret != "" {
		*secret = mask
	}
}

// clone copies what p points to; nil stays nil.
func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	copied := *p
	return &copied
}

// connectionID is the private link connection that the sink is reached over; empty for none.
func (s ChangefeedSink) connectionID() string {
	var n *SinkNetwork
	switch {
	case s.Kafka != nil:
		n = s.Kafka.Network
	case s.MySQL != nil:
		n = s.MySQL.Network
	}
	if n == nil || n.PrivateLink == nil {
		return ""
	}
	return n.PrivateLink.PrivateLinkConnectionID
}
