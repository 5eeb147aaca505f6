// Says when places are open by the reading of opening_hours.js: what a stranger's map makes of our text. It runs in the zone of the places.
import { readFileSync } from "node:fs";
import OpeningHours from "opening_hours";

/** @param {string} country */
const place = (country) => ({ lat: 57, lon: 25, address: { country_code: country, state: "" } });

/**
 * The days between two moments on which a value is open, as 2026-11-18.
 * @param {string} value @param {string} country @param {Date} from @param {Date} to
 */
function days(value, country, from, to) {
  const found = [];
  for (const [begin, end] of new OpeningHours(value, place(country)).getOpenIntervals(from, to)) {
    for (const day = new Date(begin); day < end; day.setDate(day.getDate() + 1)) {
      const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
      found.push(`${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`);
    }
  }
  return found;
}

const { from, to, values } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const [first, last] = [new Date(from), new Date(to)];
const holidays = Object.fromEntries(["lv", "lt"].map((country) => [country, days("PH open", country, first, last)]));
const answers = values.map((/** @type {{ country: string, value: string }} */ v) => {
  const read = new OpeningHours(v.value, place(v.country));
  const open = read.getOpenIntervals(first, last).map(([begin, end]) => [begin.getTime() / 1000, end.getTime() / 1000]);
  return { open, warnings: read.getWarnings() };
});
process.stdout.write(JSON.stringify({ holidays, answers }));
