// Verify makes the page with which a stranger checks a receipt: one HTML file with its style, its script and the keys of the
// network inside, that works from a disk, without a network.
//
//	go run ./web/verify -out web/dist/verify.html [-keys receipt-keys.json]
//
// Without keys the page is a form to be filled: receipt.EmbedKeys puts them in when the page is given out.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"

	"vienkopus/internal/payment/receipt"
)

func main() {
	out := flag.String("out", "web/dist/verify.html", "where the page goes")
	keys := flag.String("keys", "", "the list of keys to put in, as published at "+receipt.KeysPath)
	flag.Parse()
	if err := run("web/verify", *out, *keys); err != nil {
		slog.Error("build the page that checks receipts", slog.Any("error", err))
		os.Exit(1)
	}
}

func run(dir, out, keysFile string) error {
	page, err := assemble(dir)
	if err != nil {
		return err
	}
	if keysFile != "" {
		data, err := os.ReadFile(keysFile) //nolint:gosec // the builder names it
		if err != nil {
			return fmt.Errorf("read keys: %w", err)
		}
		keys, err := receipt.ParseKeys(data)
		if err != nil {
			return err
		}
		if page, err = receipt.EmbedKeys(page, keys); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil { //nolint:gosec // as every other directory of the source
		return fmt.Errorf("make room for the page: %w", err)
	}
	if err := os.WriteFile(out, page, 0o644); err != nil { //nolint:gosec // what every browser may read
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// assemble returns the page without keys. The policy inside allows this script and this style and nothing else: no other
// script, no request, no frame, no form.
func assemble(dir string) ([]byte, error) {
	page, err := os.ReadFile(filepath.Join(dir, "src", "page.html")) //nolint:gosec // our own source
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	style, err := bundle(dir, "src/page.css", api.FormatDefault)
	if err != nil {
		return nil, err
	}
	script, err := bundle(dir, "src/page.ts", api.FormatIIFE)
	if err != nil {
		return nil, err
	}
	policy := fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; img-src blob: data:; media-src blob:; base-uri 'none'; form-action 'none'",
		hashOf(script), hashOf(style))
	for slot, content := range map[string][]byte{"/*style*/": style, "/*script*/": script, "<!--policy-->": []byte(policy)} {
		if bytes.Count(page, []byte(slot)) != 1 {
			return nil, fmt.Errorf("the page has no single place for %s", slot)
		}
		page = bytes.Replace(page, []byte(slot), content, 1)
	}
	return page, nil
}

// hashOf names inline content in a content security policy. Source: CSP level 3, §8.4.
func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func bundle(dir, entry string, format api.Format) ([]byte, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", dir, err)
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: abs,
		EntryPoints:   []string{entry},
		Bundle:        true,
		Format:        format,
		Target:        api.ES2022,
		Charset:       api.CharsetUTF8,
		MinifySyntax:  true, MinifyWhitespace: true, MinifyIdentifiers: format == api.FormatIIFE,
		LegalComments: api.LegalCommentsNone,
		LogLevel:      api.LogLevelWarning,
	})
	if len(result.Errors) > 0 || len(result.OutputFiles) != 1 {
		return nil, errors.New("the page does not build, see above")
	}
	content := bytes.TrimSpace(result.OutputFiles[0].Contents)
	// The end of a script or style inside it would end it for the browser too.
	for _, end := range []string{"</script", "</style", "<!--"} {
		if bytes.Contains(bytes.ToLower(content), []byte(end)) {
			return nil, fmt.Errorf("%s contains %s", entry, end)
		}
	}
	return content, nil
}
