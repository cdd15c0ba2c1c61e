// ical.js (Thunderbird, Nextcloud) and node-ical read what make.py wrote, in three zones of the machine: each event at its moment.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const folder = process.argv[2];
const meant = JSON.parse(readFileSync(join(folder, "meant.json"), "utf8"));
const wrong = [];
const utc = (date) => date.toISOString().replace(".000Z", "Z");

function same(told, by, found) {
  for (const [name, value] of Object.entries(found)) {
    if (value !== told[name]) wrong.push(`${told.file} by ${by}: ${name} is ${JSON.stringify(value)}, not ${JSON.stringify(told[name])}`);
  }
}

for (const told of meant) {
  const text = readFileSync(join(folder, told.file), "utf8");
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
  same(told, "ical.js", {
    uid: event.uid, sequence: event.sequence, title: event.summary,
    starts: utc(event.startDate.toJSDate()), ends: utc(event.endDate.toJSDate()),
    method: calendar.getFirstPropertyValue("method") ?? "",
  });
  const read = Object.values(nodeIcal.sync.parseICS(text)).find((one) => one.type === "VEVENT");
  same(told, "node-ical", {
    uid: read.uid, sequence: Number(read.sequence), title: read.summary, starts: utc(read.start), ends: utc(read.end),
  });
}
console.log(wrong.length ? wrong.join("\n") : `ical.js and node-ical (TZ=${process.env.TZ ?? ""}): ${meant.length} calendars as meant`);
process.exit(wrong.length ? 1 : 0);
