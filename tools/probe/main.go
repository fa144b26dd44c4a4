// Command probe reads the parts of a private link from the live services, and reports how the form of their answers
// differs from the sandbox's. It only reads. The report has no values.
//
// It takes everything from the environment: TIDBCLOUD_PUBLIC_KEY and TIDBCLOUD_PRIVATE_KEY, CONFLUENT_CLOUD_API_KEY and
// CONFLUENT_CLOUD_API_SECRET, of which one pair is enough; TIDB_CLUSTER_ID and PROBE_ENVIRONMENT_ID, by default the
// first of each; TIDBCLOUD_SERVERLESS_ENDPOINT and CONFLUENT_CLOUD_ENDPOINT.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/credential"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

// betweenRequests keeps far below TiDB Cloud's limit of 100 a minute.
const betweenRequests = 700 * time.Millisecond

func main() {
	text, err := run(context.Background(), os.Getenv, betweenRequests)
	if err == nil {
		_, err = fmt.Print(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

// variables are the environment variables with the keys of a service.
type variables struct{ name, key, secret, endpoint, otherwise, id string }

var services = []variables{
	{
		"TiDB Cloud", "TIDBCLOUD_PUBLIC_KEY", "TIDBCLOUD_PRIVATE_KEY", "TIDBCLOUD_SERVERLESS_ENDPOINT",
		"https://serverless.tidbapi.com", "TIDB_CLUSTER_ID",
	},
	{
		"Confluent Cloud", "CONFLUENT_CLOUD_API_KEY", "CONFLUENT_CLOUD_API_SECRET", "CONFLUENT_CLOUD_ENDPOINT",
		"https://api.confluent.cloud", "PROBE_ENVIRONMENT_ID",
	},
}

var errNoKeys = errors.New("there is no key: set TIDBCLOUD_PUBLIC_KEY and TIDBCLOUD_PRIVATE_KEY, or " +
	"CONFLUENT_CLOUD_API_KEY and " +
	"CONFLUENT_CLOUD_API_SECRET, or all of them, in the environment")

// run returns the report.
func run(ctx context.Context, getenv func(string) string, pause time.Duration) (string, error) {
	boxTiDB, boxConfluent, err := inSandbox(ctx)
	if err != nil {
		return "", err
	}
	boxes := []*walker{boxTiDB, boxConfluent}
	walk := []func(context.Context, service, string) *walker{tidbCloud, confluentCloud}
	var all, without []*comparison
	var keys []string
	for i, v := range services {
		k := key{getenv(v.key), getenv(v.secret)}
		if k.name == "" || k.secret == "" {
			continue
		}
		endpoint, err := address(v, getenv(v.endpoint))
		if err != nil {
			return "", err
		}
		keys = append(keys, k.name, k.secret, getenv(v.id))
		live := walk[i](ctx, service{url: endpoint, key: k, digest: i == 0, pause: pause}, getenv(v.id))
		if err := usable(v, k, live); err != nil {
			return "", err
		}
		all = append(all, compareAll(v.name, live, boxes[i], keys))
		without = append(without, compareAll(v.name, boxes[i], boxes[i], nil))
	}
	if len(all) == 0 {
		return "", errNoKeys
	}
	text := report(provider.Version, all)
	return text, checkLeaks(text, report(provider.Version, without)+vocabulary(without), keys, all)
}

// address is where a service is. Keys never go over the network in clear.
func address(v variables, given string) (string, error) {
	if given == "" {
		return v.otherwise, nil
	}
	given = strings.TrimRight(given, "/")
	for _, prefix := range []string{"https://", "http://127.0.0.1:", "http://localhost:", "http://[::1]:"} {
		if strings.HasPrefix(given, prefix) {
			return given, nil
		}
	}
	return "", fmt.Errorf("%s is neither an https address nor a loopback address", v.endpoint)
}

// usable reports why a service cannot be probed.
func usable(v variables, k key, w *walker) error {
	if len(w.seen) == 0 {
		return fmt.Errorf("%s answers to no call; see that this machine reaches it", v.name)
	}
	for _, o := range w.seen {
		if (o.call == "clusters" || o.call == "environments") && isWrong(o.status) {
			err := fmt.Errorf("%s answers %d; check %s and %s", v.name, o.status, v.key, v.secret)
			if hint := credential.Hint(credential.Named{Name: v.key, Value: k.name},
				credential.Named{Name: v.secret, Value: k.secret}); hint != "" {
				err = fmt.Errorf("%w; %s", err, hint)
			}
			return err
		}
	}
	return nil
}

// vocabulary are the fields and words that the sandbox's answers have, all of which a report may show.
func vocabulary(all []*comparison) string {
	var b strings.Builder
	b.WriteString(knownWords)
	for _, c := range all {
		for _, call := range c.boxes {
			for path, kinds := range call.form {
				fmt.Fprintln(&b, path, set(kinds).sorted())
			}
		}
	}
	return b.String()
}
