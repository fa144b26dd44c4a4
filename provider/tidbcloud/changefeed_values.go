package tidbcloud

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/feed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// settings are the inputs of a changefeed that an edit changes, but its name.
type settings struct {
	Kafka  feed.Kafka             `json:"kafka"`
	Filter *feed.ChangefeedFilter `json:"filter,omitempty"`
}

func (args ChangefeedArgs) settings() settings { return settings{args.Kafka, args.Filter} }

// defaults are what is sent for settings that are left out. TiDB Cloud demands most of it.
func defaults() settings {
	return settings{
		Kafka: feed.Kafka{
			Broker:         &feed.KafkaBroker{KafkaVersion: new("VERSION_3XX"), Compression: new("NONE")},
			Authentication: &feed.KafkaAuthentication{AuthType: new(rules.AuthDisable), EnableTLS: new(false)},
			DataFormat:     &feed.KafkaDataFormat{Protocol: new(rules.ProtocolCanalJSON)},
			TopicPartitionConfig: feed.KafkaTopicPartitionConfig{
				DispatchType: new(rules.DispatchOneTopic), ReplicationFactor: new(3), PartitionNum: new(3),
				PartitionDispatchers: []feed.KafkaPartitionDispatcher{{PartitionType: "TABLE", Matcher: everyTable()}},
			},
		},
		Filter: &feed.ChangefeedFilter{FilterRule: everyTable(), Mode: new(rules.TableModes[0])},
	}
}

// everyTable is a new list each time: what JSON is read into changes.
func everyTable() []string { return []string{"*.*"} }

// An object is a value as JSON has it.
type object map[string]any

func objectOf(v any) (o object) {
	recode(v, &o)
	return o
}

// recode copies values through JSON, which has the same names on both sides.
func recode(from, to any) {
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		panic(fmt.Sprintf("types %T and %T do not fit", from, to))
	}
}

// each visits the fields in an object, and in those below it, with their paths, such as dataFormat.protocol. A list is
// one field.
func (o object) each(above string, visit func(in object, name, path string)) {
	for name, value := range o {
		if below, ok := value.(map[string]any); ok {
			object(below).each(above+name+".", visit)
		} else {
			visit(o, name, above+name)
		}
	}
}

func (o object) without(isUnwanted func(name string, value any) bool) object {
	o.each("", func(in object, name, _ string) {
		if isUnwanted(name, in[name]) {
			delete(in, name)
		}
	})
	return o
}

func isEmpty(_ string, value any) bool { return value == "" }

// isSecret reports whether TiDB Cloud masks a field, or never returns it.
func isSecret(name string, _ any) bool { return slices.Contains(secrets, name) }

// secrets are the fields of the settings that have the tag of a secret.
var secrets = secretsIn(reflect.TypeFor[settings]())

func secretsIn(of reflect.Type) (names []string) {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice:
		return secretsIn(of.Elem())
	case reflect.Struct:
		for i := range of.NumField() {
			f := of.Field(i)
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.Tag.Get("provider") == "secret" {
				names = append(names, name)
			}
			names = append(names, secretsIn(f.Type)...)
		}
	}
	return names
}

// hideSecrets removes the passwords of inputs from TiDB Cloud's texts, in case it repeats them: the error of a
// changefeed is in the state in clear.
func hideSecrets(ctx context.Context, args ChangefeedArgs) {
	objectOf(args.settings()).each("", func(in object, name, _ string) {
		if secret, ok := in[name].(string); ok && isSecret(name, secret) {
			clientOf(ctx).Hide(secret)
		}
	})
}

// leaves are the fields in an object by their path, as JSON.
type leaves map[string]string

