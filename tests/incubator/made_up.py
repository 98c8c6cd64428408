"""Made-up records of projects with histories like real ones: overlaps, days shared, moves back, ends, returns."""

from datetime import date, timedelta
from random import Random
from typing import Any

STAGES = ("IDEA", "PROTOTYPE", "LAUNCH", "GROWTH", "SCALE")
THEMES = ("mieux-vieillir", "accueil", "sans-abrisme", "agriculture", "petite-enfance", "climat", "handicap")
CITIES = ("Paris", "Lyon", "Nantes", "Saint-Étienne", "Lille", "Marseille", "Rennes", "Besançon")
WORDS = (
    *("habitat", "partagé", "générations", "école", "réfugiés", "ferme", "urbaine", "crèche", "énergie", "soin"),
    *("mobilité", "numérique", "quartier", "solidaire", "réemploi", "santé", "forêt", "océan", "lien", "aidants"),
)
STOPS = ("NO_PROBLEM", "NO_MARKET", "TEAM", "FUNDING", "PIVOT", "OTHER")


def made_up(count: int, houses: int = 4, seed: int = 7) -> list[dict[str, Any]]:
    """Records as ``record_projects`` takes them; the same for the same seed."""
    random = Random(seed)
    return [_record(random, number, f"maison-{number % houses}") for number in range(count)]


def _record(random: Random, number: int, incubator: str) -> dict[str, Any]:
    words = random.sample(WORDS, 5)
    record: dict[str, Any] = {
        "incubator": incubator,
        "slug": f"projet-{number}",
        "name": f"{words[0].title()} {words[1]} {number}",
        "pitch": f"Un projet de {words[2]} et de {words[3]} pour {words[4]}, avec les habitants du quartier.",
        "themes": random.sample(THEMES, random.randint(1, 3)),
        "city": random.choice(CITIES),
        **_course(random),
    }
    return record


def _course(random: Random) -> dict[str, Any]:
    day, place = date(2015, 1, 1) + timedelta(days=random.randrange(3600)), random.choice((0, 0, 0, 1))
    phases: list[dict[str, Any]] = []
    exits: list[dict[str, Any]] = []
    for _ in range(random.randint(1, 6)):
        phases.append({"stage": STAGES[place], "entered_on": str(day)})
        stayed = random.choice((0, random.randint(5, 900), random.randint(30, 400)))
        if random.random() < 0.1:  # an end of its own: a gap before the next, or an overlap with it
            phases[-1]["left_on"] = str(day + timedelta(days=random.randint(0, stayed + 200)))
        day += timedelta(days=stayed)
        if random.random() < 0.05:  # it ended and came back
            exits.append({"state": random.choice(("GRADUATED", "STOPPED")), "on": str(day)})
            day += timedelta(days=random.randint(1, 300))
        elif random.random() < 0.05:
            place = max(0, place - 1)
        else:
            place = min(len(STAGES) - 1, place + random.choice((0, 1, 1, 1, 2)))
    lifecycle = random.choice(("ACTIVE", "ACTIVE", "STOPPED", "GRADUATED"))
    course: dict[str, Any] = {"phases": phases, "lifecycle": lifecycle}
    if lifecycle != "ACTIVE":
        course["ended_on"] = str(day)
    if lifecycle == "STOPPED":
        course["stop_reason"] = random.choice(STOPS)
    return course | ({"exits": exits} if exits else {})
