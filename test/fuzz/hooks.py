"""What an OpenAPI document cannot say, for Schemathesis."""

import schemathesis


@schemathesis.hook
def map_query(ctx, query):
    """A cursor is signed: none that is made up is taken, whatever it looks like."""
    if query and isinstance(query.get("cursor"), str):
        return {name: value for name, value in query.items() if name != "cursor"}
    return query


# Refusals of a route's own logic, by the words that they begin with. A schema cannot compare two fields or ask the database.
# It could ask for one field by another's value (if, then, else), but generators of clients pass over that, and what is
# answered would name no reason any more.
OF_THE_ROUTE = (
    "must lie before until",  # two fields
    'must match format "date-time"',  # an offset beyond 14 hours, or a leap second: RFC 3339 takes both
    "is no type of event",  # a list of a hundred that grows: GET /v1/events/schemas has it
    "must be alone where it stands for all types",  # one item by the others
    "must have at most 6 decimal places",  # multipleOf of a fraction refuses what binary fractions round
    "must be left out to fill the target",  # by the fill mode
    "must be more than min_volume_liters",  # two fields
    "must be after valid_from",  # two fields
    "must be an amount that",  # decimals by the currency
    "is required unless one reservoir alone waits",  # what the database has
)


def is_of_the_route(fault):
    if fault["path"] == "/requested_volume_liters" and fault["message"] == "is required":
        return True  # where litres are ordered, rather than a tank filled
    return fault["message"].startswith(OF_THE_ROUTE)


@schemathesis.check
def takes_what_fits(ctx, response, case):
    """A refusal for not fitting the schema, of what was made from the schema to fit."""
    if response.status_code != 422 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    answer = response.json()
    if answer.get("error_code") != "VALIDATION_ERROR":
        return
    faults = [fault for fault in answer["details"].get("errors", []) if not is_of_the_route(fault)]
    if faults:
        raise AssertionError(f"refused though it fits: {faults}")
