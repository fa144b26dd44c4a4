package tidbapi

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
)

// The service's description leaves open how it refuses a call for now, and how it reports that something does not
// exist. This file classifies errors: by the HTTP status first, then by the gRPC code, then by the words.

// Refusal is whether the service would accept the same call later.
type Refusal int

const (
	// Final is a permanent refusal, or no refusal at all.
	Final Refusal = iota
	// Unclear is a refusal that may be transient or final: it is worth a few minutes of retries.
	Unclear
	// Busy is a refusal until the service has finished something else.
	Busy
)

// refusedFor are the meanings of the refusals of a status, where code and words do not show more.
var refusedFor = map[int]struct {
	plain     Refusal
	explained bool // whether code and words count
}{
	http.StatusBadRequest:         {Final, true},
	http.StatusConflict:           {Unclear, true},
	http.StatusPreconditionFailed: {Unclear, true},
	http.StatusLocked:             {Busy, false},
	http.StatusTooEarly:           {Busy, false},
	// The client has repeated such a call already; it may mean an outage.
	http.StatusServiceUnavailable: {Unclear, false},
}

// finalCodes are gRPC codes of permanent refusals.
var finalCodes = []codes.Code{
	codes.InvalidArgument, codes.NotFound, codes.AlreadyExists, codes.PermissionDenied, codes.ResourceExhausted,
	codes.OutOfRange, codes.Unimplemented, codes.Unauthenticated,
}

// has reports whether the service's own code is one of these.
func (e *Error) has(gRPC ...codes.Code) bool {
	return slices.ContainsFunc(gRPC, func(c codes.Code) bool { return e.Code == int(c) })
}

var (
	// limitWords explain that the call would exceed a limit.
	limitWords = regexp.MustCompile(`(?i)\b(quotas?|limits?|exceed(s|ed)?|maximum)\b`)

	// otherLimits are limits of a request; changefeedWord names the limit that IsLimit is for.
	otherLimits = regexp.MustCompile(
		`(?i)\b(rates?|requests?|topics?|names?|characters?|length|partitions?|replicas?|replication|rules?|size)\b`)
	changefeedWord = regexp.MustCompile(`(?i)changefeeds?\b`)

	// finalWords and limitWords explain a refusal that waiting does not change, whatever else is in the message.
	finalWords = regexp.MustCompile(`(?i)\b(already exists?|permission|unauthorized|plan)\b`)

	// busyWords explain a transient refusal.
	busyWords = regexp.MustCompile(`(?i:\b(in[ _-]progress|another (operation|request|task|change)|` +
		`not (yet |currently )?ready|not yet|try again|retry|later|busy|locked|wait|pending|ongoing|concurrent(ly)?|` +
		`conflicting (operation|request|change)|` +
		`under (creation|modification|maintenance)|still [a-z]+ing|being [a-z]+ed|` +
		`(is|are|was|state|status|currently|while|during)( in| in the)?( state| status)?:? "?(` +
		`creating|updating|modifying|deleting|attaching|detaching|processing|provisioning|restoring|resuming|pausing|` +
		`scaling|upgrading))\b)|` +
		`\b(CREATING|UPDATING|MODIFYING|DELETING|ATTACHING|DETACHING|RESTORING|RESUMING|PAUSING|UPGRADING|` +
		`MAINTENANCE|IMPORTING)\b`)

	// wrongWords explain a refusal that waiting does not change, unless there are busyWords too.
	wrongWords = regexp.MustCompile(`(?i)\b(invalid|malformed|unsupported|not (supported|allowed|permitted)|` +
		`forbidden|duplicated?)\b`)

	// alreadyWords mean that something of that name exists.
	alreadyWords = regexp.MustCompile(
		`(?i)\balready (exists?|attached|in use|used|taken)\b|\bexists already\b|\bduplicated?\b`)

	// absentWords mean that something does not exist.
	absentWords = regexp.MustCompile(`(?i)(\b(not found|not[_ ]exist|no such|no longer exists?|unknown id|` +
		`has been deleted|was deleted|already deleted)\b|\bdo(es)?( not|n't) exist\b|\bnot_found\b)`)
)

// RefusalOf classifies the error of a change: whether it is worth another try.
func RefusalOf(err error) Refusal {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return Final
	}
	rule, refused := refusedFor[e.StatusCode]
	words := e.words()
	switch {
	case !refused:
		return Final
	case !rule.explained:
		return rule.plain
	case e.has(codes.Aborted, codes.Unavailable):
		return Busy
	case e.has(finalCodes...) || limitWords.MatchString(words) || finalWords.MatchString(words):
		return Final
	case busyWords.MatchString(words) && e.Code == 0 && e.StatusCode == http.StatusBadRequest:
		return Unclear // a bad request without an error of the service comes from something else
	case busyWords.MatchString(words):
		return Busy
	case wrongWords.MatchString(words):
		return Final
	case e.has(codes.FailedPrecondition):
		return Unclear
	}
	return rule.plain
}

// words is the message, with the words of the service's own code, such as OPERATION_IN_PROGRESS.
func (e *Error) words() string {
	if code, rest, ok := strings.Cut(e.Message, ": "); ok && e.has(codes.Unknown) {
		return strings.ReplaceAll(code, "_", " ") + ": " + rest
	}
	return e.Message
}

// IsNotFound reports whether an error of the service itself means that the object does not exist. A 404 from something
// else, such as a proxy, does not count: the object may exist, and the state must keep it.
func IsNotFound(err error) bool {
	e, ok := errors.AsType[*Error](err)
	switch {
	case errors.Is(err, errDeleted):
		return true
	case !ok || e.Code == 0:
		return false
	case e.StatusCode == http.StatusBadRequest:
		return e.has(codes.NotFound) || absentWords.MatchString(e.Message)
	}
	return e.StatusCode == http.StatusNotFound || e.StatusCode == http.StatusGone
}

// IsGone reports whether an object is gone after the service accepted its deletion. An answer that the caller may not
// see it is enough then.
func IsGone(err error) bool {
	if IsNotFound(err) {
		return true
	}
	e, ok := errors.AsType[*Error](err)
	return ok && (slices.Contains([]int{http.StatusNotFound, http.StatusGone, http.StatusForbidden}, e.StatusCode) ||
		e.StatusCode == http.StatusBadRequest && absentWords.MatchString(e.Message))
}

// IsConflict reports whether the request contradicts what exists, or what the service is doing to it at the moment.
func IsConflict(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.StatusCode == http.StatusConflict || e.has(codes.AlreadyExists, codes.Aborted))
}

// IsAlreadyThere reports whether something with that name exists.
func IsAlreadyThere(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && IsConflict(err) && (e.has(codes.AlreadyExists) || alreadyWords.MatchString(e.Message))
}

// IsLimit reports whether the service refuses to create a changefeed because of the cluster's limit. Limits of requests
// and of their contents do not count.
func IsLimit(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Method != http.MethodPost || e.has(codes.InvalidArgument) || otherLimits.MatchString(e.Message) {
		return false
	}
	return e.has(codes.ResourceExhausted) && e.StatusCode != http.StatusTooManyRequests ||
		limitWords.MatchString(e.Message) && changefeedWord.MatchString(e.Message)
}

// IsRefused reports whether the service understood the request, but refuses it because of the state of the objects.
func IsRefused(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Code == 0 {
		return false
	}
	_, refused := refusedFor[e.StatusCode]
	return refused && e.StatusCode != http.StatusServiceUnavailable
}
