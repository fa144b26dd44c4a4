package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// ConfluentForms chooses among the forms of Confluent Cloud's answers on which
// its description, what was recorded of it and its own tools disagree. The zero
// value is what a client of today is most likely to meet.
type ConfluentForms struct {
	// WithoutGovernance creates environments without a Stream Governance
	// package when none is asked for. Otherwise they get ESSENTIALS, and with
	// their first Kafka cluster comes a Schema Registry cluster.
	WithoutGovernance bool
	// EnvironmentsWaitForNetworks refuses to delete an environment while one of its networks is DEPROVISIONING.
	// Otherwise it deletes such a network too.
	EnvironmentsWaitForNetworks bool

	// RepeatableDeletion accepts the deletion of a network that is
	// DEPROVISIONING. Otherwise that is answered with 404.
	RepeatableDeletion bool

	// DNSLabelFromID begins a network's DNS domain with the end of its id:
	// pr1jy6.us-east-1.aws.confluent.cloud for n-pr1jy6. Otherwise it begins
	// with dom and eight letters.
	DNSLabelFromID bool
	// GlobalDNSDomains ends it in .aws.glb.confluent.cloud.
	GlobalDNSDomains bool

	// PrivateProtocol puts SASL_SSL:// in front of the bootstrap endpoints of
	// private Kafka clusters too.
	PrivateProtocol bool
	// WithoutEndpoints leaves the map endpoints of a Kafka cluster empty.
	WithoutEndpoints bool
	// PlainConnectionTypes writes PRIVATELINK for PRIVATE_LINK in that map.
	PlainConnectionTypes bool
	// LongKinds writes networking.v1.AwsNetwork for AwsNetwork and the like.
	LongKinds bool

	// ForbiddenKeys answers a wrong Cloud API key with 403 and a text that has
	// "invalid API key" in it. Otherwise it is a 401.
	ForbiddenKeys bool
	// Errors is the form of the bodies of errors.
	Errors ErrorForm
}

// ErrorForm is a form of the bodies of Confluent Cloud's errors.
type ErrorForm string

const (
	// ErrorFormList is {"errors":[{"id","status","code","title","detail","source"}]},
	// as the description has it. It is the default.
	ErrorFormList ErrorForm = ""
	// ErrorFormCode is {"error_code":40301,"message":"…"}, as Confluent's metadata
	// service answers.
	ErrorFormCode ErrorForm = "error_code"
	// ErrorFormMessage is {"message":"…"} alone.
	ErrorFormMessage ErrorForm = "message"
)

func (f ConfluentForms) check() error {
	if forms := []ErrorForm{ErrorFormList, ErrorFormCode, ErrorFormMessage}; !slices.Contains(forms, f.Errors) {
		return fmt.Errorf("unknown form of errors %q: use one of %q", f.Errors, forms)
	}
	return nil
}

// errorBody renders a failure.
func (f ConfluentForms) errorBody(failed *failure, requestID string) any {
	switch f.Errors {
	case ErrorFormCode:
		// 40301 is the first of the reasons for a 403.
		return map[string]any{"error_code": failed.status*100 + 1, "message": failed.detail}
	case ErrorFormMessage:
		return map[string]any{"message": failed.detail}
	}
	return map[string]any{"errors": []any{map[string]any{
		"id": requestID, "status": strconv.Itoa(failed.status), "code": failed.code,
		"title": http.StatusText(failed.status), "detail": failed.detail, "source": struct{}{},
	}}}
}

// unauthenticated refuses a request without credentials, or with wrong ones.
func (f ConfluentForms) unauthenticated(given bool) *failure {
	if given && f.ForbiddenKeys {
		// Without this phrase the real provider would take the object for gone.
		return &failure{
			status: http.StatusForbidden, code: "forbidden_access",
			detail: "invalid API key: make sure you're using a Cloud API Key and not a Cluster API Key.",
		}
	}
	detail, challenge := "valid authentication credentials must be provided: the request has none.", "Basic"
	if given {
		detail = "the Cloud API key is unknown or its secret is wrong."
		challenge = `Basic error="invalid_key", error_description="The API Key is invalid"`
	}
	return &failure{
		status: http.StatusUnauthorized, code: "user_unauthenticated", detail: detail,
		header: http.Header{"Www-Authenticate": {challenge}},
	}
}

// kind is the name of a kind of thing of the networking API.
func (f ConfluentForms) kind(name string) string {
	if f.LongKinds {
		return "networking.v1." + name
	}
	return name
}

// label is the first label of a new network's DNS domain.
func (f ConfluentForms) label(id, chosen string) string {
	if chosen == "" && f.DNSLabelFromID {
		return resourceSuffix(id)
	}
	return orDefault(chosen, newDNSLabel())
}

// domain is a network's DNS domain.
func (f ConfluentForms) domain(n *Network) string {
	if f.GlobalDNSDomains {
		return n.UniqueName() + "." + strings.ToLower(n.Cloud) + ".glb.confluent.cloud"
	}
	return n.DNSDomain()
}

// connectionType is the name of a way to connect to a Kafka cluster.
func (f ConfluentForms) connectionType(name string) string {
	if f.PlainConnectionTypes {
		return strings.ReplaceAll(name, "_", "")
	}
	return name
}
