// Holds the files that stand for those of banks, and the order that we write, to the published schemas of ISO 20022, which may not be handed on
// with a program: fetch them from iso20022.org into a directory, one file each under its own name, such as camt.053.001.08.xsd.
//
//   node e2e/opinions/schemas.mjs DIRECTORY FILE.xml …
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { XmlDocument, XmlValidateError, XsdValidator } from "libxml2-wasm";

const [directory = "", ...files] = process.argv.slice(2);
let held = 0;
let failed = false;
for (const file of files) {
  const content = readFileSync(file);
  const message = /="urn:iso:std:iso:20022:tech:xsd:([a-z0-9.]+)"/.exec(content.toString())?.[1];
  if (message === undefined || file.endsWith("/half.xml")) continue; // of another kind, or broken on purpose
  const schema = resolve(directory, `${message}.xsd`);
  if (!existsSync(schema)) {
    console.error(`${file}: there is no ${message}.xsd`);
    failed = true;
    continue;
  }
  try {
    XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(schema))).validate(XmlDocument.fromBuffer(content));
    held++;
  } catch (fault) {
    const what = fault instanceof XmlValidateError ? fault.details.map((d) => `line ${d.line}: ${d.message.trim()}`).join("\n  ") : String(fault);
    console.error(`${file}: ${what}`);
    failed = true;
  }
}
console.log(`${held} files are as the published schemas want them`);
process.exit(failed || held === 0 ? 1 : 0);
