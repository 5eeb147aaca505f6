// Reads the files that reports leave as: CSV with a semicolon or comma, and XLSX, both as rows of texts.
import { inflateRawSync } from "node:zlib";

/** The rows of a CSV file after RFC 4180; the separator is the one in the head. */
export function readCsv(file: Buffer): string[][] {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(file); // takes the byte order mark away
  const separator = (text.split("\n", 1)[0] ?? "").includes(";") ? ";" : ",";
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quoted) {
      if (c !== '"') {
        cell += c;
      } else if (text[i + 1] === '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (c === '"') {
      quoted = true;
    } else if (c === separator || c === "\n") {
      rows.at(-1)?.push(cell.replace(/\r$/, ""));
      cell = "";
      if (c === "\n") {
        rows.push([]);
      }
    } else {
      cell += c;
    }
  }
  if (cell !== "" || rows.at(-1)?.length) {
    throw new Error(`the CSV does not end with a line: ${cell}`);
  }
  return rows.slice(0, -1);
}

/** The rows of the first sheet of an XLSX file. */
export function readXlsx(file: Buffer): string[][] {
  const files = unzip(file);
  for (const part of ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]) {
    if (!files.has(part)) {
      throw new Error(`the XLSX lacks ${part}`);
    }
  }
  const sheet = files.get("xl/worksheets/sheet1.xml") ?? "";
  return [...sheet.matchAll(/<row[^>]*>(.*?)<\/row>/gs)].map(([, row]) =>
    [...(row ?? "").matchAll(/<c\b([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)].map(([, attributes, inner]) => {
      const tag = attributes?.includes('t="inlineStr"') ? /<t[^>]*>(.*?)<\/t>/s : /<v>(.*?)<\/v>/s;
      return unescape(tag.exec(inner ?? "")?.[1] ?? "");
    }),
  );
}

/** The files in a ZIP archive as text, by the list at its end. */
function unzip(archive: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = archive.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0) {
    throw new Error("this is no ZIP archive, or it was cut off");
  }
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size, name, extra, comment] = [10, 20, 28, 30, 32].map((o) => (o === 20 ? archive.readUInt32LE(at + o) : archive.readUInt16LE(at + o))) as [number, number, number, number, number];
    const start = archive.readUInt32LE(at + 42);
    const data = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
    const packed = archive.subarray(data, data + size);
    files.set(archive.toString("utf8", at + 46, at + 46 + name), (method === 8 ? inflateRawSync(packed) : packed).toString("utf8"));
    at += 46 + name + extra + comment;
  }
  return files;
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

const unescape = (text: string) =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex?: string, decimal?: string, name?: string) =>
    hex || decimal ? String.fromCodePoint(parseInt(hex ?? decimal ?? "", hex ? 16 : 10)) : (entities[name ?? ""] ?? all),
  );
