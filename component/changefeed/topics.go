package changefeed

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// topics are the topics of a changefeed. Whether there are several is decided by which inputs are given.
type topics struct {
	several bool
	// known are the topics when all inputs about them are known.
	known *rules.Topics
	// resolve makes the topics of the texts that are given.
	resolve func(given map[string]string) rules.Topics
}

// defaultSeparator stands between the names of the database and the table.
const defaultSeparator = "_"

// topicsOf reads the inputs about topics.
func topicsOf(in *args.Set, component string) topics {
	t := topics{several: slices.ContainsFunc(severalTopics, in.Given)}
	t.resolve = func(given map[string]string) rules.Topics {
		text := func(path, otherwise string) string {
			if value, ok := given[path]; ok {
				return value
			}
			return otherwise
		}
		if !t.several {
			return rules.Topics{Name: text("topics.name", component)}
		}
		several := rules.Topics{
			Dispatch: text("topics.dispatch", rules.DispatchByTable),
			Prefix:   text("topics.prefix", component+defaultSeparator), Suffix: text("topics.suffix", ""),
		}
		separator := defaultSeparator
		if several.Dispatch == rules.DispatchByDatabase {
			separator = "" // no table follows
		}
		several.Separator = text("topics.separator", separator)
		return several
	}
	given := map[string]string{}
	for _, path := range append([]string{"topics.name"}, severalTopics...) {
		v := in.Text(path)
		if v.Given && !v.Known {
			return t
		}
		if v.Given {
			given[path] = v.Plain
		}
	}
	known := t.resolve(given)
	t.known = &known
	return t
}

// topicsOutput is the topics with whatever is not known yet.
func (b *builder) topicsOutput() pulumi.Output {
	given := pulumi.StringMap{}
	for _, path := range append([]string{"topics.name"}, severalTopics...) {
		if input := b.In.Text(path); input.Given {
			given[path] = input.Output()
		}
	}
	return given.ToStringMapOutput().ApplyT(b.topics.resolve)
}

// of takes a text out of topics.
func of(topics pulumi.Output, text func(rules.Topics) string) pulumi.StringOutput {
	out, _ := topics.ApplyT(func(t any) string {
		known, _ := t.(rules.Topics)
		return text(known)
	}).(pulumi.StringOutput)
	return out
}

// pattern is the name of the topic, or what the names of several begin with and a *.
func (b *builder) pattern() pulumi.StringOutput { return of(b.topicsOutput(), rules.Topics.Pattern) }

// topicConfig is the part of the changefeed that is about topics.
func (b *builder) topicConfig() tidbcloud.KafkaTopicPartitionConfigArgs {
	all := b.topicsOutput()
	config := tidbcloud.KafkaTopicPartitionConfigArgs{
		DispatchType:      pulumi.String(rules.DispatchOneTopic),
		DefaultTopic:      of(all, rules.Topics.Default),
		PartitionNum:      pulumi.Int(rules.DefaultPartitions),
		ReplicationFactor: pulumi.Int(rules.ReplicationFactor),
	}
	if b.topics.several {
		config.DispatchType = of(all, func(t rules.Topics) string { return t.Dispatch })
		config.TopicPrefix = of(all, func(t rules.Topics) string { return t.Prefix })
		config.Separator = of(all, func(t rules.Topics) string { return t.Separator })
		config.TopicSuffix = of(all, func(t rules.Topics) string { return t.Suffix })
	}
	if b.In.Given("topics.partitions") {
		config.PartitionNum = b.In.Number("topics.partitions").Input()
	}
	if b.In.Given("topics.replicationFactor") {
		config.ReplicationFactor = b.In.Number("topics.replicationFactor").Input()
	}
	return config
}
