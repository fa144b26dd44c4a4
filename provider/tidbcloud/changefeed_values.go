package tidbcloud

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// leaves are the values below an object by their path, such as dataFormat.protocol, as JSON. A list is one value.
type leaves map[string]string

// leavesOf lists the leaves of what is encoded as JSON. Null has none.
func leavesOf(v any) leaves {
	var object map[string]any
	recode(v, &object)
	all := leaves{}
	all.add("", object)
	return all
}

func (l leaves) add(path string, object map[string]any) {
	for key, value := range object {
		if below, ok := value.(map[string]any); ok {
			l.add(path+key+".", below)
			continue
		}
		text, _ := json.Marshal(value) //nolint:errchkjson // it was decoded from JSON
		l[path+key] = string(text)
	}
}

// recode copies values by way of JSON, which has the same names on both sides.
func recode(from, to any) {
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		panic(fmt.Sprintf("types %T and %T do not fit", from, to))
	}
}

// secretLeaves are never returned by TiDB Cloud, or are masked.
var secretLeaves = []string{"password", "secretAccessKey"}

func isSecretLeaf(path string) bool {
	return slices.Contains(secretLeaves, path[strings.LastIndex(path, ".")+1:])
}

// unknownLeaves are the paths below a value that are not known yet.
func unknownLeaves(path string, v property.Value) []string {
	switch {
	case v.IsComputed():
		return []string{path}
	case v.IsMap():
		var all []string
		for key, value := range v.AsMap().AllStable {
			all = append(all, unknownLeaves(path+"."+key, value)...)
		}
		return all
	case v.HasComputed():
		return []string{path}
	}
	return nil
}

// String is how the brokers are reached. The order of bootstrap servers makes no difference.
func (n KafkaNetwork) String() string {
	if link := n.PrivateLink; link != nil {
		return fmt.Sprintf("%s:%d", link.PrivateLinkConnectionID, link.Port)
	}
	return strings.Join(slices.Sorted(slices.Values(n.PublicEndpoints)), ",")
}

// String is where a changefeed starts; empty for now.
func (s *StartPosition) String() string {
	if s == nil {
		return ""
	}
	if t, err := time.Parse(time.RFC3339, value(s.Time)); err == nil {
		return t.UTC().Format(time.RFC3339Nano) // one instant is written in several ways
	}
	return value(s.TSO) + value(s.Time)
}

// changefeedOf is what the inputs ask TiDB Cloud for.
func changefeedOf(args ChangefeedArgs) tidbapi.Changefeed {
	sink := sinkDefaults()
	recode(args.Kafka, sink)
	dispatchers := sink.TopicPartitionConfig.PartitionDispatchers
	for i, given := range args.Kafka.TopicPartitionConfig.PartitionDispatchers {
		if len(given.Matcher) == 0 {
			dispatchers[i].Matcher = everyTable()
		}
	}
	if link := args.Kafka.Network.PrivateLink; link != nil {
		sink.Network = &tidbapi.KafkaNetwork{
			NetworkType: tidbapi.KafkaNetworkPrivateLink,
			PrivateLink: &tidbapi.KafkaPrivateLink{
				PrivateLinkConnectionID: link.PrivateLinkConnectionID, Port: link.Port,
			},
		}
	} else {
		sink.Network = &tidbapi.KafkaNetwork{
			NetworkType:     tidbapi.KafkaNetworkPublic,
			PublicEndpoints: strings.Join(args.Kafka.Network.PublicEndpoints, ","),
		}
	}
	filter := &tidbapi.ChangefeedFilter{FilterRule: everyTable(), Mode: rules.TableModes[0]}
	if args.Filter != nil {
		recode(args.Filter, filter)
	}
	return tidbapi.Changefeed{
		ClusterID: args.ClusterID, DisplayName: value(args.DisplayName),
		Sink: &tidbapi.ChangefeedSink{Kafka: sink}, Filter: filter, StartPosition: args.StartPosition.request(),
	}
}

// An editable is the leaves of what an edit changes.
type editable struct{ kafka, filter leaves }

// sent is what the inputs ask TiDB Cloud for, so that a default that is written out is no change.
func sent(args ChangefeedArgs) editable {
	f := changefeedOf(args)
	f.Sink.Kafka.Network = nil // a change of it replaces
	return editable{leavesOf(f.Sink.Kafka), leavesOf(f.Filter)}
}

// everyTable is a new list each time: what JSON is read into changes.
func everyTable() []string { return []string{"*.*"} }

// sinkDefaults are what is sent for inputs that are left out. TiDB Cloud demands most of it.
func sinkDefaults() *tidbapi.KafkaSink {
	var sink tidbapi.KafkaSink
	sink.Broker.KafkaVersion, sink.Broker.Compression = "VERSION_3XX", "NONE"
	sink.Authentication.AuthType, sink.Authentication.EnableTLS = rules.AuthDisable, new(bool)
	sink.DataFormat.Protocol = rules.ProtocolCanalJSON
	replicas, partitions := 3, 3
	topics := &sink.TopicPartitionConfig
	topics.DispatchType, topics.ReplicationFactor, topics.PartitionNum = rules.DispatchOneTopic, &replicas, &partitions
	topics.PartitionDispatchers = []tidbapi.KafkaPartitionDispatcher{{PartitionType: "TABLE", Matcher: everyTable()}}
	return &sink
}

