"""What the tests of the explorer share: all that a model has to show."""

from oauth_steps.explorer import Model


def all_shown(model: Model) -> list[str]:
    """All that is to be seen, the whole trace, the ledger and the clock too."""
    shown = [model, model._repr_html_(), model.steps, model.knowledge, model.keeps, *model.trace, model.trace]
    shown += [model.verdict, model.diagnosis, model.now, model.page, model.told, model.upcoming]
    shown += [model.as_curl, model.as_requests, model.transcript]
    shown += model.fields.rows if model.flow.draft else []
    shown += [model.practice.ledger, model.practice.clock]
    return [str(part) for part in shown]
