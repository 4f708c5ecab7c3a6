"""The fold: a rule's spans, edges and duties, a campaign's orders, and the office's periods as set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.family import family_of
from ledger.records import cleanup
from ledger.records.rule.duties import Duty, duties_of
from ledger.records.rule.edges import Edge, edges
from ledger.records.rule.facts import facts_of
from ledger.records.rule.state import RuleRecord
from ledger.records.rule.time import Span, spans_of
from ledger.records.rule.versions import versions_of
from ledger.records.timetable import PeriodsSet
from projections.projection import Recorded, Row, Rows, Touched, iso
from projections.views.regulation_status.orders import put_steps, settle_campaign
from projections.views.regulation_status.tables import DUTIES, EDGES, PERIODS, RULES, SPANS


def take_periods(recorded: Recorded, rows: Rows) -> None:
    """Put the periods of an edition, each with the day that it counts from."""
    happened: PeriodsSet = recorded.happened
    for each in happened.periods:
        rows.put(PERIODS, {
            "edition": happened.edition, "step": each.step, "months": each.months,
            "days": each.days, "citation": each.citation, "source": happened.source,
            "rule": happened.rule or "", "effective_on": iso(happened.effective_on),
            "index": recorded.index,
        })  # fmt: skip


def settle(touched: Touched, rows: Rows) -> Iterator[None]:
    """Reckon what a rule's whole history tells, or a campaign's."""
    if family_of(touched.record) == cleanup.FAMILY.name:
        settle_campaign(touched, rows)
        return
    events = [past.recorded.happened for past in touched.history]
    facts = facts_of(events)
    yield
    versions = versions_of(facts)
    yield
    spans = spans_of(facts, versions)
    yield
    found = edges(touched.record, events)
    yield
    duties = duties_of(facts, versions, spans)
    yield
    _put_rule(touched, rows)
    record = {"rule": touched.record}
    rows.put_numbered(SPANS, record, [_span(each, touched.state, touched) for each in spans])
    rows.put_numbered(EDGES, record, [_edge(each, touched) for each in found])
    rows.put_numbered(DUTIES, record, [_duty(each, touched) for each in duties])
    put_steps(touched, rows)


def _put_rule(touched: Touched, rows: Rows) -> None:
    """Put a rule's names, and where it stands."""
    state: RuleRecord = touched.state
    rows.put(RULES, {
        "rule": touched.record, "title": state.title, "number": state.number, "kind": state.kind,
        "issuer": state.issuer, "topic": state.topic, "level": state.level,
        "adopted_on": iso(state.adopted_on), "published_on": iso(state.published_on),
        "valid_until": iso(state.valid_until), "ended": state.ended, "files_to": state.files_to,
        "filed_on": iso(state.filed_on), "needs_amendment": state.needs_amendment,
        "amend_by": iso(state.amend_by), "index": touched.last.index,
    })  # fmt: skip


def _span(span: Span, state: RuleRecord, touched: Touched) -> Row:
    return {
        "title": span.title or state.title, "number": span.number, "status": span.status,
        "valid_from": iso(span.valid_from), "valid_to": iso(span.valid_to),
        "version": span.version, "text": span.text, "provisions": "; ".join(span.provisions),
        "pending": "; ".join(span.pending),
        "rest": ", ".join(str(each.version) for each in span.layers[1:]),
        "void_on": iso(span.void_on), "needs_amendment": span.needs_amendment,
        "assumed": span.assumed, "kind": span.about.kind, "issuer": span.about.issuer,
        "topic": span.about.topic, "level": span.about.level,
        "proof": _indexes(span.proof, touched),
    }  # fmt: skip


def _edge(edge: Edge, touched: Touched) -> Row:
    return {
        "source": edge.source, "by": edge.by, "edge": edge.kind, "extent": edge.extent,
        "target": edge.target, "occurred_on": iso(edge.on), "ended_on": iso(edge.until),
        "index": touched.history[edge.place - 1].recorded.index,
    }  # fmt: skip


def _duty(duty: Duty, touched: Touched) -> Row:
    return {
        "step": duty.step, "valid_from": iso(duty.since), "valid_to": iso(duty.done),
        "told_due": iso(duty.due), "to": duty.to,
        "index": touched.history[duty.place - 1].recorded.index,
    }  # fmt: skip


def _indexes(places: Iterable[int], touched: Touched) -> str:
    return ", ".join(str(touched.history[place - 1].recorded.index) for place in places)
