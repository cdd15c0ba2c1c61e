"""libical reads what make.py wrote: no complaint and the right moment for each calendar, and a complaint for each planted fault."""

import json
import sys
from pathlib import Path

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402  the version is chosen first

Kind = ICalGLib.ComponentKind


def parsed(path: Path) -> "ICalGLib.Component":
    component = ICalGLib.Parser.parse_string(path.read_bytes().decode())
    assert component is not None, path.name
    return component


def complains(component: "ICalGLib.Component") -> bool:
    """Whether libical, by its tables of RFC 5546 per method, finds fault with it."""
    ICalGLib.Component.check_restrictions(component)
    return component.count_errors() > 0


def moment(component: "ICalGLib.Component", time: "ICalGLib.Time") -> str:
    """A time of the event as UTC, by the zone that stands in the calendar itself."""
    zone = component.get_timezone("Europe/Amsterdam")
    assert zone is not None
    utc = time.convert_to_zone(ICalGLib.Timezone.get_utc_timezone()) if time.get_timezone() else None
    if utc is None:
        time.set_timezone(zone)
        utc = time.convert_to_zone(ICalGLib.Timezone.get_utc_timezone())
    return f"{utc.get_year():04}-{utc.get_month():02}-{utc.get_day():02}T{utc.get_hour():02}:{utc.get_minute():02}:{utc.get_second():02}Z"


def differences(folder: Path) -> list[str]:
    """Everything that is not as it was meant."""
    wrong = []
    for told in json.loads((folder / "meant.json").read_text("utf-8")):
        component = parsed(folder / told["file"])
        if told["method"] and complains(component):
            wrong.append(f"{told['file']}: libical complains")
        event = component.get_first_component(Kind.VEVENT_COMPONENT)
        found = {
            "uid": event.get_uid(), "sequence": event.get_sequence(), "title": event.get_summary(),
            "starts": moment(component, event.get_dtstart()), "ends": moment(component, event.get_dtend()),
        }  # fmt: skip
        wrong += [f"{told['file']}: {name} is {value!r}, not {told[name]!r}" for name, value in found.items() if value != told[name]]
    faults = sorted(folder.glob("fault-*.ics"))
    wrong += [f"{path.name}: libical does not notice" for path in faults if not complains(parsed(path))]
    return wrong if faults else ["no planted faults were found"]


if __name__ == "__main__":
    found = differences(Path(sys.argv[1]))
    sys.stdout.write("\n".join(found or ["libical: all as meant, every planted fault noticed"]) + "\n")
    sys.exit(bool(found))
