package paymenthttp_test

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// picture is what the page that checks receipts gets from a camera.
type picture struct {
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Grey   []byte `json:"grey"`
}

// cut returns a part of the page; to is not in it.
func (r *raster) cut(fromX, fromY, toX, toY int) picture {
	p := picture{toX - fromX, toY - fromY, make([]byte, 0, (toX-fromX)*(toY-fromY))}
	for y := fromY; y < toY; y++ {
		for x := fromX; x < toX; x++ {
			grey := byte(255)
			if r.black(x, y) {
				grey = 0
			}
			p.Grey = append(p.Grey, grey)
		}
	}
	return p
}

// readByPage reads pictures with the reader of the page that checks receipts (web/verify), in Node; "" is a picture without a code.
func readByPage(t *testing.T, pictures []picture) []string {
	t.Helper()
	built := api.Build(api.BuildOptions{
		EntryPoints: []string{"../../../web/verify/src/qr/trial.ts"}, Bundle: true, Format: api.FormatESModule, Target: api.ES2022, Write: false, LogLevel: api.LogLevelSilent,
	})
	if len(built.Errors) > 0 {
		t.Fatal(built.Errors[0].Text)
	}
	dir := t.TempDir()
	data, err := json.Marshal(pictures)
	if err != nil {
		t.Fatal(err)
	}
	module, input := filepath.Join(dir, "module.mjs"), filepath.Join(dir, "pictures.json")
	for file, content := range map[string][]byte{module: built.OutputFiles[0].Contents, input: data} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const call = `import { readFileSync } from "node:fs";
const [file, input] = process.argv.slice(1);
const { texts } = await import(file);
process.stdout.write(JSON.stringify(texts(JSON.parse(readFileSync(input, "utf8"))).map((text) => text ?? "")));`
	out, err := exec.CommandContext(t.Context(), "node", "--no-warnings", "--input-type=module", "-e", call, "--", "file://"+filepath.ToSlash(module), input).Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	var texts []string
	if err := json.Unmarshal(out, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

// readByZBar reads whole pages with a program that is not ours; a page without a code is not in the answer.
func readByZBar(t *testing.T, files []string) map[string]string {
	t.Helper()
	out := tool(t, "zbarimg", append([]string{"--quiet", "--nodbus", "--xml", "-Sdisable", "-Sqrcode.enable"}, files...)...)
	var doc struct {
		Sources []struct {
			File  string   `xml:"href,attr"`
			Codes []string `xml:"index>symbol>data"`
		} `xml:"source"`
	}
	if err := xml.Unmarshal(out, &doc); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, s := range doc.Sources {
		for _, code := range s.Codes {
			found[s.File] += code
		}
	}
	return found
}
