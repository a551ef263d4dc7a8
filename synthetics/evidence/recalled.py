"""Evidence made of a record again, so that a run can be judged once more when more is known."""

from synthetics.evidence.facts import Evidence
from synthetics.record import RunRecord


def evidence_of(record: RunRecord) -> Evidence | None:
    """What was known of a run when it was judged, as far as rules look at it.

    Args:
        record: The run's record.

    Returns:
        The evidence; None where the record keeps too little of it: of a run that passed, that nobody saw, or that is
        from before so much was kept.
    """
    kept = record.evidence
    if kept is None or kept.course is None:
        return None
    course, ran = kept.course, record.provenance
    return Evidence(
        ending=course.ending,
        playwright=ran.playwright if ran is not None else None,
        browser=course.browser,
        browser_died=course.browser_died,
        asked_target=course.asked_target,
        steps=record.steps,
        fixture_steps=record.fixture_steps,
        phases=course.phases,
        artifacts=record.artifacts,
        host_build=ran.host_build if ran is not None else None,
        app_version=ran.app_version if ran is not None else None,
        app=course.app,
        origins=kept.origins,
        requests=kept.requests,
        messages=kept.messages,
        frames=kept.frames,
        navigations=course.navigations,
        bridge_calls=kept.bridge_calls,
        app_ready_ms=course.app_ready_ms,
        heard_until_ms=course.heard_until_ms,
        dropped=course.dropped,
        surroundings=kept.surroundings,
        unread_lines=course.unread_lines,
        health=kept.health,
    )