// request is a start position as TiDB Cloud expects it.
func (s *StartPosition) request() *tidbapi.StartPosition {
	switch {
	case s == nil:
		return &tidbapi.StartPosition{Mode: tidbapi.StartFromNow}
	case s.TSO != nil:
		return &tidbapi.StartPosition{Mode: tidbapi.StartFromTSO, TSO: *s.TSO}
	}
	return &tidbapi.StartPosition{Mode: tidbapi.StartFromTime, Time: value(s.Time)}
}

// inputsOf are the inputs of the changefeed that TiDB Cloud has, for an import. Passwords are not among them.
func inputsOf(clusterID string, f *tidbapi.Changefeed) ChangefeedArgs {
	args := ChangefeedArgs{ClusterID: clusterID, DisplayName: &f.DisplayName}
	if f.State == tidbapi.ChangefeedStatePaused {
		paused := true
		args.Paused = &paused
	}
	if f.Filter != nil {
		args.Filter = &ChangefeedFilter{}
		recode(f.Filter, args.Filter)
	}
	if s := f.StartPosition; s != nil {
		switch s.Mode {
		case tidbapi.StartFromTSO:
			args.StartPosition = &StartPosition{TSO: optional(s.TSO)}
		case tidbapi.StartFromTime:
			args.StartPosition = &StartPosition{Time: optional(s.Time)}
		}
	}
	if f.Sink == nil || f.Sink.Kafka == nil {
		return args
	}
	var sink map[string]any
	recode(f.Sink.Kafka, &sink)
	dropSecrets(sink)
	recode(sink, &args.Kafka)
	if n := f.Sink.Kafka.Network; n != nil {
		if link := n.PrivateLink; link != nil {
			args.Kafka.Network.PrivateLink = &KafkaPrivateLink{link.PrivateLinkConnectionID, link.Port}
		} else if n.PublicEndpoints != "" {
			args.Kafka.Network.PublicEndpoints = strings.Split(n.PublicEndpoints, ",")
		}
	}
	return args
}

// dropSecrets removes what a service that masks secrets reports in their place.
func dropSecrets(object map[string]any) {
	maps.DeleteFunc(object, func(key string, _ any) bool { return isSecretLeaf(key) })
	for _, value := range object {
		if below, ok := value.(map[string]any); ok {
			dropSecrets(below)
		}
	}
}

// reported are the leaves that TiDB Cloud reports for these inputs: what it fills in besides is not among them.
func reported(args ChangefeedArgs, f *tidbapi.Changefeed) leaves {
	live := inputsOf(args.ClusterID, f)
	all := leaves{}
	for object, sides := range map[string][2]any{
		"kafka": {args.Kafka, live.Kafka}, "filter": {args.Filter, live.Filter},
	} {
		given, present := leavesOf(sides[0]), leavesOf(sides[1])
		for path := range given {
			if text, ok := present[path]; ok && !isSecretLeaf(path) {
				all[object+"."+path] = text
			}
		}
	}
	return all
}

// fingerprint is a hash of what TiDB Cloud reports for these inputs. It changes when the changefeed is edited by
// hand; where TiDB Cloud spells something in another way than the inputs do, it stays.
func fingerprint(args ChangefeedArgs, f *tidbapi.Changefeed) string {
	all := reported(args, f)
	hash := sha256.New()
	for _, path := range slices.Sorted(maps.Keys(all)) {
		_, _ = fmt.Fprintf(hash, "%s=%s\n", path, all[path]) // never fails
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// editedByHand are the inputs with what TiDB Cloud reports in the place of what was set.
func editedByHand(args ChangefeedArgs, f *tidbapi.Changefeed) ChangefeedArgs {
	live := reported(args, f)
	overlay := func(object string, given, to any) {
		var fields map[string]any
		recode(given, &fields)
		live.replaceIn(object, fields)
		recode(fields, to)
	}
	edited := args
	edited.Kafka = Kafka{}
	overlay("kafka", args.Kafka, &edited.Kafka)
	edited.Kafka.Network = args.Kafka.Network
	if args.Filter != nil {
		edited.Filter = &ChangefeedFilter{}
		overlay("filter", args.Filter, edited.Filter)
	}
	return edited
}

func (l leaves) replaceIn(path string, fields map[string]any) {
	for key, value := range fields {
		if below, ok := value.(map[string]any); ok {
			l.replaceIn(path+"."+key, below)
		} else if text, ok := l[path+"."+key]; ok {
			var live any
			if json.Unmarshal([]byte(text), &live) == nil {
				fields[key] = live
			}
		}
	}
}

// differs reports whether anything but paused has changed.
func differs(was, is ChangefeedArgs) bool {
	before, after := sent(was), sent(is)
	return value(was.DisplayName) != value(is.DisplayName) ||
		!maps.Equal(before.kafka, after.kafka) || !maps.Equal(before.filter, after.filter)
}
