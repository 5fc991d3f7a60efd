"""What an OpenAPI document cannot say, for Schemathesis."""

import schemathesis


@schemathesis.hook
def map_query(ctx, query):
    """A cursor is signed: none that is made up is taken, whatever it looks like."""
    if query and isinstance(query.get("cursor"), str):
        return {name: value for name, value in query.items() if name != "cursor"}
    return query


# Refusals of a route's own logic over what no schema can say, by the words that they begin with.
OF_THE_ROUTE = (
    "must lie before until",
    'must match format "date-time"',  # an offset beyond 14 hours, or a leap second
    "is no type of event",
    "must be alone where it stands for all types",
    "must have at most 6 decimal places",
    "must be left out to fill the target",
    "must be more than min_volume_liters",
    "must be after valid_from",
    "must be an amount that",
    "is required unless one reservoir alone waits",
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
