package confluentcloud

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

const (
	resourceProperty = "managedResource"
	secretProperty   = "secret"
	noWaitProperty   = "disableWaitForReady"

	// importedSecretVariable is the environment variable that an import of an API key takes the secret from.
	importedSecretVariable = "API_KEY_SECRET"

	keySyncWait = 20 * time.Minute
)

func keyType() standin.Type {
	return standin.Type{
		Token: "confluentcloud:index/apiKey:ApiKey", Label: "API Key", Autonamed: nameProperty,
		ParseImport: parseKeyID,
		Rules: map[string]standin.Rule{
			nameProperty:        standin.NotEmpty,
			descriptionProperty: standin.NotEmpty,
			"owner.id": standin.Matching(`^(u-|sa-)`, "the ID of an owner, which starts with "+
				"u- or sa-"),
			"owner.kind":                     standin.OneOfTexts("ServiceAccount", "User"),
			"owner.apiVersion":               standin.OneOfTexts("iam/v2"),
			"managedResource.id":             standin.NotEmpty,
			"managedResource.kind":           standin.OneOfTexts("Cluster", "Region", "Tableflow", "Global"),
			"managedResource.environment.id": standin.NotEmpty,
			"managedResource.apiVersion": standin.OneOfTexts("cmk/v2", "srcm/v2", "srcm/v3", "ksqldbcm/v2", "fcpm/v2",
				"tableflow/v1", "global/v1"),
		},
		Same:          map[string]func(old, now property.Value) bool{"managedResource.apiVersion": sameGroup},
		Defaults:      map[string]property.Value{noWaitProperty: property.New(false)},
		Local:         []string{secretProperty, noWaitProperty},
		CreateTimeout: defaultTimeout, UpdateTimeout: defaultTimeout, DeleteTimeout: defaultTimeout,
	}
}

// sameGroup reports whether two API versions are of one API: srcm/v2 and srcm/v3 are.
func sameGroup(old, now property.Value) bool {
	if !old.IsString() || !now.IsString() {
		return false
	}
	a, _, _ := strings.Cut(old.AsString(), "/")
	b, _, _ := strings.Cut(now.AsString(), "/")
	return a == b
}

// parseKeyID reads the import ID, which has an environment unless it is a Cloud API key's.
func parseKeyID(importID string) (string, property.Map, error) {
	known := standin.Values{noWaitProperty: property.New(false)}
	parts := strings.Split(importID, "/")
	switch len(parts) {
	case 1:
	case 2:
		known[resourceProperty] = standin.ObjectOf(standin.Values{"environment": idOf(parts[0])})
	default:
		return "", property.Map{}, errors.New("invalid format: expected '<env ID>/<API Key ID>' for a Cluster API " +
			"Key, or " +
			"'<API Key ID>' for a Cloud API Key")
	}
	return parts[len(parts)-1], property.NewMap(known), nil
}

// createKey waits before it returns the key to the state, as the real provider does: when the wait fails, the key stays
// behind, and its secret is lost.
func createKey(ctx context.Context, s *session, inputs property.Map) (string, error) {
	name, description := standin.TextAt(inputs, nameProperty), standin.TextAt(inputs, descriptionProperty)
	spec := &api.KeySpec{
		DisplayName: &name, Description: &description,
		Owner: api.KeyRef(standin.TextAt(inputs, "owner", "kind"), standin.TextAt(inputs, "owner", "id")),
	}
	if !inputs.Get(resourceProperty).IsNull() {
		spec.Resource = api.KeyRef(standin.TextAt(inputs, resourceProperty, "kind"),
			standin.TextAt(inputs, resourceProperty, "id"))
	}
	made, err := s.client.APIKeys().Create(ctx, api.Key{Spec: spec})
	switch {
	case err != nil:
		return "", err
	case made.ID == "":
		return "", errors.New("created API Key is malformed: API Key ID is either empty or nil")
	case made.Spec == nil || made.Spec.Secret == "":
		return "", errors.New("created API Key is malformed: API Key Secret is either empty or nil")
	}
	s.secret = made.Spec.Secret
	if !standin.BoolAt(inputs, noWaitProperty) {
		if err := s.awaitKey(ctx, made, standin.TextAt(inputs, resourceProperty, "environment", "id")); err != nil {
			return "", err
		}
	}
	return made.ID, nil
}

