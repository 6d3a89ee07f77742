"""Names of one import that mean one record which none has yet: 余姚 beside 余姚市, or what somebody says is the same."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from timeline.exchange.mapping.office_spellings import full_name
from timeline.exchange.mapping.record_choices import same_chosen
from timeline.exchange.mapping.record_names import with_units
from timeline.models import Area
from timeline.models.records import Record


def answering_keys(answers: Mapping[str, str]) -> dict[str, str]:
    """The keys of the questions whose answers hold, by those of all questions; "" for those that only refer to each other."""
    return {key: _answering_key(answers, key) for key in answers}


def longer_spellings(model: type[Record], names: Collection[str], city: str) -> dict[str, str]:
    """Of these normalized names, those that are a usual short form of one other, or lack its unit, with that one."""
    by_full: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        by_full[full_name(name, city)].append(name)
    found = {}
    for name in names:
        full = [other for other in by_full[full_name(name, city)] if len(other) > len(name)]
        if model is Area:
            full += [other for other in with_units(name) if other in names]
        if len(full) == 1:
            found[name] = full[0]
    return found


def _answering_key(answers: Mapping[str, str], key: str) -> str:
    seen = set[str]()
    while following := same_chosen(answers[key]):
        seen.add(key)
        if following in seen or following not in answers:
            return ""
        key = following
    return key
