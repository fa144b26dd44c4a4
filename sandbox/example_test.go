package sandbox_test

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// Any client of Confluent Cloud can talk to a server.
func Example() {
	server, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	path := "/org/v2/environments/" + server.Seed().EnvironmentID
	request, err := http.NewRequest(http.MethodGet, server.ConfluentURL()+path, nil)
	if err != nil {
		log.Fatal(err)
	}
	request.SetBasicAuth(server.Credentials().CloudAPIKey, server.Credentials().CloudAPISecret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()

	var environment struct {
		ID          string `json:"id"`
		DisplayName string `json:"display_name"`
	}
	if err := json.NewDecoder(response.Body).Decode(&environment); err != nil {
		log.Fatal(err)
	}
	fmt.Println(environment.ID, environment.DisplayName)
	fmt.Println(len(server.Calls()), "call,", len(server.Difference()), "differences")
	// Output:
	// env-7x3k9q sandbox
	// 1 call, 0 differences
}
