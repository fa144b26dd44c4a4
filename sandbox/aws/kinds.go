package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

const tagsAll = "tagsAll"

type resourceKind = standin.Resource[*session]

const defaultTimeout = standin.DefaultTimeout

func resourceKinds() []*resourceKind {
	return []*resourceKind{
		vpcKind(), subnetKind(), securityGroupKind(), ruleKind("Ingress"), ruleKind("Egress"), endpointKind(),
		zoneKind(), recordKind(),
	}
}

func typeOf(token, label string, timeout time.Duration) standin.Type {
	return standin.Type{
		Token: token, Label: label, CreateTimeout: timeout, UpdateTimeout: timeout, DeleteTimeout: timeout,
	}
}

// arn of a resource in EC2.
func (s *session) arn(owner, resource, id string) property.Value {
	return property.New(fmt.Sprintf("arn:%s:ec2:%s:%s:%s/%s", s.partition(), s.client.Region(), owner, resource, id))
}

func (s *session) partition() string {
	switch region := s.client.Region(); {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// addTags adds tags and tagsAll to a state. A default tag is among the tags only if the program sets it too.
func (s *session) addTags(state standin.Values, all map[string]string, known property.Map) {
	own := maps.Clone(all)
	given := textMap(known, "tags")
	for key, value := range s.defaultTags {
		if _, too := given[key]; !too && own[key] == value {
			delete(own, key)
		}
	}
	state["tags"], state[tagsAll] = standin.TextMapOf(own), standin.TextMapOf(all)
}

// retag sets the tags of a resource of EC2 to those of the inputs, and returns how many calls that took.
func retag(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	add, remove := tagChanges(u)
	if len(add)+len(remove) == 0 {
		return 0, nil
	}
	return count(s.client.SetTags(ctx, id, add, remove))
}

func tagChanges(u standin.Update) (add map[string]string, remove []string) {
	old, now := textMap(u.State, tagsAll), textMap(u.Inputs, tagsAll)
	add = map[string]string{}
	for key, value := range now {
		if before, ok := old[key]; !ok || before != value {
			add[key] = value
		}
	}
	for key := range old {
		if _, ok := now[key]; !ok {
			remove = append(remove, key)
		}
	}
	return add, remove
}

// count is the result of an update that takes one call.
func count(err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return 1, nil
}

// steps applies one update after another, until one fails, and returns how many calls changed something.
func steps(updates ...func() (int, error)) (int, error) {
	total := 0
	for _, update := range updates {
		done, err := update()
		total += done
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// one returns the only element.
func one[T any](found []T, err error, what string) (T, error) {
	var none T
	switch {
	case err != nil:
		return none, err
	case len(found) == 0:
		return none, api.NotFound{What: what}
	}
	return found[0], nil
}

func textMap(m property.Map, path ...string) map[string]string {
	texts := map[string]string{}
	if v := standin.At(m, path...); v.IsMap() {
		for key, value := range v.AsMap().All {
			if value.IsString() {
				texts[key] = value.AsString()
			}
		}
	}
	return texts
}

// added are the texts in the second list that are not in the first.
func added(before, after []string) []string {
	return slices.DeleteFunc(slices.Clone(after), func(text string) bool { return slices.Contains(before, text) })
}
