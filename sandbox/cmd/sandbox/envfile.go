package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// environment is what a shell needs to use the server: its endpoints, its
// credentials and the ids of what it holds, and the same of AWS.
func environment(server *sandbox.Server, opts sandbox.Options, caFile string, aws [][2]string) string {
	credentials, seed := server.Credentials(), server.Seed()
	variables := [][2]string{
		{"SANDBOX_URL", server.ConfluentURL()},
		{"CONFLUENT_CLOUD_ENDPOINT", server.ConfluentURL()},
		{"CONFLUENT_CLOUD_API_KEY", credentials.CloudAPIKey},
		{"CONFLUENT_CLOUD_API_SECRET", credentials.CloudAPISecret},
		{"TIDBCLOUD_SERVERLESS_ENDPOINT", server.TiDBCloudURL()},
		{"TIDBCLOUD_PUBLIC_KEY", credentials.PublicKey},
		{"TIDBCLOUD_PRIVATE_KEY", credentials.PrivateKey},
		{"SANDBOX_CONFLUENT_TLS_ENDPOINT", server.ConfluentTLSURL()},
		{"SANDBOX_TIDBCLOUD_TLS_ENDPOINT", server.TiDBCloudTLSURL()},
		{"SANDBOX_CA_FILE", caFile},
		{"SANDBOX_ENVIRONMENT_ID", seed.EnvironmentID},
		{"SANDBOX_SECOND_ENVIRONMENT_ID", seed.SecondEnvironmentID},
		{"SANDBOX_TIDB_CLUSTER_ID", seed.EssentialUSEast1},
		{"SANDBOX_SECOND_TIDB_CLUSTER_ID", seed.EssentialUSEast1B},
		{"SANDBOX_US_WEST_2_TIDB_CLUSTER_ID", seed.EssentialUSWest2},
		{"SANDBOX_TWO_ZONES_TIDB_CLUSTER_ID", seed.TwoZones},
		{"SANDBOX_SINGLE_ZONE_TIDB_CLUSTER_ID", seed.SingleZone},
		{"SANDBOX_PAUSED_TIDB_CLUSTER_ID", seed.Paused},
		{"SANDBOX_ALIBABA_CLOUD_TIDB_CLUSTER_ID", seed.AlibabaCloud},
		{"SANDBOX_STARTER_TIDB_CLUSTER_ID", seed.Starter},
	}
	// With it the real Confluent provider asks every second instead of every
	// minute. Only at the real services' own speed it is not needed.
	if opts.Profile != sandbox.Proportional || opts.Scale < 1 {
		variables = append(variables, [2]string{"TF_ACC", "1"})
	}
	variables = append(variables, aws...)
	var file strings.Builder
	file.WriteString("# Made by \"sandbox serve\"; good until it stops. Programs that use the TLS endpoints\n" +
		"# trust the sandbox with SSL_CERT_FILE=\"$SANDBOX_CA_FILE\".\n")
	for _, v := range variables {
		fmt.Fprintf(&file, "export %s=%s\n", v[0], shellQuote(v[1]))
	}
	return file.String()
}

func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// writePrivately writes a file only its owner can read, all at once.
func writePrivately(path, content string) (err error) {
	// CreateTemp creates files with mode 0600.
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	_, err = file.WriteString(content)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}
