package changefeed

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// severalTopics are the inputs that only several topics have. If one is set, there are several.
var severalTopics = []string{"topics.prefix", "topics.separator", "topics.suffix", "topics.dispatch"}

// hasSeveralTopics reports whether the rows go into several topics.
func hasSeveralTopics(in *args.Set) bool { return slices.ContainsFunc(severalTopics, in.Given) }

// topicsOf are the topics that the texts of the inputs lead to. text returns one of them, or the default.
func topicsOf(in *args.Set, component string, text func(path, otherwise string) string) rules.Topics {
	if !hasSeveralTopics(in) {
		return rules.Topics{Name: text("topics.name", component)}
	}
	separator := "_"
	several := rules.Topics{
		Dispatch: text("topics.dispatch", rules.DispatchByTable),
		Prefix:   text("topics.prefix", component+separator), Suffix: text("topics.suffix", ""),
	}
	if several.Dispatch == rules.DispatchByDatabase {
		separator = "" // no table follows
	}
	several.Separator = text("topics.separator", separator)
	return several
}

// knownTopics are the topics when all inputs about them are known.
func knownTopics(in *args.Set, component string) (topics rules.Topics, known bool) {
	known = true
	topics = topicsOf(in, component, func(path, otherwise string) string {
		v := in.Text(path)
		known = known && (v.Known || !v.Given)
		return v.PlainOr(otherwise)
	})
	return topics, known
}

// topic returns a text about the topics, which may not be known yet.
func (b *builder) topic(about func(rules.Topics) string) pulumi.StringOutput {
	given := pulumi.StringMap{}
	for _, path := range append([]string{"topics.name"}, severalTopics...) {
		if input := b.In.Text(path); input.Given {
			given[path] = input.Output()
		}
	}
	return given.ToStringMapOutput().ApplyT(func(given map[string]string) string {
		return about(topicsOf(b.In, b.Name, func(path, otherwise string) string {
			if value, ok := given[path]; ok {
				return value
			}
			return otherwise
		}))
	}).(pulumi.StringOutput)
}

// topicConfig is the part of the changefeed that is about topics.
func (b *builder) topicConfig() tidbcloud.KafkaTopicPartitionConfigArgs {
	config := tidbcloud.KafkaTopicPartitionConfigArgs{
		DispatchType:      pulumi.String(rules.DispatchOneTopic),
		DefaultTopic:      b.topic(rules.Topics.Default),
		PartitionNum:      pulumi.Int(rules.DefaultPartitions),
		ReplicationFactor: pulumi.Int(rules.ReplicationFactor),
	}
	if hasSeveralTopics(b.In) {
		config.DispatchType = b.topic(func(t rules.Topics) string { return t.Dispatch })
		config.TopicPrefix = b.topic(func(t rules.Topics) string { return t.Prefix })
		config.Separator = b.topic(func(t rules.Topics) string { return t.Separator })
		config.TopicSuffix = b.topic(func(t rules.Topics) string { return t.Suffix })
	}
	if partitions := b.In.Number("topics.partitions"); partitions.Given {
		config.PartitionNum = partitions.Input()
	}
	if factor := b.In.Number("topics.replicationFactor"); factor.Given {
		config.ReplicationFactor = factor.Input()
	}
	return config
}
