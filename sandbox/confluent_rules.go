package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// Rules that several kinds of Confluent resources share.

// dependents refuses to delete what is in use.
func dependents(kind, id string, ids []string) *failure {
	return conflict("The " + kind + " " + id + " is in use by " + strings.Join(ids, ", ") +
		": delete them first.")
}

// oneOf requires a value to be among the allowed.
func oneOf(field, value string, allowed ...string) *failure {
	if slices.Contains(allowed, value) {
		return nil
	}
	return invalid(field + " is " + quote(value) + ": it must be one of " + strings.Join(allowed, ", ") + ".")
}

// sameEnvironment requires the body of an update to name the resource's own
// environment.
func sameEnvironment(kind, id, environment string, named *reference) *failure {
	if named == nil {
		return invalid("spec.environment is missing.")
	}
	if named.ID != environment {
		return notFound(kind, id)
	}
	return nil
}

// notLeaving refuses to change a resource that is being deleted.
func notLeaving(kind, id, phase string) *failure {
	if phase == PhaseDeprovisioning {
		return conflict("The " + kind + " " + id + " is being deleted.")
	}
	return nil
}

// repeated reports whether a list has something twice.
func repeated(list []string) bool {
	return len(slices.Compact(slices.Sorted(slices.Values(list)))) < len(list)
}

// change is a field that an update may name, but not change.
type change struct{ field, present, wanted string }

func listChange(field string, present, wanted []string) change {
	if len(wanted) == 0 || sameSet(present, wanted) {
		return change{field: field}
	}
	return change{field, quote(present), quote(wanted)}
}

// immutable refuses to change what cannot be changed. A field that was not sent
// is empty.
func immutable(changes ...change) *failure {
	for _, c := range changes {
		if c.wanted != "" && c.wanted != c.present {
			return invalid("spec." + c.field + " cannot be changed from " + c.present + " to " + c.wanted +
				": it is immutable.")
		}
	}
	return nil
}

// wants reports whether a value passes the query's filter.
func (rq *request) wants(filter, value string) bool {
	return !rq.query.Has(filter) || slices.Contains(rq.query[filter], value)
}

// wantsAny reports whether the query's filter matches one of several values.
func (rq *request) wantsAny(filter string, values []string) bool {
	return !rq.query.Has(filter) ||
		slices.ContainsFunc(values, func(value string) bool { return rq.wants(filter, value) })
}

// unprocessable is a failure in the words of the API of Kafka clusters, which answers 422 to what the others call a
// bad request.
func unprocessable(failed *failure) *failure {
	if failed != nil && failed.status == http.StatusBadRequest {
		failed.status = http.StatusUnprocessableEntity
	}
	return failed
}

// optional is nil for the empty string, so that the key is left out.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// resourceID is the last id of a resource name.
func resourceID(resourceName string) string {
	return resourceName[strings.LastIndex(resourceName, "=")+1:]
}