// awaitKey uses the key until it works: a Kafka cluster's lists the topics there, a Cloud API key the environments.
func (s *session) awaitKey(ctx context.Context, made api.Key, environment string) error {
	wait := standin.Wait{What: fmt.Sprintf("API Key %q to sync", made.ID), Limit: keySyncWait, Every: time.Minute}
	client, path, times := s.client.As("", made.ID, s.secret), "/org/v2/environments", 1
	wait.First = 15 * time.Second
	if r := made.Spec.Resource; r != nil && r.Kind == "Cluster" && r.APIVersion == "cmk/v2" {
		endpoint, err := s.restEndpoint(ctx, environment, r.ID)
		if err != nil {
			return err
		}
		client, path, times = s.client.As(endpoint, made.ID, s.secret), "/kafka/v3/clusters/"+r.ID+"/topics", 2
		wait.First = time.Minute
	}
	successes := 0
	wait.Look = func(ctx context.Context) (string, bool, error) {
		works, err := client.Works(ctx, path)
		if err != nil {
			return "", false, fmt.Errorf("error using API Key %q: %w", made.ID, err)
		}
		if successes++; !works {
			successes = 0
		}
		return "IN_PROGRESS", successes >= times, nil
	}
	if err := s.wait(ctx, wait); err != nil {
		return fmt.Errorf("error waiting for API Key %q to sync: %w", made.ID, err)
	}
	return nil
}

// restEndpoint is where the Kafka cluster itself is asked. The stand-in asks no other machine: beyond a private network
// the real provider reaches none either.
func (s *session) restEndpoint(ctx context.Context, environment, cluster string) (string, error) {
	found, err := s.client.KafkaClusters().Get(ctx, environment, cluster)
	if err != nil {
		return "", fmt.Errorf("error fetching Kafka Cluster %q's %q attribute: %w", cluster, "rest_endpoint", err)
	}
	endpoint := found.Spec.HTTPEndpoint
	if endpoint == "" {
		return "", fmt.Errorf("rest_endpoint is nil or empty for Kafka Cluster %q", cluster)
	}
	if u, err := url.Parse(endpoint); err != nil || !api.Loopback(u.Hostname()) {
		return "", fmt.Errorf("error listing Kafka Topics of %q: %s is not reachable from here; "+
			"set disableWaitForReady to true", cluster, endpoint)
	}
	return endpoint, nil
}

// readKey reads a key. An import, which knows no owner, takes the secret from the environment.
func readKey(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	if known.Get("owner").IsNull() {
		if s.secret = s.opts.Getenv(importedSecretVariable); s.secret == "" {
			return property.Map{},
				fmt.Errorf("%s environment variable is empty but it must be set", importedSecretVariable)
		}
	}
	found, err := s.client.APIKeys().Get(ctx, "", id)
	if err != nil {
		return property.Map{}, err
	}
	return keyState(found, known), nil
}

func keyState(k api.Key, known property.Map) property.Map {
	spec := k.Spec
	state := standin.Values{
		nameProperty: textOf(spec.DisplayName), descriptionProperty: textOf(spec.Description),
		"owner": keyReference(spec.Owner),
	}
	if !strings.EqualFold(spec.Resource.Kind, "cloud") {
		state[resourceProperty] = keyReference(spec.Resource)
		// The service does not report in which environment a resource is.
		if environment := standin.TextAt(known, resourceProperty, "environment", "id"); environment != "" {
			state[resourceProperty] = property.New(
				state[resourceProperty].AsMap().Set("environment", idOf(environment)))
		}
	}
	return property.NewMap(state)
}

func textOf(text *string) property.Value {
	if text == nil {
		return property.New("")
	}
	return property.New(*text)
}

func keyReference(r *api.KeyReference) property.Value {
	return standin.ObjectOf(standin.Values{
		"id": property.New(r.ID), "kind": property.New(r.Kind), "apiVersion": property.New(r.APIVersion),
	})
}

// learnedSecret is the secret of the key that this operation created or imported.
func learnedSecret(s *session) property.Map {
	if s.secret == "" {
		return property.Map{}
	}
	return property.NewMap(standin.Values{secretProperty: property.New(s.secret)})
}

func updateKey(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	var spec api.KeySpec
	for property, text := range map[string]**string{
		nameProperty:        &spec.DisplayName,
		descriptionProperty: &spec.Description,
	} {
		if u.Changed(property) {
			value := standin.TextAt(u.Inputs, property)
			*text = &value
		}
	}
	if spec == (api.KeySpec{}) {
		return 0, nil
	}
	return count(s.client.APIKeys().Update(ctx, id, api.Key{Spec: &spec}))
}

func deleteKey(ctx context.Context, s *session, id string, _ property.Map) error {
	return s.client.APIKeys().Delete(ctx, "", id)
}
