package schematest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vienkopus/internal/bank/statement/schematest"
)

// broken are files that are no message on purpose.
var broken = map[string]bool{"half.xml": true}

// Every file that stands for one of a bank is what a bank may send, and so is what we write.
func TestTheFilesOfBanksFitTheirMessages(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, pattern := range []string{"../testdata/*.xml", "../../pain/testdata/*.xml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if broken[filepath.Base(file)] || !strings.Contains(string(content), "urn:iso:std:iso:20022") {
				continue // FiDAViSta has no schema that is published
			}
			checked++
			for _, complaint := range schematest.Check(content) {
				t.Errorf("%s: %s", file, complaint)
			}
		}
	}
	if checked < 4 {
		t.Errorf("only %d files are messages", checked)
	}
}

// What the published schemas refuse is refused: each line here was tried with them.
func TestWhatAMessageMayNotBeIsSeen(t *testing.T) {
	t.Parallel()
	for _, s := range []struct{ file, old, now, says string }{
		{"../testdata/camt02.xml", `<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>CNTR</Cd><SubFmlyCd>CDPT</SubFmlyCd></Fmly></Domn></BkTxCd>`, "", "Stmt/Ntry: has"},
		{"../testdata/camt02.xml", `<Sts>BOOK</Sts>`, `<Sts><Cd>BOOK</Cd></Sts>`, "Ntry/Sts"},
		{"../testdata/camt02.xml", `<CreDtTm>2026-06-01T03:00:00</CreDtTm></GrpHdr>`, `</GrpHdr>`, "GrpHdr: has"},
		{"../testdata/camt02.xml", `<Id>LV80-2026-05</Id>`, `<Id>` + strings.Repeat("x", 36) + `</Id>`, "no text35"},
		{"../testdata/camt02.xml", `<Amt Ccy="EUR">412.30</Amt><CdtDbtInd>CRDT</CdtDbtInd>`, `<CdtDbtInd>CRDT</CdtDbtInd><Amt Ccy="EUR">412.30</Amt>`, "Stmt/Ntry: has"},
		{"../testdata/camt02.xml", `<Amt Ccy="EUR">412.30</Amt>`, `<Amt>412.30</Amt>`, "currency"},
		{"../testdata/camt02.xml", `<Dt><Dt>2026-05-01</Dt></Dt>`, `<Dt>2026-05-01</Dt>`, "Bal/Dt"},
		{"../testdata/camt02.xml", `<NbOfTxs>2</NbOfTxs>`, `<NbOfTxs>two</NbOfTxs>`, "no number"},
		{"../testdata/camt02.xml", `<RvslInd>true</RvslInd>`, `<Reversed>true</Reversed>`, "nobody has described it"},
		{"../testdata/camt02.xml", `xsd:camt.053.001.02`, `xsd:camt.053.001.13`, "no message that is described"},
		{"../testdata/camt08.xml", `100.50`, `100,50`, "no amount"},
		{"../testdata/camt08.xml", `<n:Sts><n:Cd>BOOK</n:Cd></n:Sts>`, `<n:Sts>BOOK</n:Sts>`, "where elements belong"},
		{"../testdata/camt08.xml", `<n:Dbtr><n:Pty><n:Nm>Kāds</n:Nm></n:Pty></n:Dbtr>`, `<n:Dbtr><n:Nm>Kāds</n:Nm></n:Dbtr>`, "Dbtr: has"},
		{"../../pain/testdata/order.xml", `<PmtMtd>TRF</PmtMtd>`, ``, "PmtInf: has"},
		{"../../pain/testdata/order.xml", `<EndToEndId>PASS-2026-05-06/1</EndToEndId>`, ``, "PmtId: has"},
		{"../../pain/testdata/order.xml", `</Document>`, ``, "not XML"},
	} {
		content, err := os.ReadFile(s.file)
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(string(content), s.old, s.now, 1)
		if changed == string(content) {
			t.Errorf("%s has no %s", s.file, s.old)
		}
		if said := strings.Join(schematest.Check([]byte(changed)), "\n"); !strings.Contains(said, s.says) {
			t.Errorf("%s, %s: %q, want %q", s.file, s.now, said, s.says)
		}
	}
}