func (o object) leaves() leaves {
	all := leaves{}
	o.each("", func(in object, name, path string) {
		text, _ := json.Marshal(in[name]) //nolint:errchkjson // it was decoded from JSON
		all[path] = string(text)
	})
	return all
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

// String is the start position; empty means now.
func (s *StartPosition) String() string {
	if s == nil {
		return ""
	}
	if t, err := time.Parse(time.RFC3339, value(s.Time)); err == nil {
		return t.UTC().Format(time.RFC3339Nano) // one instant has several notations
	}
	return value(s.TSO) + value(s.Time)
}

// changefeedOf is the changefeed that the inputs describe.
func changefeedOf(args ChangefeedArgs) tidbapi.Changefeed {
	wanted := defaults()
	recode(objectOf(args.settings()).without(isEmpty), &wanted)
	for i, input := range args.Kafka.TopicPartitionConfig.PartitionDispatchers {
		if len(input.Matcher) == 0 {
			wanted.Kafka.TopicPartitionConfig.PartitionDispatchers[i].Matcher = everyTable()
		}
	}
	sink := &tidbapi.KafkaSink{Kafka: wanted.Kafka, Network: &tidbapi.KafkaNetwork{
		NetworkType:     tidbapi.KafkaNetworkPublic,
		PublicEndpoints: strings.Join(args.Kafka.Network.PublicEndpoints, ","),
	}}
	if link := args.Kafka.Network.PrivateLink; link != nil {
		sink.Network = &tidbapi.KafkaNetwork{NetworkType: tidbapi.KafkaNetworkPrivateLink, PrivateLink: link}
	}
	return tidbapi.Changefeed{
		ClusterID: args.ClusterID, DisplayName: value(args.DisplayName),
		Sink: &tidbapi.ChangefeedSink{Kafka: sink}, Filter: wanted.Filter, StartPosition: args.StartPosition.request(),
	}
}

// sent are the leaves of the settings as they are sent to TiDB Cloud: an input that is set to its default is no change.
func sent(args ChangefeedArgs) leaves {
	f := changefeedOf(args)
	return objectOf(settings{f.Sink.Kafka.Kafka, f.Filter}).leaves()
}

// differs reports whether anything but paused has changed.
func differs(was, is ChangefeedArgs) bool {
	return value(was.DisplayName) != value(is.DisplayName) || !maps.Equal(sent(was), sent(is))
}

// request is a start position as TiDB Cloud has it.
func (s *StartPosition) request() *tidbapi.StartPosition {
	switch {
	case s == nil:
		return &tidbapi.StartPosition{Mode: tidbapi.StartFromNow}
	case s.TSO != nil:
		return &tidbapi.StartPosition{Mode: tidbapi.StartFromTSO, TSO: *s.TSO}
	}
	return &tidbapi.StartPosition{Mode: tidbapi.StartFromTime, Time: value(s.Time)}
}

// inputsOf are the inputs for the changefeed that TiDB Cloud has, for an import. Passwords are not among them.
func inputsOf(clusterID string, f *tidbapi.Changefeed) ChangefeedArgs {
	args := ChangefeedArgs{ClusterID: clusterID, DisplayName: &f.DisplayName, Filter: f.Filter}
	if f.State == tidbapi.ChangefeedStatePaused {
		args.Paused = new(true)
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
	recode(objectOf(f.Sink.Kafka.Kafka).without(isSecret), &args.Kafka)
	if n := f.Sink.Kafka.Network; n != nil && n.PrivateLink != nil {
		args.Kafka.Network.PrivateLink = n.PrivateLink
	} else if n != nil && n.PublicEndpoints != "" {
		args.Kafka.Network.PublicEndpoints = n.Endpoints()
	}
	return args
}

// reported are the leaves of what TiDB Cloud reports for the settings that are set, without values that it adds.
func reported(args ChangefeedArgs, f *tidbapi.Changefeed) leaves {
	known := objectOf(args.settings()).without(isSecret).leaves()
	all := objectOf(inputsOf(args.ClusterID, f).settings()).leaves()
	maps.DeleteFunc(all, func(path, _ string) bool { return known[path] == "" })
	return all
}

// fingerprint is a hash of what TiDB Cloud reports for the settings that are set. It changes when the changefeed is
// edited by hand. It does not depend on how TiDB Cloud spells the inputs.
func fingerprint(args ChangefeedArgs, f *tidbapi.Changefeed) string {
	all := reported(args, f)
	hash := sha256.New()
	for _, path := range slices.Sorted(maps.Keys(all)) {
		_, _ = fmt.Fprintf(hash, "%s=%s\n", path, all[path]) // never fails
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// editedByHand are the inputs, with the reported values in the settings that are set. A setting that is not reported
// has been removed, or never was reported: an edit follows in any case, and sets it.
func editedByHand(args ChangefeedArgs, f *tidbapi.Changefeed) ChangefeedArgs {
	live, edited := reported(args, f), objectOf(args.settings())
	edited.each("", func(in object, name, path string) {
		switch text, ok := live[path]; {
		case ok:
			in[name] = json.RawMessage(text)
		case !isSecret(name, in[name]):
			delete(in, name)
		}
	})
	result := settings{Kafka: feed.Kafka{Network: args.Kafka.Network}}
	recode(edited, &result)
	args.Kafka, args.Filter = result.Kafka, result.Filter
	return args
}
