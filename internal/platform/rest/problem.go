package rest

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"vienkopus/internal/platform/httpx"
)

// problems describes every way in which the operation can fail: httpx writes them all, in its own form.
func (a *API) problems(o Operation) map[string]*huma.Response {
	statuses := []int{
		http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable,
	}
	if !o.Public {
		statuses = append(statuses, http.StatusUnauthorized, http.StatusForbidden)
	}
	if o.Method != http.MethodGet {
		statuses = append(statuses, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[httpx.Problem](), true, "Problem")
	responses := map[string]*huma.Response{}
	for _, status := range statuses {
		responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{httpx.ProblemMedia: {Schema: schema, Example: problemLike(status)}},
		}
	}
	return responses
}

// forgetErrors takes the form of huma's own errors out of the description: nobody ever gets one.
func (a *API) forgetErrors() {
	named := a.huma.OpenAPI().Components.Schemas.Map()
	for _, t := range []reflect.Type{reflect.TypeFor[huma.ErrorModel](), reflect.TypeFor[huma.ErrorDetail]()} {
		delete(named, t.Name())
	}
}

// problemLike is an example of a problem with the status.
func problemLike(status int) httpx.Problem {
	p := httpx.Problem{Type: httpx.ProblemType + "request.malformed", Title: http.StatusText(status), Status: status, Instance: "urn:uuid:" + forms["uuid"]}
	if status == http.StatusUnprocessableEntity {
		p.Type, p.Title = httpx.ProblemType+"visit.service_missing", "Name the service."
		p.Errors = []httpx.ProblemPart{{Type: p.Type, Field: "service", Detail: p.Title}}
	}
	return p
}
