// Build makes what the browser loads: it bundles web/src with the npm packages of web/package-lock.json, minified,
// under names that change with their contents, into web/dist, from where the program embeds it.
//
//	npm ci --prefix web
//	go run ./web/build
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if err := run("web"); err != nil {
		slog.Error("web build", slog.Any("error", err))
		os.Exit(1)
	}
}

func run(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		return errors.New("web/node_modules is missing: run npm ci --prefix web first")
	}
	result, err := bundle(dir)
	if err != nil {
		return err
	}
	dist := filepath.Join(dir, "dist")
	if err := empty(dist); err != nil {
		return err
	}
	for _, f := range result.OutputFiles {
		if err := write(f); err != nil {
			return err
		}
	}
	names, err := manifest(result.Metafile)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(names, "", "  ")
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	return save(filepath.Join(dist, "manifest.json"), append(data, '\n'))
}

func bundle(dir string) (api.BuildResult, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return api.BuildResult{}, fmt.Errorf("find %s: %w", dir, err)
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: abs,
		EntryPoints:   []string{"src/app.ts", "src/app.css", "src/icon.svg"},
		Outdir:        "dist",
		EntryNames:    "[name]-[hash]",
		AssetNames:    "[name]-[hash]",
		PublicPath:    "/assets",
		Bundle:        true,
		Metafile:      true,
		Format:        api.FormatIIFE,
		Target:        api.ES2021,
		// The oldest browsers that know what Designsystemet's style sheets ask for.
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "111"}, {Name: api.EngineFirefox, Version: "121"}, {Name: api.EngineSafari, Version: "16.4"},
		},
		MinifySyntax: true, MinifyWhitespace: true, MinifyIdentifiers: true,
		LegalComments: api.LegalCommentsNone,
		Loader:        map[string]api.Loader{".woff2": api.LoaderFile, ".svg": api.LoaderCopy},
		LogLevel:      api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return result, fmt.Errorf("%d errors, see above", len(result.Errors))
	}
	return result, nil
}

// empty removes what the last build left, but not the file that keeps the directory in the repository.
func empty(dist string) error {
	old, err := os.ReadDir(dist)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read %s: %w", dist, err)
	}
	for _, f := range old {
		if f.Name() == ".keep" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dist, f.Name())); err != nil {
			return fmt.Errorf("remove the last build: %w", err)
		}
	}
	return os.MkdirAll(dist, 0o755) //nolint:gosec // as every other directory of the source
}

// write writes a file and, where that pays, its gzipped copy beside it, so that no request compresses anything.
func write(f api.OutputFile) error {
	if err := save(f.Path, f.Contents); err != nil {
		return err
	}
	if strings.HasSuffix(f.Path, ".woff2") {
		return nil
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("compress: %w", err)
	}
	if _, err := io.Copy(z, bytes.NewReader(f.Contents)); err != nil {
		return fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compress: %w", err)
	}
	return save(f.Path+".gz", packed.Bytes())
}

func save(path string, data []byte) error {
	if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec // what every browser may read, any builder may read
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// manifest says under which name each thing is served: "app.css" → "app-3KX2VQ7A.css".
func manifest(metafile string) (map[string]string, error) {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string                     `json:"entryPoint"`
			Inputs     map[string]json.RawMessage `json:"inputs"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return nil, fmt.Errorf("read metafile: %w", err)
	}
	names := map[string]string{}
	for out, o := range meta.Outputs {
		source := o.EntryPoint
		if source == "" {
			for input := range o.Inputs {
				source = input // a font or picture has one
			}
		}
		name := strings.TrimSuffix(filepath.Base(source), filepath.Ext(source)) + filepath.Ext(out)
		names[name] = filepath.Base(out)
	}
	return names, nil
}
