package api

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Error is a refusal by a service, worded as the AWS SDK that the real provider uses words it.
type Error struct {
	Service   Service
	Operation string
	Status    int
	RequestID string
	Code      string
	Message   string
}

// Error is the refusal in one line.
func (e *Error) Error() string {
	return fmt.Sprintf("operation error %s: %s, https response error StatusCode: %d, RequestID: %s, api error %s: %s",
		e.Service.title(), e.Operation, e.Status, e.RequestID, e.Code, e.Message)
}

// newError reads the three shapes that errors come in.
func newError(req call, status int, answer []byte) *Error {
	type failure struct {
		Code    string `xml:"Code"`
		Message string `xml:"Message"`
	}
	var body struct {
		Listed    failure `xml:"Errors>Error"`
		Single    failure `xml:"Error"`
		RequestID string  `xml:"RequestID"`
		RequestId string  `xml:"RequestId"` //nolint:revive // encoding/xml distinguishes the two by the name
	}
	e := &Error{
		Service: req.service, Operation: req.operation, Status: status, Code: "UnknownError",
		Message: "no explanation",
	}
	if err := xml.Unmarshal(answer, &body); err != nil {
		return e
	}
	e.RequestID = body.RequestID + body.RequestId
	for _, f := range []failure{body.Listed, body.Single} {
		if f.Code != "" {
			e.Code, e.Message = f.Code, strings.TrimSpace(f.Message)
		}
	}
	return e
}

// NotFound means that something does not exist, when the service reports that without an error.
type NotFound struct{ What string }

// Error names what does not exist.
func (e NotFound) Error() string { return "couldn't find resource: " + e.What }

// IsGone reports whether the error means that the object of the call does not exist.
func IsGone(err error) bool {
	var missing NotFound
	return errors.As(err, &missing) ||
		HasCode(err, "InvalidVpcID.NotFound", "InvalidSubnetID.NotFound", "InvalidGroup.NotFound",
			"InvalidSecurityGroupRuleId.NotFound", "InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound",
			"NoSuchHostedZone")
}

// HasCode reports whether the error is a refusal with one of the codes.
func HasCode(err error, codes ...string) bool {
	var refusal *Error
	return errors.As(err, &refusal) && slices.Contains(codes, refusal.Code)
}
