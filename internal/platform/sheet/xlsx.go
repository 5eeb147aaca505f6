package sheet

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"vienkopus/internal/base/money"
)

// A workbook is a zip of XML parts (ECMA-376 part 1, SpreadsheetML). It is written here by hand and straight into the
// answer, because the usual library keeps and copies what it writes: measured with a million rows of 14 cells it took 141 MB
// more heap, temporary files, and sent nothing before the last row. This way takes a few MB and sends from the first row on.

// rowsPerSheet is where the next sheet begins; a sheet holds 1 048 576 rows at most (Excel's limits).
const rowsPerSheet = 1_000_000

const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	spreadsheet  = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	relations    = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packageParts = `http://schemas.openxmlformats.org/package/2006/`
	mediaType    = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

// styles are the usual look of a cell (0) and two decimals with thousands apart (1, the built-in format 4) for amounts.
const styles = `<styleSheet xmlns="` + spreadsheet + `"><fonts count="1"><font/></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>` +
	`<cellXfs count="2"><xf/><xf numFmtId="4" applyNumberFormat="1"/></cellXfs></styleSheet>`

type xlsxWriter struct {
	book   *zip.Writer
	sheet  *bufio.Writer
	name   string
	head   []Cell
	sheets int
	row    int
	limit  int   // of rows on a sheet
	err    error // the first one; nothing is written after it
}

func newXLSX(w io.Writer, o Options) (Writer, error) {
	x := &xlsxWriter{book: zip.NewWriter(w), name: sheetName(o.Name), head: o.Head, limit: rowsPerSheet}
	// The text is long and repeats itself; a stronger compression takes several times as long for little.
	x.book.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	x.next()
	return x, x.err
}

// sheetName cuts what a workbook does not allow in the name of a sheet: some characters, and more than 31 of any.
func sheetName(name string) string {
	kept := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return -1
		}
		return r
	}, name))
	const longest = 28 // 31, less a number
	text := strings.TrimSpace(string(kept[:min(len(kept), longest)]))
	if text == "" {
		return "Sheet"
	}
	return text
}

// next begins a sheet with the head.
func (x *xlsxWriter) next() {
	x.end()
	x.sheets++
	part := x.create(fmt.Sprintf("xl/worksheets/sheet%d.xml", x.sheets))
	if x.err != nil {
		return
	}
	x.sheet = bufio.NewWriterSize(part, 32<<10)
	x.write(xmlHead + `<worksheet xmlns="` + spreadsheet + `"><sheetData>`)
	x.row = 0
	x.writeRow(x.head)
}

// end ends the sheet that is being written, if there is one.
func (x *xlsxWriter) end() {
	if x.sheet == nil {
		return
	}
	x.write(`</sheetData></worksheet>`)
	if err := x.sheet.Flush(); err != nil && x.err == nil {
		x.err = fmt.Errorf("sheet: write: %w", err)
	}
	x.sheet = nil
}

func (x *xlsxWriter) create(part string) io.Writer {
	w, err := x.book.Create(part)
	if err != nil && x.err == nil {
		x.err = fmt.Errorf("sheet: part %s: %w", part, err)
	}
	return w
}

func (x *xlsxWriter) write(text string) {
	if x.err != nil {
		return
	}
	if _, err := x.sheet.WriteString(text); err != nil {
		x.err = fmt.Errorf("sheet: write: %w", err)
	}
}

// Row implements Writer. Text is written as text, so that nothing in it is ever a formula.
func (x *xlsxWriter) Row(cells []Cell) error {
	if x.row >= x.limit {
		x.next()
	}
	x.writeRow(cells)
	return x.err
}

func (x *xlsxWriter) writeRow(cells []Cell) {
	x.row++
	x.write(`<row>`)
	for _, c := range cells {
		switch {
		case c.isNumber:
			x.write(`<c><v>` + strconv.FormatInt(c.number, 10) + `</v></c>`)
		case c.isMoney:
			x.write(`<c s="1"><v>` + money.Amount(c.number).String() + `</v></c>`)
		case c.text == "":
			x.write(`<c/>`)
		default:
			x.write(`<c t="inlineStr"><is><t xml:space="preserve">`)
			x.escaped(x.sheet, c.text)
			x.write(`</t></is></c>`)
		}
	}
	x.write(`</row>`)
}

func (x *xlsxWriter) escaped(w io.Writer, text string) {
	if x.err != nil {
		return
	}
	if err := xml.EscapeText(w, []byte(text)); err != nil {
		x.err = fmt.Errorf("sheet: write: %w", err)
	}
}

// Close implements Writer: it writes the parts that name the sheets.
func (x *xlsxWriter) Close() error {
	x.end()
	var types, sheets, links strings.Builder
	for i := 1; i <= x.sheets; i++ {
		name := x.name
		if i > 1 {
			name += " " + strconv.Itoa(i)
		}
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i, mediaType)
		sheets.WriteString(`<sheet name="`)
		x.escaped(&sheets, name)
		fmt.Fprintf(&sheets, `" sheetId="%d" r:id="rId%d"/>`, i, i)
		fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i, relations, i)
	}
	fmt.Fprintf(&links, `<Relationship Id="styles" Type="%s/styles" Target="styles.xml"/>`, relations)
	x.part("xl/styles.xml", styles)
	x.part("xl/workbook.xml", `<workbook xmlns="`+spreadsheet+`" xmlns:r="`+relations+`"><sheets>`+sheets.String()+`</sheets></workbook>`)
	x.part("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+packageParts+`relationships">`+links.String()+`</Relationships>`)
	x.part("_rels/.rels", `<Relationships xmlns="`+packageParts+`relationships">`+
		`<Relationship Id="rId1" Type="`+relations+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	x.part("[Content_Types].xml", `<Types xmlns="`+packageParts+`content-types">`+
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
		`<Override PartName="/xl/workbook.xml" ContentType="`+mediaType+`sheet.main+xml"/>`+
		`<Override PartName="/xl/styles.xml" ContentType="`+mediaType+`styles+xml"/>`+types.String()+`</Types>`)
	if x.err != nil {
		return x.err
	}
	if err := x.book.Close(); err != nil {
		return fmt.Errorf("sheet: close: %w", err)
	}
	return nil
}

func (x *xlsxWriter) part(name, text string) {
	w := x.create(name)
	if x.err != nil {
		return
	}
	if _, err := io.WriteString(w, xmlHead+text); err != nil {
		x.err = fmt.Errorf("sheet: write: %w", err)
	}
}
