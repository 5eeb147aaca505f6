package rest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/httpx"
)

// failure returns what httpx is to write, or nil. A refusal of huma names each member that was wrong.
func (o *outcome) failure(known *registry) error {
	if o.err != nil || o.status < http.StatusBadRequest {
		return o.err
	}
	var refused huma.ErrorModel
	if err := json.Unmarshal(o.text, &refused); err != nil {
		return fmt.Errorf("rest: a refusal that cannot be read: %w", err)
	}
	if o.status != http.StatusUnprocessableEntity || len(refused.Errors) == 0 {
		return httpx.Refuse(o.status, "request.malformed")
	}
	var faults []error
	for _, e := range refused.Errors {
		faults = append(faults, refusal(known, e.Location, e.Message))
	}
	return errors.Join(faults...)
}

// reading is what a message of huma becomes for the caller. Its value stands in the place of the verb.
type reading struct{ said, key string }

// readings are the messages that our operations can cause; any other is passed on as it is.
var readings = []reading{
	{validation.MsgUnexpectedProperty, "request.member_unknown"},
	{validation.MsgExpectedRequiredProperty, "request.member_missing"},
	{"required %s parameter is missing", "request.member_missing"},
	{validation.MsgExpectedOneOf, "request.member_choice"},
	{validation.MsgExpectedMinimumNumber, "request.member_least"},
	{validation.MsgExpectedMaximumNumber, "request.member_most"},
	{validation.MsgExpectedMaxLength, "request.member_long"},
	{validation.MsgExpectedMinItems, "request.member_few"},
	{validation.MsgExpectedMaxItems, "request.member_many"},
	{validation.MsgExpectedString, "request.member_type"},
	{validation.MsgExpectedBoolean, "request.member_type"},
	{validation.MsgExpectedNumber, "request.member_type"},
	{validation.MsgExpectedInteger, "request.member_type"},
	{validation.MsgExpectedArray, "request.member_type"},
	{validation.MsgExpectedObject, "request.member_type"},
	{validation.MsgExpectedRFC3339Date, "request.member_date"},
	{"invalid %s", "request.member_form"},
}

// value returns what stands in the place of the verb, and "" without one.
func (r reading) value(message string) (value string, ok bool) {
	before, after, hasVerb := strings.Cut(r.said, "%")
	if !hasVerb {
		return strings.TrimPrefix(message, "expected "), message == r.said
	}
	value, ok = strings.CutPrefix(message, before)
	if !ok || len(after) == 0 {
		return "", false
	}
	return strings.CutSuffix(value, after[1:]) // behind the letter of the verb
}

// infinite refuses a parameter that is no number that one can count with: NaN is neither below nor above any bound.
func infinite(op *huma.Operation, query url.Values) error {
	for _, p := range op.Parameters {
		if p.In != "query" || p.Schema.Type != huma.TypeNumber {
			continue
		}
		if n, err := strconv.ParseFloat(query.Get(p.Name), 64); err == nil && (math.IsNaN(n) || math.IsInf(n, 0)) {
			return fault.NewInvalid("request.member_form").On(p.Name)
		}
	}
	return nil
}

// refusal says what is wrong with a member: of the body by its own name, or of the address.
func refusal(known *registry, location, message string) error {
	field := location
	for _, part := range []string{"body.", "query.", "path.", "header."} {
		field = strings.TrimPrefix(field, part)
	}
	for _, r := range readings {
		value, ok := r.value(message)
		if !ok {
			continue
		}
		if r.said == validation.MsgExpectedRequiredProperty {
			field = strings.TrimPrefix(field+"."+value, "body.")
		}
		if own := known.keyOf(value); r.said == validation.MsgExpectedOneOf && own != "" {
			return fault.NewInvalid(own).On(field)
		}
		return fault.NewInvalid(r.key, "Value", value).On(field)
	}
	return fault.NewInvalid("request.member", "Problem", message).On(field)
}
