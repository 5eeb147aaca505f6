// Package catalogue holds the services of the demonstration network, as data: one JSON file per institution and the minimum basket.
//
// The texts are our own; facts that nobody has checked against the law carry "unverified": true.
package catalogue

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"vienkopus/internal/catalogue"
)

//go:embed *.json
var files embed.FS

const basketFile = "basket.json"

// sheet is what one file holds: an institution and all its services.
type sheet struct {
	Institution catalogue.Institution `json:"institution"`
	Services    []catalogue.Service   `json:"services"`
}

// Load returns all institutions and services, by file name and in the order of the files.
// It fails when a file is not JSON or has a member that the catalogue does not know; what the entries say is for [catalogue.CheckAll].
func Load() ([]catalogue.Institution, []catalogue.Service, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, nil, fmt.Errorf("list the demonstration catalogue: %w", err)
	}
	var institutions []catalogue.Institution
	var services []catalogue.Service
	for _, entry := range entries {
		if entry.Name() == basketFile {
			continue
		}
		var s sheet
		if err := read(entry.Name(), &s); err != nil {
			return nil, nil, err
		}
		institutions = append(institutions, s.Institution)
		services = append(services, s.Services...)
	}
	return institutions, services, nil
}

// LoadBasket returns the minimum basket of the demonstration.
func LoadBasket() (catalogue.Basket, error) {
	var basket catalogue.Basket
	err := read(basketFile, &basket)
	return basket, err
}

func read(name string, into any) error {
	content, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := decode(content, into); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// decode refuses unknown members, so that a misspelt one is noticed, and anything after the value.
func decode(content []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}
